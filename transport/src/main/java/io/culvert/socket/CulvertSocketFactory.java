/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Makes sockets for software that takes a {@link SocketFactory}: HTTP clients, JDBC drivers, clients of key-value
 * stores. Immutable, and safe for use by several threads.
 *
 * <pre>{@code
 * SocketFactory sockets = new CulvertSocketFactory(group).with(CulvertChannelOption.TCP_USER_TIMEOUT, 30_000);
 * }</pre>
 */
public final class CulvertSocketFactory extends SocketFactory {
    private final Loops loops;
    private final Settings settings;

    /**
     * A factory on event loops that all factories without ones of their own share: one per processor, in daemon
     * threads. Software that makes its factory by the name of the class makes this one.
     */
    public CulvertSocketFactory() {
        this(SharedLoops.LOOPS, Settings.NONE);
    }

    /** A factory on event loops of one's own: NIO's or a native transport's. */
    public CulvertSocketFactory(EventLoopGroup group) {
        this(new Loops(group), Settings.NONE);
    }

    private CulvertSocketFactory(Loops loops, Settings settings) {
        this.loops = loops;
        this.settings = settings;
    }

    /**
     * A factory whose sockets start with an option more: Netty's, or one of
     * {@link io.culvert.CulvertChannelOption}. What a socket of the JDK has methods for, they set afterwards.
     *
     * @throws IllegalArgumentException if sockets depend on the option
     */
    public <T> CulvertSocketFactory with(ChannelOption<T> option, T value) {
        return new CulvertSocketFactory(loops, settings.with(option, value));
    }

    @Override
    public CulvertSocket createSocket() throws IOException {
        return CulvertSocket.of(loops, settings);
    }

    @Override
    public CulvertSocket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public CulvertSocket createSocket(String host, int port, InetAddress localHost, int localPort)
            throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
    }

    @Override
    public CulvertSocket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public CulvertSocket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
            throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
    }

    private CulvertSocket connected(InetSocketAddress remote, InetSocketAddress local) throws IOException {
        CulvertSocket socket = createSocket();
        try {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(remote);
            return socket;
        } catch (IOException | RuntimeException e) {
            closeAfter(e, socket);
            throw e;
        }
    }

    private static void closeAfter(Exception cause, Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
