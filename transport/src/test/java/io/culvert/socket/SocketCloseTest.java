/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.socket.Sockets.Ends;
import io.culvert.state.ConnectionState;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.concurrent.Future;

/** Closing a socket, or half of one. */
class SocketCloseTest {
    @EveryKind
    void oneDirectionGoesOnWhenTheOtherHasEnded(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            byte[] request = Sockets.randomBytes(200_000, 1);
            Future<byte[]> echoing = sockets.start(() -> {
                byte[] all = ends.server().getInputStream().readAllBytes();
                ends.server().getOutputStream().write(all);
                ends.server().close();
                return all;
            });
            ends.client().getOutputStream().write(request);
            ends.client().shutdownOutput();
            assertTrue(ends.client().isOutputShutdown());
            assertFalse(ends.client().isInputShutdown() || ends.client().isClosed());
            assertThrows(SocketException.class, ends.client()::shutdownOutput);
            assertArrayEquals(request, ends.client().getInputStream().readAllBytes());
            assertArrayEquals(request, Sockets.result(echoing));
        }
    }

    @EveryKind
    void aCloseDeliversWhatWasWritten(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            byte[] sent = Sockets.randomBytes(120_000, 2);
            ends.client().getOutputStream().write(sent);
            ends.client().close();
            assertTrue(ends.client().isClosed());
            assertArrayEquals(sent, ends.server().getInputStream().readAllBytes());
        }
    }

    @EveryKind
    void aCloseWithALingerTimeWaitsForThePeer(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            byte[] sent = Sockets.randomBytes(3_000_000, 3);
            ends.client().setSoLinger(true, 30);
            Future<byte[]> reading = sockets.start(() -> ends.server().getInputStream().readAllBytes());
            ends.client().getOutputStream().write(sent);
            ends.client().close();
            assertArrayEquals(sent, Sockets.result(reading));
        }
    }

    @EveryKind
    void aLingerTimeEndsTheWait(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            ends.server().setReceiveBufferSize(10_000);
            ends.client().setSendBufferSize(10_000);
            Future<?> writing = sockets.start(() -> {
                ends.client().getOutputStream().write(new byte[20 << 20]);
                return null;
            });
            // nobody reads: the writer waits for room until the close
            Sockets.eventually(() -> assertTrue(ends.server().getInputStream().available() > 0));
            ends.client().setSoLinger(true, 1);
            ends.client().close();
            Sockets.failure(SocketException.class, writing);
        }
    }

    @EveryKind
    void aLingerTimeOfZeroResets(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            Sockets.reset(ends.client());
            assertEquals("Connection reset", assertThrows(SocketException.class,
                    () -> ends.server().getInputStream().read()).getMessage());
        }
    }

    @EveryKind
    void aCloseWithUnreadBytesEndsTheInputOfThePeerAndItsOutput(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            ends.client().getOutputStream().write(new byte[5_000]);
            Sockets.eventually(() -> assertEquals(5_000, ends.server().getInputStream().available()));
            ends.server().getOutputStream().write(8);
            ends.server().close();
            assertArrayEquals(new byte[] {8}, ends.client().getInputStream().readAllBytes());
            if (ends.client() instanceof CulvertSocket socket) {
                // a reset, not only a FIN
                Sockets.eventually(() -> assertEquals(ConnectionState.CLOSED, socket.info().state()));
            }
            Sockets.eventually(() -> assertThrows(SocketException.class,
                    () -> ends.client().getOutputStream().write(1)));
        }
    }

    @EveryKind
    void aClosedSocketRefusesEverything(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            InputStream in = ends.client().getInputStream();
            OutputStream out = ends.client().getOutputStream();
            in.close();
            assertTrue(ends.client().isClosed());
            ends.client().close();
            assertThrows(SocketException.class, in::available);
            assertThrows(SocketException.class, () -> out.write(1));
            assertThrows(SocketException.class, ends.client()::getInputStream);
            assertThrows(SocketException.class, ends.client()::shutdownInput);
            assertThrows(SocketException.class, ends.client()::getSoTimeout);
            assertThrows(SocketException.class, () -> ends.client().setTcpNoDelay(true));
            assertEquals(-1, ends.server().getInputStream().read());
        }
    }

    @EveryKind
    void closingTheOutputStreamClosesTheSocket(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            ends.client().getOutputStream().write(7);
            ends.client().getOutputStream().close();
            assertTrue(ends.client().isClosed());
            assertArrayEquals(new byte[] {7}, ends.server().getInputStream().readAllBytes());
        }
    }
}
