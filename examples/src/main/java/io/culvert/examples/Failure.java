/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.CulvertTimeoutException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** A session that did not do what it should; and what any failure is called on standard error and as exit code. */
final class Failure extends IOException {
    static final int FAILED = 1;
    static final int REFUSED = 3;
    static final int TIMED_OUT = 4;

    private static final long serialVersionUID = 1;
    private static final String FIREWALL_HINT =
            " (is the other side running there, and does a firewall on the way drop UDP?)";

    Failure(String message) {
        super(message);
    }

    /** One line for people. */
    static String line(Throwable failure) {
        Throwable cause = unwrap(failure);
        String line;
        if (isTimeout(cause)) {
            line = "timed out: " + message(cause) + FIREWALL_HINT;
        } else if (cause instanceof ConnectException) {
            line = message(cause).toLowerCase().contains("refused") ? message(cause)
                    : "connection refused: " + message(cause);
        } else if (cause instanceof UnknownHostException) {
            line = "unknown host: " + message(cause);
        } else if (cause instanceof BindException || message(cause).startsWith("bind(")) {
            // Netty's native transports do not use the JDK's exception for this.
            line = "cannot listen: " + message(cause);
        } else if (cause instanceof ClosedChannelException || cause instanceof NotYetConnectedException) {
            line = "the peer closed early";
        } else if (cause instanceof IOException) {
            line = message(cause);
        } else {
            line = cause.toString();
        }
        return line.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    static int exitCode(Throwable failure) {
        Throwable cause = unwrap(failure);
        if (isTimeout(cause)) {
            return TIMED_OUT;
        }
        return cause instanceof ConnectException ? REFUSED : FAILED;
    }

    // ConnectTimeoutException is a ConnectException: whoever tells them apart asks for the timeout first.
    private static boolean isTimeout(Throwable cause) {
        return cause instanceof ConnectTimeoutException || cause instanceof CulvertTimeoutException;
    }

    private static Throwable unwrap(Throwable failure) {
        boolean wrapper = failure instanceof ExecutionException || failure instanceof CompletionException
                || failure instanceof DecoderException;
        return wrapper && failure.getCause() != null ? unwrap(failure.getCause()) : failure;
    }

    private static String message(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
