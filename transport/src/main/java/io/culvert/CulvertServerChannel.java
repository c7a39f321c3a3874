/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.carrier.Acceptor;
import io.culvert.carrier.CarriedSession;
import io.culvert.carrier.CarrierFactory;
import io.culvert.carrier.ServerPort;
import io.culvert.listen.Listener;
import io.culvert.observe.CarrierIncident;
import io.culvert.observe.SessionSummary;
import io.culvert.segment.MalformedReason;
import io.culvert.session.SessionConfig;
import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Listens for sessions on a UDP port: {@code new ServerBootstrap().group(group).channel(CulvertServerChannel.class)}.
 * It serves its port on every event loop of the group that its accepted channels are registered with, and divides them
 * among the loops: a channel runs on the loop that the kernel brings its datagrams to, or on one that has clearly
 * fewer. Bound to the wildcard address it answers each peer from the address that the peer asked. Closing it resets the
 * sessions that are not accepted yet and leaves the accepted ones alone; the port is free when the last of them is
 * over.
 */
public final class CulvertServerChannel extends AbstractServerChannel implements ServerSocketChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

    private final SessionOptions options = new SessionOptions();
    private final CulvertServerChannelConfig config = new CulvertServerChannelConfig(this, options);
    private final ArrayDeque<CarriedSession> established = new ArrayDeque<>();
    private volatile ServerPort port;
    private Future<Void> stopped;
    private volatile InetSocketAddress boundTo;
    private volatile boolean open = true;
    private volatile boolean listening;
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
        return open && listening;
    }

    @Override
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) super.localAddress();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return null;
    }

    /**
     * The server at this moment, counts of what has happened on its sockets among it; {@code null} before it is bound.
     * Any thread may call it; what was counted latest may be missing.
     */
    public ServerInfo info() {
        ServerPort on = port;
        if (on == null) {
            return null;
        }
        Map<CarrierIncident, Long> incidents = new EnumMap<>(CarrierIncident.class);
        for (CarrierIncident incident : CarrierIncident.values()) {
            incidents.put(incident, on.sum(counters -> counters.of(incident)));
        }
        Map<MalformedReason, Long> malformed = new EnumMap<>(MalformedReason.class);
        for (MalformedReason reason : MalformedReason.values()) {
            malformed.put(reason, on.sum(counters -> counters.malformedBy(reason)));
        }
        Listener listener = on.listener();
        return new ServerInfo(boundTo, listener.backlog(), listener.halfOpen(), listener.unaccepted(), on.sockets(),
                incidents, malformed);
    }

    /**
     * The sessions of the port as they are now: half-open ones, those not accepted yet, those whose channels are closed
     * and what is left of them in TIME-WAIT among them. Any thread may call it, but must not wait for it on an event
     * loop. Every event loop lists its own, a few hundred at a time with other work in between, so that the list is of
     * no single moment: a session that opens or ends meanwhile may be in it or not.
     */
    public Future<List<SessionSummary>> sessions() {
        ServerPort on = port;
        return on == null ? GlobalEventExecutor.INSTANCE.newSucceededFuture(List.of()) : on.sessionList();
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
        EventLoopGroup group = options.childGroup();
        port = ServerPort.open(options.carrierFactory(config.getAllocator()), eventLoop(), localAddress,
                group == null ? eventLoop().parent() : group, new Accepting(), config.getBacklog());
        boundTo = port.local();
        listening = true;
    }

    @Override
    protected void doClose() {
        open = false;
        readPending = false;
        established.clear();
        if (port != null && stopped == null) {
            stopped = port.close();
        }
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new ServerUnsafe();
    }

    /** A server channel is closed when its sockets on other loops are, so that the port may be bound again. */
    private final class ServerUnsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remoteAddress, SocketAddress localAddress, ChannelPromise promise) {
            promise.tryFailure(new UnsupportedOperationException("a server channel does not connect"));
        }

        @Override
        protected Executor prepareToClose() {
            if (port == null || !port.isOpen()) {
                return null;
            }
            listening = false;
            stopped = port.close();
            return stopped.isDone() ? null : closing -> stopped.addListener(done -> closing.run());
        }
    }

    /** Chooses the loop of an accepted channel. */
    EventLoop place(CarriedSession carried, EventLoop asked) {
        ServerPort on = port;
        return on == null || !eventLoop().inEventLoop() ? carried.loop() : on.place(carried, asked);
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
                port.accept(next);
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
            return options.share();
        }

        @Override
        public void onEstablished(CarriedSession carried) {
            onServerLoop(() -> {
                if (isActive()) {
                    established.add(carried);
                    accept();
                }
            });
        }

        @Override
        public void onUnacceptedFailed(CarriedSession carried) {
            onServerLoop(() -> {
                if (established.remove(carried)) {
                    port.forget();
                }
            });
        }

        @Override
        public void onPortClosed() {
            unsafe().close(unsafe().voidPromise());
        }

        private void onServerLoop(Runnable task) {
            if (eventLoop().inEventLoop()) {
                task.run();
                return;
            }
            try {
                eventLoop().execute(task);
            } catch (RejectedExecutionException e) {
                // the server's loop has ended, and the port with it
                return;
            }
        }
    }

    @Override
    public ServerChannel parent() {
        return null;
    }
}
