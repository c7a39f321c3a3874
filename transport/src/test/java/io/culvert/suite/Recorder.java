/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.culvert.CulvertChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** The last handler of a pipeline: remembers what the channel told it, and every byte. */
final class Recorder extends ChannelInboundHandlerAdapter {
    static final String ACTIVE = "active";
    static final String INACTIVE = "inactive";
    static final String INPUT_SHUTDOWN = "ChannelInputShutdownEvent";
    static final String INPUT_SHUTDOWN_READ_COMPLETE = "ChannelInputShutdownReadComplete";
    static final String OUTPUT_SHUTDOWN = "ChannelOutputShutdownEvent";
    static final String RESET = "IOException: Connection reset by peer";

    private final CountDownLatch active = new CountDownLatch(1);
    private final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private int reads;
    private int readCompletes;
    private volatile CulvertChannel channel;

    CulvertChannel channel() {
        return channel;
    }

    void awaitActive() throws InterruptedException {
        assertTrue(active.await(SocketWorld.PATIENCE_SECONDS, TimeUnit.SECONDS), "never active");
    }

    /** In order; an exception says after how many bytes it came. */
    synchronized List<String> events() {
        return List.copyOf(events);
    }

    synchronized int receivedBytes() {
        return received.size();
    }

    synchronized int reads() {
        return reads;
    }

    synchronized int readCompletes() {
        return readCompletes;
    }

    void awaitEvents(String... expected) {
        SocketWorld.eventually(() -> assertEquals(List.of(expected), events()));
    }

    void awaitBytes(int bytes) {
        SocketWorld.eventually(() -> assertEquals(bytes, receivedBytes()));
    }

    synchronized void assertReceived(byte[] expected) {
        assertArrayEquals(expected, received.toByteArray());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = (CulvertChannel) ctx.channel();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        note(ACTIVE);
        active.countDown();
    }

    @Override
    public synchronized void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
        ByteBuf data = (ByteBuf) message;
        try {
            reads++;
            data.readBytes(received, data.readableBytes());
        } finally {
            data.release();
        }
    }

    @Override
    public synchronized void channelReadComplete(ChannelHandlerContext ctx) {
        readCompletes++;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        note(event.getClass().getSimpleName());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        note(cause.getClass().getSimpleName() + ": " + cause.getMessage() + afterBytes());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        note(INACTIVE);
    }

    private String afterBytes() {
        return receivedBytes() == 0 ? "" : " after " + receivedBytes() + " bytes";
    }

    private synchronized void note(String event) {
        events.add(event);
    }
}
