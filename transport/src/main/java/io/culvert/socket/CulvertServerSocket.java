/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketException;

/**
 * A server socket that accepts Culvert sessions. It does what {@link ServerSocket} says; what {@link CulvertSocket}
 * says of differences holds here, too. Closing it resets the sessions that nobody has accepted and leaves the others
 * alone; the port is free when the last of them is over.
 */
public final class CulvertServerSocket extends ServerSocket {
    private final ListenerSocket listener;
    private final Loops loops;

    /** A socket that is not bound, on the event loops that all sockets share for which there are no others. */
    public CulvertServerSocket() {
        this(SharedLoops.LOOPS, Settings.NONE);
    }

    /** A socket that is not bound, on event loops of one's own: NIO's or a native transport's. */
    public CulvertServerSocket(EventLoopGroup group) {
        this(new Loops(group), Settings.NONE);
    }

    CulvertServerSocket(Loops loops, Settings settings) {
        this(new ListenerSocket(loops, settings), loops);
    }

    private CulvertServerSocket(ListenerSocket listener, Loops loops) {
        super(listener);
        this.listener = listener;
        this.loops = loops;
    }

    /** Waits for a session, and gives its socket. */
    @Override
    public CulvertSocket accept() throws IOException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (!isBound()) {
            throw new SocketException("Socket is not bound yet");
        }
        CulvertSocket socket = CulvertSocket.of(loops, Settings.NONE);
        implAccept(socket);
        return socket;
    }

    /** Closes the socket, and waits until its port is let go. */
    @Override
    public void close() throws IOException {
        super.close();
        // JDK 17 leaves out a socket that another thread is about to create
        listener.close();
        listener.awaitClosed();
    }
}
