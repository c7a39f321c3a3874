/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;

/**
 * The inside of a {@link CulvertServerSocket}. It takes a session from its channel when a thread accepts one; the
 * others stay in the channel's queue, which the backlog bounds.
 */
final class ListenerSocket extends ChannelSocket {
    private static final int DEFAULT_BACKLOG = 50;
    private static final int CLOSE_MILLIS = 5_000;

    private final Settings settings;
    private final News news;
    private final ArrayDeque<SocketStream> accepted = new ArrayDeque<>();
    private volatile CulvertServerChannel server;
    private InetSocketAddress local;
    /** Whether the channel has been asked for a session that has not come yet. */
    private boolean asked;
    private volatile boolean registered;
    private volatile boolean closed;
    private Throwable failure;

    ListenerSocket(Loops loops, Settings settings) {
        super(loops, OptionTable.LISTENER);
        this.settings = settings;
        news = loops.newNews();
    }

    @Override
    CulvertServerChannel channel() throws SocketException {
        if (closed) {
            throw SocketFailure.closed();
        }
        return server;
    }

    @Override
    protected void create(boolean isStream) {
        server = new CulvertServerChannel();
        settings.applyToListener(server.config());
        server.config().setAutoRead(false);
        server.pipeline().addLast(new Acceptor());
    }

    @Override
    protected void connect(SocketAddress to, int millis) throws IOException {
        throw new SocketException("a socket that listens does not connect");
    }

    // ---- listening ----------------------------------------------------------------------------------------------

    @Override
    protected void bind(InetAddress host, int toPort) throws IOException {
        channel();
        address = host;
        local = new InetSocketAddress(host, toPort);
    }

    @Override
    protected void listen(int backlog) throws IOException {
        loops.checkMayBlock("bind");
        CulvertServerChannel channel = channel();
        channel.config().setBacklog(backlog < 1 ? DEFAULT_BACKLOG : backlog);
        news.lock();
        try {
            registered = true;
            loops.register(channel);
        } finally {
            news.unlock();
        }
        ChannelFuture bound = channel.bind(local);
        try {
            news.awaitEnd(bound, 0);
        } catch (InterruptedIOException e) {
            close();
            throw new SocketException("Closed by interrupt");
        }
        if (!bound.isSuccess()) {
            close();
            throw SocketFailure.ofBind(bound.cause());
        }
        localport = channel.localAddress().getPort();
    }

    @Override
    protected void accept(SocketImpl to) throws IOException {
        loops.checkMayBlock("accept");
        channel();
        news.lock();
        try {
            if (!news.await(this::isAccepted, timeoutMillis())) {
                throw new SocketTimeoutException("Accept timed out");
            }
            if (accepted.isEmpty()) {
                throw closed ? SocketFailure.closed() : SocketFailure.ofStream(failure);
            }
            ((SessionSocket) to).accepted(accepted.poll());
        } finally {
            news.unlock();
        }
    }

    /** Whether there is a session, or will never be; if neither, the channel is asked for one. */
    private boolean isAccepted() {
        if (!accepted.isEmpty() || closed || failure != null) {
            return true;
        }
        if (!asked) {
            asked = true;
            try {
                server.read();
            } catch (RejectedExecutionException e) {
                failure = e;
                return true;
            }
        }
        return false;
    }

    /** The server channel's handler. */
    private final class Acceptor extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            CulvertChannel child = (CulvertChannel) message;
            SocketStream stream = new SocketStream(child, loops);
            settings.applyToAccepted(child.config());
            loops.register(child).addListener(registration -> arrived(stream, registration.isSuccess()));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            news.change(() -> failure = new SocketException("the event loop has closed the socket"));
        }
    }

    private void arrived(SocketStream stream, boolean alive) {
        boolean late;
        news.lock();
        try {
            asked = false;
            late = closed;
            if (alive && !late) {
                accepted.add(stream);
            }
            news.tell();
        } finally {
            news.unlock();
        }
        if (!alive || late) {
            reset(stream);
        }
    }

    private static void reset(SocketStream stream) {
        stream.channel.config().setSoLinger(0);
        if (stream.channel.isRegistered()) {
            stream.channel.close();
        } else {
            stream.channel.unsafe().closeForcibly();
        }
    }

    // ---- closing ------------------------------------------------------------------------------------------------

    /** Who waits for a session is told; those that nobody has accepted are reset. */
    @Override
    protected void close() {
        boolean onLoop;
        news.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            onLoop = registered;
            accepted.forEach(ListenerSocket::reset);
            accepted.clear();
            news.tell();
        } finally {
            news.unlock();
        }
        if (server != null && onLoop) {
            server.close();
        } else if (server != null) {
            server.unsafe().closeForcibly();
        }
    }

    /** Waits until the port is let go. */
    void awaitClosed() {
        if (registered && !loops.isOnLoop()) {
            try {
                news.awaitEnd(server.closeFuture(), CLOSE_MILLIS);
            } catch (InterruptedIOException e) {
                // a virtual thread that is to end waits no longer
                return;
            }
        }
    }
}
