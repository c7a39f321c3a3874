/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The end of a pipeline that keeps what reaches it. */
final class Recorder extends ChannelInboundHandlerAdapter {
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final List<Object> events = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile int awaitedBytes = Integer.MAX_VALUE;
    private final CompletableFuture<Void> arrived = new CompletableFuture<>();

    static Recorder of(int awaitedBytes) {
        Recorder recorder = new Recorder();
        recorder.awaitedBytes = awaitedBytes;
        return recorder;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        try {
            ByteBuf bytes = (ByteBuf) message;
            bytes.readBytes(received, bytes.readableBytes());
            if (received.size() >= awaitedBytes) {
                arrived.complete(null);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        events.add(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failures.add(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended.complete(null);
    }

    /** What came, when as much as was awaited has come. */
    byte[] received() throws Exception {
        arrived.get(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS);
        return received.toByteArray();
    }

    void awaitEnd() throws Exception {
        ended.get(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The event of this kind, of which there must have been one when the channel has ended. */
    <E> E event(Class<E> kind) throws Exception {
        awaitEnd();
        return kind.cast(events.stream().filter(kind::isInstance).findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " in " + events)));
    }

    List<Throwable> failures() {
        return failures;
    }
}
