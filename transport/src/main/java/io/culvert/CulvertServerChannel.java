/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.carrier.Acceptor;
import io.culvert.carrier.CarriedSession;
import io.culvert.carrier.Carrier;
import io.culvert.carrier.CarrierFactory;
import io.culvert.session.SessionConfig;
import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.ServerSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;

/**
 * Listens for sessions on a UDP port: {@code new ServerBootstrap().group(group).channel(CulvertServerChannel.class)}.
 * The channels it accepts run on the event loop of its socket. Closing it resets the sessions that are not accepted yet
 * and leaves the accepted ones alone; the port is free when the last of them is over.
 */
public final class CulvertServerChannel extends AbstractServerChannel implements ServerSocketChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

    private final SessionOptions options = new SessionOptions(new SessionConfig());
    private final CulvertServerChannelConfig config = new CulvertServerChannelConfig(this, options);
    private final ArrayDeque<CarriedSession> established = new ArrayDeque<>();
    private Carrier carrier;
    private volatile InetSocketAddress boundTo;
    private volatile boolean open = true;
    private boolean readPending;
    private boolean reading;

    /** A server channel that is not bound. */
    public CulvertServerChannel() {
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public CulvertServerChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && boundTo != null;
    }

    @Override
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) super.localAddress();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return null;
    }

    @Override
    protected InetSocketAddress localAddress0() {
        return boundTo;
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return options.hasDatagramChannelFactory() || CarrierFactory.supports(loop);
    }

    @Override
    protected void doBind(SocketAddress localAddress) throws Exception {
        carrier = options.carrierFactory(config.getAllocator()).bind(eventLoop(), localAddress);
        boundTo = carrier.local();
        carrier.listen(new Accepting(), config.getBacklog());
    }

    @Override
    protected void doClose() {
        open = false;
        readPending = false;
        established.clear();
        if (carrier != null) {
            Carrier listening = carrier;
            carrier = null;
            listening.stopListening();
        }
    }

    @Override
    protected void doBeginRead() {
        readPending = true;
        if (!established.isEmpty() && !reading) {
            eventLoop().execute(this::accept);
        }
    }

    void clearReadPending() {
        if (isRegistered() && !eventLoop().inEventLoop()) {
            eventLoop().execute(() -> readPending = false);
        } else {
            readPending = false;
        }
    }

    /** The read loop of a server channel: its messages are channels. */
    private void accept() {
        if (!readPending || reading || established.isEmpty() || !isActive()) {
            return;
        }
        var handle = unsafe().recvBufAllocHandle();
        handle.reset(config);
        reading = true;
        try {
            do {
                CarriedSession next = established.poll();
                if (next == null) {
                    break;
                }
                next.accept();
                handle.incMessagesRead(1);
                readPending = false;
                pipeline().fireChannelRead(new CulvertChannel(this, next));
            } while (handle.continueReading() && isActive());
        } finally {
            reading = false;
        }
        handle.readComplete();
        pipeline().fireChannelReadComplete();
    }

    /** The carrier's view of this channel. */
    private final class Accepting implements Acceptor {
        @Override
        public SessionConfig newSessionConfig() {
            return options.session().copy();
        }

        @Override
        public void onEstablished(CarriedSession carried) {
            established.add(carried);
            accept();
        }

        @Override
        public void onUnacceptedFailed(CarriedSession carried) {
            established.remove(carried);
        }

        @Override
        public void onCarrierClosed() {
            carrier = null;
            unsafe().close(unsafe().voidPromise());
        }
    }

    @Override
    public ServerChannel parent() {
        return null;
    }
}
