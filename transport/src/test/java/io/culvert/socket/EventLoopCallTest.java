/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.socket.Sockets.Ends;
import io.netty.util.concurrent.BlockingOperationException;
import io.netty.util.concurrent.EventExecutor;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Sockets in the hands of an event loop, which must not wait for itself. */
class EventLoopCallTest {
    @CulvertKind
    void whatMayBlockIsRefusedOnEveryLoopOfTheGroup(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            ServerSocket server = sockets.listen();
            Socket other = sockets.newSocket();
            for (EventExecutor loop : sockets.group()) {
                refused(loop, () -> ends.client().getInputStream().read());
                refused(loop, () -> {
                    ends.client().getOutputStream().write(1);
                    return null;
                });
                refused(loop, server::accept);
                refused(loop, () -> {
                    other.connect(server.getLocalSocketAddress());
                    return null;
                });
            }
            ends.client().getOutputStream().write(5);
            assertEquals(5, ends.server().getInputStream().read());
            other.connect(server.getLocalSocketAddress());
            assertTrue(other.isConnected());
        }
    }

    private static void refused(EventExecutor loop, Callable<?> call) {
        BlockingOperationException refused = Sockets.failure(BlockingOperationException.class, loop.submit(call));
        assertTrue(refused.getMessage().contains("event loop"), refused::toString);
    }

    @CulvertKind
    void aCloseOnAnEventLoopDoesNotWait(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            ends.client().setSoLinger(true, 30);
            ends.client().getOutputStream().write(6);
            Sockets.result(sockets.group().next().submit(() -> {
                ends.client().close();
                return null;
            }));
            assertEquals(6, ends.server().getInputStream().read());
            assertEquals(-1, ends.server().getInputStream().read());
        }
    }

    @CulvertKind
    void theEndOfTheEventLoopsEndsTheSockets(Kind kind) throws Exception {
        Sockets sockets = Sockets.of(kind);
        Ends ends = sockets.ends();
        ServerSocket server = sockets.listen();
        var reading = sockets.begin(() -> ends.client().getInputStream().read());
        var accepting = sockets.begin(server::accept);
        sockets.group().shutdownGracefully(0, 10, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
        Sockets.failure(SocketException.class, reading);
        Sockets.failure(SocketException.class, accepting);
        assertThrows(SocketException.class, () -> ends.client().getOutputStream().write(1));
        assertThrows(SocketException.class, () -> sockets.connect(server));
        sockets.close();
    }
}
