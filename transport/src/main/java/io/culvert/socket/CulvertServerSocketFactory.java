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
import javax.net.ServerSocketFactory;

/**
 * Makes server sockets for software that takes a {@link ServerSocketFactory}. Immutable, and safe for use by several
 * threads.
 */
public final class CulvertServerSocketFactory extends ServerSocketFactory {
    private static final int DEFAULT_BACKLOG = 50;

    private final Loops loops;
    private final Settings settings;

    /** A factory on the event loops that all factories without ones of their own share. */
    public CulvertServerSocketFactory() {
        this(SharedLoops.LOOPS, Settings.NONE);
    }

    /** A factory on event loops of one's own: NIO's or a native transport's. */
    public CulvertServerSocketFactory(EventLoopGroup group) {
        this(new Loops(group), Settings.NONE);
    }

    private CulvertServerSocketFactory(Loops loops, Settings settings) {
        this.loops = loops;
        this.settings = settings;
    }

    /**
     * A factory whose server sockets, and the sockets that they accept, start with an option more: Netty's, or one of
     * {@link io.culvert.CulvertChannelOption}.
     *
     * @throws IllegalArgumentException if sockets depend on the option
     */
    public <T> CulvertServerSocketFactory with(ChannelOption<T> option, T value) {
        return new CulvertServerSocketFactory(loops, settings.with(option, value));
    }

    @Override
    public CulvertServerSocket createServerSocket() throws IOException {
        return new CulvertServerSocket(loops, settings);
    }

    @Override
    public CulvertServerSocket createServerSocket(int port) throws IOException {
        return createServerSocket(port, DEFAULT_BACKLOG, null);
    }

    @Override
    public CulvertServerSocket createServerSocket(int port, int backlog) throws IOException {
        return createServerSocket(port, backlog, null);
    }

    @Override
    public CulvertServerSocket createServerSocket(int port, int backlog, InetAddress local) throws IOException {
        CulvertServerSocket socket = createServerSocket();
        try {
            socket.bind(new InetSocketAddress(local, port), backlog);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
