/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.culvert.CulvertChannel;
import io.culvert.SessionInfo;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;

/**
 * A socket whose bytes travel in a Culvert session, made by a {@link CulvertSocketFactory} or accepted by a
 * {@link CulvertServerSocket}. It does what {@link Socket} says; different are these:
 *
 * <ul>
 * <li>{@code TCP_NODELAY} is on unless it is turned off, as in all of Culvert;
 * <li>there is no urgent data, and no {@code getChannel()};
 * <li>a reset takes away what a slow reader has left unread in the session; the 128 KiB that are with the socket
 * already are read before it is told;
 * <li>{@code SO_REUSEADDR} means nothing: no two UDP sockets may share a port;
 * <li>a read, a write, a connect or an accept on an event loop of the socket's group throws
 * {@link io.netty.util.concurrent.BlockingOperationException}, because it would wait for itself;
 * <li>a process that ends takes the transport with it: of the group that factories share what is closed is delivered
 * first, for ten seconds at most; for a group of one's own {@link io.culvert.Culvert#drain} says when.
 * </ul>
 *
 * <p>Threads may be virtual (JDK 21): they do not pin their carriers, and an interrupt closes the socket as it closes
 * one of the JDK.
 */
public final class CulvertSocket extends Socket {
    private final SessionSocket session;

    private CulvertSocket(SessionSocket session) throws SocketException {
        super(session);
        this.session = session;
    }

    /** A socket that is not connected. */
    static CulvertSocket of(Loops loops, Settings settings) throws SocketException {
        return new CulvertSocket(new SessionSocket(loops, settings));
    }

    /**
     * The session at this moment; {@code null} before there is one. Figures may be of different moments.
     */
    public SessionInfo info() {
        CulvertChannel channel = session.anyChannel();
        return channel == null ? null : channel.info();
    }

    /** Closes the socket; with {@code SO_LINGER} it waits for so long until the peer has everything. */
    @Override
    public void close() throws IOException {
        super.close();
        // JDK 17 leaves out a socket that another thread is about to create
        session.close();
        session.linger();
    }
}
