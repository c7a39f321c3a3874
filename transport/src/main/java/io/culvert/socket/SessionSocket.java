/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** The inside of a {@link CulvertSocket}: connects a channel or takes over an accepted one, and closes it. */
final class SessionSocket extends ChannelSocket {
    private final Settings settings;
    private final News news;
    /** {@code null} until the socket is created or accepted. */
    private volatile SocketStream stream;
    private volatile boolean closed;
    /** Whether the channel has been given to an event loop. */
    private volatile boolean registered;

    SessionSocket(Loops loops, Settings settings) {
        super(loops, OptionTable.STREAM);
        this.settings = settings;
        news = loops.newNews();
    }

    @Override
    CulvertChannel channel() throws SocketException {
        return open().channel;
    }

    private SocketStream open() throws SocketException {
        SocketStream open = stream;
        if (closed) {
            throw SocketFailure.closed();
        }
        if (open == null) {
            throw new SocketException("Socket not created");
        }
        return open;
    }

    /** The channel, closed or not; {@code null} before there is one. */
    CulvertChannel anyChannel() {
        SocketStream any = stream;
        return any == null ? null : any.channel;
    }

    @Override
    void timeoutMillis(int millis) {
        super.timeoutMillis(millis);
        stream.input.timeoutMillis(millis);
    }

    @Override
    protected void create(boolean isStream) throws IOException {
        if (!isStream) {
            throw new IOException("not a stream");
        }
        CulvertChannel channel = new CulvertChannel();
        settings.applyTo(channel.config());
        stream = new SocketStream(channel, loops);
    }

    /** Becomes the socket of an accepted session. */
    void accepted(SocketStream accepted) {
        InetSocketAddress remote = accepted.channel.remoteAddress();
        address = remote.getAddress();
        port = remote.getPort();
        localport = accepted.channel.localAddress().getPort();
        registered = true;
        stream = accepted;
    }

    // ---- connecting ---------------------------------------------------------------------------------------------

    @Override
    protected void bind(InetAddress host, int toPort) throws IOException {
        loops.checkMayBlock("bind");
        CulvertChannel channel = channel();
        ChannelFuture bound = onLoop(channel).bind(new InetSocketAddress(host, toPort));
        try {
            news.awaitEnd(bound, 0);
        } catch (InterruptedIOException e) {
            close();
            throw new SocketException("Closed by interrupt");
        }
        if (!bound.isSuccess()) {
            throw SocketFailure.ofBind(bound.cause());
        }
        localport = channel.localAddress().getPort();
    }

    /** The channel once an event loop has it, or has refused it: what follows fails then. */
    private CulvertChannel onLoop(CulvertChannel channel) throws SocketException {
        news.lock();
        try {
            if (closed) {
                throw SocketFailure.closed();
            }
            if (!registered) {
                registered = true;
                loops.register(channel);
            }
            return channel;
        } finally {
            news.unlock();
        }
    }

    @Override
    protected void connect(SocketAddress to, int millis) throws IOException {
        loops.checkMayBlock("connect");
        CulvertChannel channel = channel();
        try {
            InetSocketAddress remote = resolved(to);
            address = remote.getAddress();
            port = remote.getPort();
            channel.config().setConnectTimeoutMillis(0);
            await(onLoop(channel).connect(remote), millis);
            localport = channel.localAddress().getPort();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void await(ChannelFuture connected, int millis) throws IOException {
        boolean ended;
        try {
            ended = news.awaitEnd(connected, millis);
        } catch (InterruptedIOException e) {
            throw new SocketException("Closed by interrupt");
        }
        if (closed) {
            throw SocketFailure.closed();
        }
        if (!ended) {
            throw new SocketTimeoutException("Connect timed out");
        }
        if (!connected.isSuccess()) {
            throw SocketFailure.ofConnect(connected.cause());
        }
    }

    private static InetSocketAddress resolved(SocketAddress to) throws IOException {
        if (!(to instanceof InetSocketAddress remote)) {
            throw new IOException("Unsupported address type");
        }
        if (remote.isUnresolved()) {
            throw new UnknownHostException(remote.getHostString());
        }
        return remote.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLocalHost(), remote.getPort()) : remote;
    }

    // ---- connected ----------------------------------------------------------------------------------------------

    @Override
    protected InputStream getInputStream() throws IOException {
        return open().input;
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        return open().output;
    }

    @Override
    protected int available() throws IOException {
        return open().input.available();
    }

    @Override
    protected void shutdownInput() throws IOException {
        SocketStream open = open();
        open.input.shutdown();
        open.channel.shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        SocketStream open = open();
        open.output.shutdown();
        open.channel.shutdownOutput();
    }

    // ---- closing ------------------------------------------------------------------------------------------------

    /** Everyone who waits is told; what was written goes on its way, unless the linger time is 0. */
    @Override
    protected void close() {
        boolean onLoop;
        news.lock();
        try {
            if (closed || stream == null) {
                closed = true;
                return;
            }
            closed = true;
            onLoop = registered;
            news.tell();
        } finally {
            news.unlock();
        }
        SocketStream last = stream;
        last.input.close();
        last.output.close();
        if (!onLoop) {
            last.channel.unsafe().closeForcibly();
            return;
        }
        try {
            last.channel.eventLoop().execute(() -> end(last));
        } catch (RejectedExecutionException e) {
            // its event loop has ended, and its channels with it
            return;
        }
    }

    /** On the event loop. The FIN follows all that was written, which the send buffer may not have room for yet. */
    private static void end(SocketStream last) {
        CulvertChannel channel = last.channel;
        if (!channel.isActive() || channel.config().getSoLinger() == 0) {
            channel.close();
            return;
        }
        int patienceMillis = channel.config().getOption(CulvertChannelOption.ORPHAN_TIMEOUT_MILLIS);
        Future<?> givingUp = channel.eventLoop().schedule(() -> channel.close(), patienceMillis,
                TimeUnit.MILLISECONDS);
        channel.shutdownOutput().addListener(shut -> {
            givingUp.cancel(false);
            // RFC 2525 2.17: received bytes that nobody will read are answered with a reset, in the JDK behind the FIN
            if (last.input.hasLeftUnread()) {
                channel.config().setSoLinger(0);
            }
            channel.close();
        });
    }

    /** With a linger time, a close waits for so long until the peer has everything. */
    void linger() {
        CulvertChannel channel = anyChannel();
        if (!registered || loops.isOnLoop()) {
            return;
        }
        int seconds = channel.config().getSoLinger();
        if (seconds > 0) {
            try {
                news.awaitEnd(channel.closeFuture(), TimeUnit.SECONDS.toMillis(seconds));
            } catch (InterruptedIOException e) {
                // a virtual thread that is to end waits no longer
                return;
            }
        }
    }
}
