/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;

/** The system gives no UDP socket: descriptors, memory or ports are used up. */
public final class SocketShortageException extends SocketException {
    private static final long serialVersionUID = 1L;
    /** How Netty words EAGAIN of Linux, which is what connect() says when no port is left to choose. */
    private static final String NO_PORT = "(-11)";

    private final boolean passing;

    SocketShortageException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private SocketShortageException(String message, Throwable cause, boolean passing) {
        super(message);
        initCause(cause);
        this.passing = passing;
    }

    /** Whether a socket has been closed that the system will have back in a moment. */
    public boolean isPassing() {
        return passing;
    }

    /** No socket was opened. */
    static SocketShortageException notOpened(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new SocketShortageException("no UDP socket can be opened: " + root.getMessage(), cause);
    }

    /** What it means that a socket could not be connected which was left to choose its port. */
    static Exception ofConnect(Exception cause) {
        boolean noPort = cause instanceof BindException
                || cause instanceof ConnectException && String.valueOf(cause.getMessage()).contains(NO_PORT);
        return noPort ? new SocketShortageException("no UDP port is free: " + cause.getMessage(), cause) : cause;
    }

    /** The same, after a socket was closed. */
    SocketShortageException passingSoon() {
        return new SocketShortageException(getMessage(), getCause(), true);
    }

    /** The same, to those who can do something about it. */
    SocketShortageException with(int idleCarriers) {
        return new SocketShortageException(getMessage() + " (of this event loop's, " + idleCarriers
                + " are in TIME-WAIT, none for long enough to give way)", getCause());
    }
}
