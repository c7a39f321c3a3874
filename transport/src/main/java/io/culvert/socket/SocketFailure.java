/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;

/** What a channel's failure is called in a socket of the JDK. The failure itself is the cause. */
final class SocketFailure {
    private static final String REFUSED = "Connection refused";

    private SocketFailure() {
    }

    static SocketException closed() {
        return new SocketException("Socket closed");
    }

    /** Of a read or a write on a session that has failed. */
    static SocketException ofStream(Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            return caused(new SocketException("Connection aborted: its event loop has closed it"), cause);
        }
        boolean reset = "Connection reset by peer".equals(cause.getMessage());
        return caused(new SocketException(reset ? "Connection reset" : cause.getMessage()), cause);
    }

    static IOException ofConnect(Throwable cause) {
        if (cause instanceof SocketTimeoutException timeout) {
            return timeout;
        }
        if (cause instanceof ConnectTimeoutException) {
            return caused(new ConnectException("Connection timed out"), cause);
        }
        if (cause instanceof NoRouteToHostException) {
            return caused(new NoRouteToHostException(cause.getMessage()), cause);
        }
        if (cause instanceof ConnectException) {
            String message = String.valueOf(cause.getMessage());
            return caused(new ConnectException(message.startsWith(REFUSED) ? REFUSED : message), cause);
        }
        return ofBind(cause);
    }

    static IOException ofBind(Throwable cause) {
        if (cause instanceof BindException) {
            return caused(new BindException(cause.getMessage()), cause);
        }
        if (cause instanceof ClosedChannelException) {
            return caused(closed(), cause);
        }
        return caused(new SocketException(cause instanceof RejectedExecutionException
                ? "the event loop group is shut down" : String.valueOf(cause.getMessage())), cause);
    }

    private static <E extends IOException> E caused(E exception, Throwable cause) {
        exception.initCause(cause);
        return exception;
    }
}
