/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.carrier.CarriedSession;
import io.culvert.carrier.CarrierFactory;
import io.culvert.carrier.SocketShortageException;
import io.culvert.session.Session;
import io.culvert.session.SessionOwner;
import io.culvert.state.CloseReason;
import io.culvert.state.ConnectionState;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.internal.StringUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A session over UDP as a Netty channel: {@code new Bootstrap().group(group).channel(CulvertChannel.class)}. What a
 * socket channel does, it does; {@link #delivered()} and {@link #info()} it does besides.
 *
 * <p>A write's promise completes when the send buffer has taken the bytes; for what is flushed in
 * {@code channelActive}, where user code may block, when the socket has been read after that. {@code close()} loses
 * none of those: the close future completes when the peer has acknowledged everything and our FIN, or when the linger
 * time is over ({@code SO_LINGER}, by default 10 s; 0 resets instead, behind what was written). Received bytes that
 * nobody has read reset the session at {@code close()} (RFC 2525 2.17).
 */
public final class CulvertChannel extends AbstractChannel implements SocketChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);
    private static final long SOCKET_RELEASE_MILLIS = 1;

    private final SessionOptions options;
    private final CulvertChannelConfig config;
    /** {@code null} for an accepted channel. */
    private final ClientCarrier clientCarrier;
    private final SessionReader reader = new SessionReader(this);
    private final SessionWriter writer = new SessionWriter(this);
    private final Deliveries deliveries = new Deliveries();
    private final SessionNews news = new SessionNews(this, reader, writer, deliveries);

    private volatile CarriedSession carried;
    private volatile boolean open = true;
    private volatile boolean active;
    private boolean registeredBefore;
    private Connecting connecting;
    private Lingering lingering;

    /** A channel that is not connected. */
    public CulvertChannel() {
        super(null);
        options = new SessionOptions();
        config = new CulvertChannelConfig(this, options);
        clientCarrier = new ClientCarrier(this, options);
    }

    /** A channel for a session that a server has accepted. */
    CulvertChannel(CulvertServerChannel parent, CarriedSession carried) {
        super(parent);
        options = new SessionOptions(this, carried.session().config);
        config = new CulvertChannelConfig(this, options);
        clientCarrier = null;
        this.carried = carried;
        active = true;
    }

    // ---- what Netty asks a channel ------------------------------------------------------------------------------

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public CulvertChannelConfig config() {
        return config;
    }

    @Override
    public ServerSocketChannel parent() {
        return (ServerSocketChannel) super.parent();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return active;
    }

    @Override
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) super.localAddress();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return (InetSocketAddress) super.remoteAddress();
    }

    @Override
    protected SocketAddress localAddress0() {
        CarriedSession session = carried;
        if (session != null) {
            return session.session().localAddress();
        }
        return clientCarrier.local();
    }

    /** Bound to a wildcard address the channel has had that; a session has one of the host's. */
    @SuppressWarnings("deprecation")
    private void forgetLocalAddress() {
        invalidateLocalAddress();
    }

    @Override
    protected SocketAddress remoteAddress0() {
        CarriedSession session = carried;
        return session == null || connecting != null ? null : session.session().remoteAddress();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return carried != null || options.hasDatagramChannelFactory() || CarrierFactory.supports(loop);
    }

    @Override
    public Unsafe unsafe() {
        return sessionUnsafe().onSessionLoop;
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new SessionUnsafe();
    }

    // ---- what it does besides -----------------------------------------------------------------------------------

    /**
     * A future for "the peer has acknowledged everything written so far". Flushes what is not flushed. Fails when the
     * session ends before. Any thread may call it.
     */
    public Future<Void> delivered() {
        Promise<Void> promise = eventLoop().newPromise();
        runOnLoop(() -> {
            unsafe().flush();
            // an orphan goes on, but nobody hears of its acknowledgments
            if (!open || isEnded()) {
                promise.tryFailure(open ? new NotYetConnectedException() : new ClosedChannelException());
            } else {
                deliveries.add(session().sendQueue, writer.waitingBytes(), promise);
            }
        });
        return promise;
    }

    /**
     * The session at this moment; {@code null} before the channel has one. Consistent when called on the channel's
     * event loop; from another thread single figures may be of different moments.
     */
    public SessionInfo info() {
        CarriedSession session = carried;
        return session == null ? null : SessionInfo.of(session);
    }

    // ---- half-close ---------------------------------------------------------------------------------------------

    @Override
    public boolean isInputShutdown() {
        return reader.isShutdown() || !isActive();
    }

    @Override
    public boolean isOutputShutdown() {
        return writer.isShutdown() || !isActive();
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    /** Ends reading: what comes from now on is acknowledged and dropped. */
    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        halfClose().shutdownInput(promise);
        return promise;
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    /** Sends FIN after everything flushed so far; later writes fail at once. */
    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        halfClose().shutdownOutput(promise);
        return promise;
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        halfClose().shutdown(promise);
        return promise;
    }

    private HalfClose halfClose() {
        return new HalfClose(this, reader, writer);
    }

    Exception notActive() {
        return open ? new NotYetConnectedException() : new ClosedChannelException();
    }

    @Override
    protected void doShutdownOutput() {
        writer.finished();
        if (!isEnded()) {
            carried.closeOutput();
        }
    }

    // ---- reading and writing ------------------------------------------------------------------------------------

    @Override
    protected void doBeginRead() {
        reader.begin();
    }

    void clearReadPending() {
        if (isRegistered() && !eventLoop().inEventLoop()) {
            eventLoop().execute(reader::clearPending);
        } else {
            reader.clearPending();
        }
    }

    @Override
    protected Object filterOutboundMessage(Object message) throws Exception {
        writer.check();
        if (message instanceof ByteBuf || message instanceof FileRegion) {
            return message;
        }
        throw new UnsupportedOperationException("unsupported message type: " + StringUtil.simpleClassName(message)
                + " (expected: ByteBuf, FileRegion)");
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
        writer.write(in);
    }

    /** Takes more of what is flushed already; {@code flush()} would flush what the user has not. */
    void flushTaken() {
        sessionUnsafe().flushTaken();
    }

    /** CONNECT_TIMEOUT_MILLIS is over: whoever hears of it closes the channel. */
    void connectTimesOut() {
        if (connecting != null && carried != null) {
            carried.session().machine.closeReason(CloseReason.TIMED_OUT);
        }
    }

    /** The connect was cancelled by who asked for it. */
    void connectCancelled() {
        connecting = null;
        unsafe().close(unsafe().voidPromise());
    }

    /** An option is set anew of which an open session has to hear. */
    void tellSession(Consumer<CarriedSession> news) {
        CarriedSession session = carried;
        if (session == null || !open) {
            return;
        }
        if (session.isHere()) {
            news.accept(session);
        } else {
            session.execute(() -> news.accept(session));
        }
    }

    void flushSession() {
        carried.flush();
    }

    void wake() {
        CarriedSession session = carried;
        if (session != null) {
            session.wake();
        }
    }

    Session session() {
        return carried.session();
    }

    CarriedSession carried() {
        return carried;
    }

    /** A time without reads may have begun. */
    void forgetReadSizes() {
        sessionUnsafe().readSizes = null;
    }

    private SessionUnsafe sessionUnsafe() {
        return (SessionUnsafe) super.unsafe();
    }

    void shutdownOutputNow(ChannelPromise promise) {
        sessionUnsafe().shutdownOutput(promise);
    }

    void runOnLoop(Runnable task) {
        if (!eventLoop().inEventLoop()) {
            eventLoop().execute(() -> runOnLoop(task));
            return;
        }
        Future<Void> arrival = arrival();
        if (arrival == null) {
            task.run();
        } else {
            arrival.addListener(arrived -> task.run());
        }
    }

    /** The session's move to the loop where the channel is to run; {@code null} when it is there. */
    Future<Void> arrival() {
        CarriedSession session = carried;
        return session == null ? null : session.arrival();
    }

    // ---- for what the engine tells -------------------------------------------------------------------------------

    boolean isConnecting() {
        return connecting != null;
    }

    /** The connect, which is over now; {@code null} if there is none. */
    Connecting endConnecting() {
        Connecting ended = connecting;
        connecting = null;
        return ended;
    }

    /** The session is established. */
    void activate() {
        active = true;
    }

    /** What the close waits for, {@code null} while nobody has closed the channel or there was nothing to wait for. */
    Lingering lingering() {
        return lingering;
    }

    /** The session has ended before the channel was connected. */
    void failConnect(Exception cause) {
        sessionUnsafe().failConnect(cause);
    }

    /** The session has failed: whatever waits to be written fails with the cause. */
    void closeFailed(Exception cause) {
        sessionUnsafe().closeFailed(cause);
    }

    boolean isEnded() {
        return carried == null || session().state() == ConnectionState.CLOSED;
    }

    // ---- binding and closing ------------------------------------------------------------------------------------

    @Override
    protected void doBind(SocketAddress localAddress) throws Exception {
        if (carried != null) {
            throw new IOException("bound already");
        }
        clientCarrier.bind(eventLoop(), localAddress);
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doClose() {
        open = false;
        active = false;
        if (connecting != null) {
            endConnecting().fail(new ClosedChannelException());
        }
        deliveries.closed();
        writer.closed();
        CarriedSession session = carried;
        if (session == null) {
            clientCarrier.closeUnused();
        } else if (session.isHere()) {
            Closing.release(session);
        } else {
            // closeForcibly on a channel that was never registered may come from any loop
            session.execute(() -> Closing.release(session));
        }
    }

    /** What Netty leaves to a channel of its unsafe operations. */
    private final class SessionUnsafe extends AbstractUnsafe {
        /** What everyone sees of this: the pipeline asks for it while the channel is still being made. */
        final Unsafe onSessionLoop = new CarrierLoopUnsafe(this, CulvertChannel.this);
        /** What to expect of the next read, {@code null} while nothing comes. */
        @SuppressWarnings("deprecation")
        private RecvByteBufAllocator.Handle readSizes;

        @Override
        @SuppressWarnings("deprecation")
        public RecvByteBufAllocator.Handle recvBufAllocHandle() {
            if (readSizes == null) {
                readSizes = config.<RecvByteBufAllocator>getRecvByteBufAllocator().newHandle();
            }
            return readSizes;
        }

        @Override
        public void connect(SocketAddress remoteAddress, SocketAddress localAddress, ChannelPromise promise) {
            if (promise.isDone() || !ensureOpen(promise)) {
                return;
            }
            try {
                if (connecting != null) {
                    throw new ConnectionPendingException();
                }
                if (carried != null) {
                    throw new AlreadyConnectedException();
                }
                InetSocketAddress remote = Connecting.resolved(remoteAddress);
                carried = clientCarrier.newSession(eventLoop(), remote, localAddress);
                forgetLocalAddress();
                connecting = new Connecting(CulvertChannel.this, promise, remote);
                carried.owner(news);
                carried.open();
            } catch (Throwable t) {
                if (t instanceof SocketShortageException shortage && shortage.isPassing()) {
                    connectLater(remoteAddress, localAddress, promise, shortage);
                    return;
                }
                promise.tryFailure(annotateConnectException(t, remoteAddress));
                closeIfClosed();
            }
        }

        /** Tries again when a socket that has been given up is gone; each try gives up one more. */
        private void connectLater(SocketAddress remote, SocketAddress local, ChannelPromise promise, Exception cause) {
            eventLoop().schedule(() -> connect(remote, local, promise), SOCKET_RELEASE_MILLIS, TimeUnit.MILLISECONDS)
                    .addListener(again -> {
                        // a loop that ends cancels its timers
                        if (again.isCancelled()) {
                            promise.tryFailure(cause);
                        }
                    });
        }

        void failConnect(Exception cause) {
            Connecting failed = endConnecting();
            close(voidPromise());
            // Netty's annotation would hide the timeout's own type
            failed.fail(cause instanceof ConnectTimeoutException ? cause
                    : annotateConnectException(cause, session().remoteAddress()));
        }

        void closeFailed(Exception cause) {
            ClosedChannelException closed = new ClosedChannelException();
            closed.initCause(cause);
            close(voidPromise(), cause, closed);
        }

        void flushTaken() {
            flush0();
        }

        @Override
        protected void close(ChannelPromise promise, Throwable cause, ClosedChannelException closeCause) {
            if (!isEnded()) {
                writer.tell();
            }
            super.close(promise, cause, closeCause);
        }

        /** Whether there is something to wait for before the channel is closed. */
        @Override
        protected Executor prepareToClose() {
            active = false;
            // a session that could not come to the channel's loop is reset where it is
            if (isEnded() || !carried.isHere()) {
                return null;
            }
            lingering = Closing.begin(CulvertChannel.this);
            return lingering;
        }
    }

    /** Where a channel that is asked to run on a loop has to. */
    EventLoop loopFor(EventLoop asked) {
        return Registration.loopFor(this, asked);
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        Registration.register(this, promise);
    }

    /** Remembers that it is registered; whether that is for the first time. */
    boolean registered() {
        boolean first = !registeredBefore;
        registeredBefore = true;
        return first;
    }

    boolean isRegisteredBefore() {
        return registeredBefore;
    }

    SessionOwner owner() {
        return news;
    }
}
