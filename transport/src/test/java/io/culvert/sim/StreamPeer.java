/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.culvert.CulvertChannel;
import io.culvert.SessionInfo;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One end of a conversation: writes its stream, checks the other's byte for byte, pauses, and keeps a record. */
final class StreamPeer extends ChannelInboundHandlerAdapter {
    private static final int TIMED_MILLIS = 20;
    /** The shift count that a receive buffer of up to 64 MiB asks for. */
    private static final int MAX_GRANULE_BYTES = 1 << 11;

    final Scenario.Part part;
    final Scenario.Side side;
    final List<ChannelFuture> writes = new ArrayList<>();
    final List<Throwable> exceptions = new ArrayList<>();
    final List<String> faults = new ArrayList<>();
    private final int expected;
    private final int salt;
    private final int peerSalt;
    private final Runnable progress;
    CulvertChannel channel;
    Future<Void> delivered;
    ChannelFuture outputShutdown;
    long closeCalledNanos = -1;
    long closedNanos = -1;
    int received;
    int written;
    int taken;
    int actives;
    int inactives;
    int inputEnds;
    private long mostHeld;
    private String overfull;

    StreamPeer(Scenario.Part part, Scenario.Side side, int expected, int salt, int peerSalt, Runnable progress) {
        this.part = part;
        this.side = side;
        this.expected = expected;
        this.salt = salt;
        this.peerSalt = peerSalt;
        this.progress = progress;
    }

    private static byte streamByte(int salt, int position) {
        return (byte) ((position + 1) * 0x9E3779B1 + salt * 0x85EBCA77 >>> 24);
    }

    boolean isWritten() {
        return actives > 0 && written == part.bytes();
    }

    boolean isTaken() {
        return isWritten() && taken == written;
    }

    boolean hasAll() {
        return received == expected;
    }

    boolean isOpen() {
        return channel != null && channel.isOpen();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (channel != null) {
            faults.add("a second channel for the conversation");
        }
        channel = (CulvertChannel) ctx.channel();
        channel.closeFuture().addListener(future -> closedNanos = channel.eventLoop().ticker().nanoTime());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        actives++;
        for (Scenario.Pause pause : part.pauses()) {
            schedule(() -> channel.config().setAutoRead(false), pause.atMillis());
            schedule(() -> channel.config().setAutoRead(true), pause.atMillis() + pause.forMillis());
        }
        if (part.bytes() == 0) {
            allWritten();
        } else {
            writeSome();
        }
        ctx.fireChannelActive();
    }

    private void schedule(Runnable task, int millis) {
        channel.eventLoop().schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    private void writeSome() {
        switch (part.pace()) {
            case ALL_THEN_FLUSH, EACH_FLUSHED -> {
                while (written < part.bytes()) {
                    writeChunk();
                    if (part.pace() == Scenario.Pace.EACH_FLUSHED) {
                        channel.flush();
                    }
                }
                channel.flush();
            }
            case WHEN_TAKEN -> {
                ChannelFuture write = writeChunk();
                channel.flush();
                if (written < part.bytes()) {
                    write.addListener(future -> {
                        if (future.isSuccess()) {
                            writeSome();
                        }
                    });
                }
            }
            default -> {
                writeChunk();
                channel.flush();
                if (written < part.bytes() && channel.isActive()) {
                    schedule(this::writeSome, TIMED_MILLIS);
                }
            }
        }
        if (written == part.bytes()) {
            allWritten();
        }
    }

    private ChannelFuture writeChunk() {
        int count = Math.min(part.chunk(), part.bytes() - written);
        ByteBuf chunk = channel.alloc().buffer(count);
        for (int i = 0; i < count; i++) {
            chunk.writeByte(streamByte(salt, written + i));
        }
        written += count;
        ChannelFuture write = channel.write(chunk);
        writes.add(write);
        write.addListener(future -> {
            if (future.isSuccess()) {
                taken += count;
                progress.run();
            }
        });
        return write;
    }

    private void allWritten() {
        if (delivered == null) {
            delivered = channel.delivered();
            progress.run();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (inputEnds > 0 || inactives > 0) {
            faults.add("data after the end of the input");
        }
        while (bytes.isReadable()) {
            if (received >= expected || bytes.readByte() != streamByte(peerSalt, received)) {
                faults.add("byte " + received + " of " + expected + " is wrong");
                break;
            }
            received++;
        }
        bytes.release();
        progress.run();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnds++;
            if (!hasAll()) {
                faults.add("end of the input after " + received + " of " + expected + " bytes");
            }
            progress.run();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        inactives++;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        exceptions.add(cause);
    }

    void shutdownOutput() {
        if (outputShutdown == null) {
            outputShutdown = channel.shutdownOutput();
        }
    }

    void close() {
        if (closeCalledNanos < 0) {
            closeCalledNanos = channel.eventLoop().ticker().nanoTime();
            channel.close();
        }
    }

    void abort() {
        channel.config().setSoLinger(0);
        close();
    }

    /** Looks at how much memory the session holds. */
    void checkMemory() {
        SessionInfo info = isOpen() ? channel.info() : null;
        if (info != null) {
            long buffer = side.receiveBuffer() == 0 ? info.receiveBufferBytes() : side.receiveBuffer();
            long held = info.receiveQueueBytes() + info.reassemblyBytes();
            if (held > buffer + MAX_GRANULE_BYTES && held > mostHeld) {
                mostHeld = held;
                overfull = held + " bytes held, the receive buffer is " + buffer;
            }
        }
    }

    /** What holds whatever happened. */
    List<String> faultsOfAnyRun() {
        List<String> all = new ArrayList<>(faults);
        if (overfull != null) {
            all.add(overfull);
        }
        boolean failed = false;
        for (ChannelFuture write : writes) {
            if (!write.isDone()) {
                all.add("a write is not completed");
                break;
            }
            if (failed && write.isSuccess()) {
                all.add("a write succeeded after one that failed");
                break;
            }
            failed |= !write.isSuccess();
        }
        if (delivered != null && !delivered.isDone()) {
            all.add("delivered() is not completed");
        }
        if (delivered != null && delivered.isSuccess() && failed) {
            all.add("delivered() although a write failed");
        }
        if (outputShutdown != null && !outputShutdown.isDone()) {
            all.add("shutdownOutput() is not completed");
        }
        if (actives > 1 || inactives != actives || inputEnds > 1 || exceptions.size() > 1) {
            all.add("active " + actives + ", inactive " + inactives + ", input ends " + inputEnds + ", exceptions "
                    + exceptions);
        }
        if (channel != null && (channel.isOpen() || !channel.closeFuture().isDone())) {
            all.add("not closed");
        }
        return all;
    }

    /** What holds besides when nothing was aborted and nothing timed out. */
    List<String> faultsOfACleanRun() {
        List<String> all = new ArrayList<>();
        if (actives != 1 || !exceptions.isEmpty()) {
            all.add("active " + actives + ", exceptions " + exceptions);
        }
        if (received != expected) {
            all.add("received " + received + " of " + expected);
        }
        if (taken != part.bytes()) {
            all.add("taken " + taken + " of " + part.bytes());
        }
        if (outputShutdown != null && !outputShutdown.isSuccess()) {
            all.add("shutdownOutput() failed: " + outputShutdown.cause());
        }
        long lingerSeconds = side.lingerSeconds() < 0 ? 10 : side.lingerSeconds();
        boolean lingerOver = closeCalledNanos >= 0
                && closedNanos - closeCalledNanos >= TimeUnit.SECONDS.toNanos(lingerSeconds);
        if (delivered == null || !delivered.isSuccess() && !lingerOver) {
            all.add("delivered(): " + (delivered == null ? "not called" : delivered.cause()));
        }
        if (closeCalledNanos < 0 && inputEnds != (part.halfClosure() ? 1 : 0)) {
            all.add("input ends " + inputEnds);
        }
        return all;
    }

    @Override
    public String toString() {
        return "received " + received + "/" + expected + ", taken " + taken + "/" + part.bytes() + ", open " + isOpen()
                + ", input ends " + inputEnds + ", " + exceptions + (channel == null ? "" : ", " + channel.info());
    }
}
