/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FailureTest {
    @Test
    void refusedIsThree() {
        assertFailure(3, "connection refused: /127.0.0.1:9", new ConnectException("/127.0.0.1:9"));
        assertFailure(3, "Connection refused: /127.0.0.1:9", new ConnectException("Connection refused: /127.0.0.1:9"));
    }

    @Test
    void timedOutIsFourAndNamesFirewalls() {
        Exception timeout = new ConnectTimeoutException("connect after 30000 ms");
        assertEquals(4, Failure.exitCode(timeout));
        assertTrue(Failure.line(timeout).startsWith("timed out: connect after 30000 ms"));
        assertTrue(Failure.line(timeout).contains("firewall on the way drop UDP"));
    }

    @Test
    void everythingElseIsOne() {
        assertFailure(1, "Connection reset by peer", new IOException("Connection reset by peer"));
        assertFailure(1, "the peer closed early", new ClosedChannelException());
        assertFailure(1, "unknown host: nowhere.invalid", new UnknownHostException("nowhere.invalid"));
        assertFailure(1, "cannot listen: Address already in use", new BindException("Address already in use"));
        assertFailure(1, "cannot listen: bind(..) failed with error(-98): Address already in use",
                new IOException("bind(..) failed with error(-98): Address already in use"));
        assertFailure(1, "java.lang.IllegalStateException: odd", new IllegalStateException("odd"));
    }

    @Test
    void looksThroughWrappers() {
        assertFailure(3, "connection refused: x", new ExecutionException(new ConnectException("x")));
    }

    @Test
    void isOneLine() {
        assertFailure(1, "first second", new IOException("first\n   second\n"));
    }

    private static void assertFailure(int exitCode, String line, Throwable failure) {
        assertEquals(exitCode, Failure.exitCode(failure));
        assertEquals(line, Failure.line(failure));
    }
}
