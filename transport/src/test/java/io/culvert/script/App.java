/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import io.culvert.CulvertChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The application on the side under test: one channel of ours, what the script does with it and what it is told. */
public final class App {
    private final Script script;
    private final CulvertChannel channel;
    private final Notices notices;
    private final List<ChannelFuture> writes = new ArrayList<>();
    private Future<?> connected;
    private int writtenBytes;
    private int readBytes;

    App(Script script, CulvertChannel channel, Notices notices) {
        this.script = script;
        this.channel = channel;
        this.notices = notices;
    }

    /** A connect under way; its failure is told like any other. */
    void connecting(Future<?> future) {
        connected = future;
        future.addListener(done -> {
            if (!done.isSuccess()) {
                notices.failures.add(done.cause());
            }
        });
    }

    /** The channel, for what the script has no word for. */
    public CulvertChannel channel() {
        return channel;
    }

    // ---- what it does

    /** Writes and flushes text. */
    public void writes(String text) {
        writes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes and flushes so many bytes of the {@link StreamPattern}, on from what was written before. */
    public void writes(int length) {
        writes(StreamPattern.bytes(writtenBytes, length));
    }

    /** Writes and flushes bytes. */
    public void writes(byte[] bytes) {
        ByteBuf buffer = script.world().allocator().directBuffer(Math.max(1, bytes.length));
        writtenBytes += bytes.length;
        writes.add(channel.writeAndFlush(buffer.writeBytes(bytes)));
        script.settle();
    }

    /** Closes the channel. */
    public void closes() {
        channel.close();
        script.settle();
    }

    /** Closes the channel with a linger time of 0: a reset. */
    public void aborts() {
        channel.config().setSoLinger(0);
        closes();
    }

    /** The script is over; what happens now is nobody's concern. */
    void endsAtOnce() {
        if (channel.isActive()) {
            aborts();
        }
    }

    /** Sends a FIN after what is written, and reads on. */
    public void shutsOutput() {
        channel.shutdownOutput();
        script.settle();
    }

    /** Wants no more input. */
    public void shutsInput() {
        channel.shutdownInput();
        script.settle();
    }

    /** Switches auto-read off. */
    public void stopsReading() {
        channel.config().setAutoRead(false);
        script.settle();
    }

    /** Switches auto-read on. */
    public void resumesReading() {
        channel.config().setAutoRead(true);
        script.settle();
    }

    /** Asks for input once. */
    public void reads() {
        channel.read();
        script.settle();
    }

    // ---- what it is told

    /** channelActive was told, and a connect has succeeded. */
    public void expectsConnected() {
        check(notices.active && (connected == null || connected.isSuccess()), "connected");
    }

    /** Neither connected nor failed so far. */
    public void expectsNotConnected() {
        check(!notices.active && (connected == null || !connected.isDone()), "not connected");
    }

    /** What was read since the last look is this text, no more and no less. */
    public void expectsRead(String text) {
        expectsRead(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What was read since the last look is so many bytes of the {@link StreamPattern}, from where it left off. */
    public void expectsRead(int length) {
        expectsRead(StreamPattern.bytes(readBytes, length));
    }

    /** What was read since the last look are these bytes, no more and no less. */
    public void expectsRead(byte[] bytes) {
        script.settle();
        byte[] got = notices.unread.toByteArray();
        notices.unread.reset();
        readBytes += got.length;
        if (!Arrays.equals(bytes, got)) {
            throw script.failure("the application read something else\n  expected " + bytes.length + " bytes "
                    + Received.quote(bytes) + "\n  got      " + got.length + " bytes " + Received.quote(got)
                    + "\n  differs  at " + Arrays.mismatch(bytes, got));
        }
        check(true, "read");
    }

    /** Nothing was read since the last look. */
    public void expectsNothingRead() {
        expectsRead(new byte[0]);
    }

    /** The end of input was told, with both of Netty's events, after everything that was read. */
    public void expectsInputEnd() {
        check(notices.inputEnd && notices.inputReadComplete, "the end of input");
    }

    /** The end of input was not told. */
    public void expectsNoInputEnd() {
        check(!notices.inputEnd, "no end of input");
    }

    /** The next failure, told by exceptionCaught or the connect's future, is of this type and says so. */
    public void expectsFailure(Class<? extends Throwable> type, String messagePart) {
        script.settle();
        Throwable got = notices.failures.poll();
        if (!type.isInstance(got) || !String.valueOf(got.getMessage()).contains(messagePart)) {
            throw script.failure("the application was told of another failure\n  expected " + type.getName()
                    + " with \"" + messagePart + "\"\n  got      " + got);
        }
        check(true, "failure");
    }

    /** The channel is closed and, if it was active, told so. */
    public void expectsClosed() {
        check(!channel.isOpen() && channel.closeFuture().isDone() && notices.inactive == notices.active, "closed");
    }

    /** The channel is connected and open. */
    public void expectsOpen() {
        check(channel.isOpen() && channel.isActive() && !notices.inactive, "open");
    }

    /** The channel is told to close and not closed yet: close() waits for what is to be delivered. */
    public void expectsClosing() {
        check(channel.isOpen() && !channel.isActive(), "closing");
    }

    /** Every write so far has succeeded. */
    public void expectsWritten() {
        check(writes.stream().allMatch(ChannelFuture::isSuccess), "every write done");
    }

    /** The last write has failed so. */
    public void expectsWriteFailure(Class<? extends Throwable> type) {
        script.settle();
        ChannelFuture last = writes.get(writes.size() - 1);
        check(type.isInstance(last.cause()), "the last write failed with " + type.getName());
    }

    private void check(boolean holds, String expected) {
        script.settle();
        if (!holds) {
            throw script.failure("the application does not see what was expected\n  expected " + expected
                    + "\n  got      " + this);
        }
        expectsNoViolation();
    }

    void expectsNoViolation() {
        if (!notices.violations.isEmpty()) {
            throw script.failure("the application was told " + notices.violations);
        }
    }

    /** What must hold when a script ends. */
    void expectsNothingUntold() {
        expectsNoViolation();
        if (!notices.failures.isEmpty()) {
            throw script.failure("the application was told of an unexpected failure\n  got      "
                    + notices.failures.peek());
        }
    }

    @Override
    public String toString() {
        return (notices.active ? "active" : "never active")
                + (connected == null ? "" : ", connect " + connected)
                + (notices.inputEnd ? ", end of input" : "")
                + (notices.outputEnd ? ", end of output" : "")
                + (notices.inactive ? ", inactive" : "")
                + (channel.isOpen() ? "" : ", closed")
                + ", unread " + notices.unread.size() + " bytes, failures " + notices.failures
                + ", writes done " + writes.stream().filter(Future::isSuccess).count() + " of " + writes.size();
    }
}
