/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.carrier.CarriedSession;
import io.culvert.session.Session;
import io.culvert.session.SessionOwner;
import io.netty.buffer.ByteBuf;
import java.nio.channels.ClosedChannelException;

/** What the engine tells a channel at the end of a batch: the one place where its news reach the application. */
final class SessionNews implements SessionOwner {
    private final CulvertChannel channel;
    private final SessionReader reader;
    private final SessionWriter writer;
    private final Deliveries deliveries;

    SessionNews(CulvertChannel channel, SessionReader reader, SessionWriter writer, Deliveries deliveries) {
        this.channel = channel;
        this.reader = reader;
        this.writer = writer;
        this.deliveries = deliveries;
    }

    @Override
    public void onInbox() {
        Session session = channel.session();
        if (session.inbox.pollConnected() && channel.isConnecting() && channel.lingering() == null) {
            connected();
        }
        if (session.inbox.pollAcknowledged()) {
            deliveries.acknowledged(session.sendQueue);
            if (channel.isActive()) {
                writer.resume();
            }
        }
        if (channel.isRegistered()) {
            reader.deliver();
        }
        if (session.inbox.pollFailed()) {
            reader.deliverBeforeFailure();
            failed(SessionFailure.of(session, channel.isConnecting()));
        }
        Lingering lingering = channel.lingering();
        if (lingering != null && (session.isDelivered() || channel.isEnded())) {
            lingering.end();
        }
    }

    private void connected() {
        Connecting done = channel.endConnecting();
        channel.activate();
        boolean told;
        CarriedSession carried = channel.carried();
        // user code may block this thread: what it flushes leaves at once
        carried.sendInline(true);
        try {
            told = done.succeed();
            channel.pipeline().fireChannelActive();
        } finally {
            carried.sendInline(false);
        }
        if (!told) {
            channel.unsafe().close(channel.unsafe().voidPromise());
        }
    }

    private void failed(Exception cause) {
        if (channel.isConnecting()) {
            channel.failConnect(cause);
            return;
        }
        if (!channel.isOpen()) {
            return;
        }
        deliveries.fail(cause);
        if (channel.isActive() && !channel.config().isAutoClose()) {
            writer.fail(cause);
        }
        if (channel.isActive() && !(cause instanceof ClosedChannelException)) {
            channel.pipeline().fireExceptionCaught(cause);
        }
        channel.closeFailed(cause);
    }

    @Override
    public ByteBuf newReadBuffer(int leastBytes) {
        return reader.newBuffer(leastBytes);
    }

    @Override
    public void onRest() {
        channel.forgetReadSizes();
    }
}
