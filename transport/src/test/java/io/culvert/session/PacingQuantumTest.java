/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.culvert.congestion.NewReno;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What bounds a train of segments. */
final class PacingQuantumTest {
    private static final long RTT_NANOS = 100_000_000;
    private static final InetSocketAddress LOCAL = new InetSocketAddress("127.0.0.1", 1);
    private static final InetSocketAddress REMOTE = new InetSocketAddress("127.0.0.1", 2);

    // the quantum that is set, a quarter of the UDP socket's receive buffer, but two segments at least
    @ParameterizedTest
    @CsvSource({"262144, 2000000, 262104", "10720, 2000000, 10720", "262144, 42880, 10720", "2048, 100, 1072"})
    void theQuantumAndTheSocketBufferBoundATrain(int quantum, int socketBuffer, int expected) {
        SessionConfig config = new SessionConfig();
        config.pacingQuantumBytes = quantum;
        Session session = new Session(LOCAL, REMOTE, false, config, UnpooledByteBufAllocator.DEFAULT,
                new PathMtu(1500, false, true), 0, 0);
        session.socketRoom(new SocketRoom(socketBuffer, new HostPath()));
        session.congestion(new NewReno(session.smss(), 1 << 30));
        session.rtt.sample(RTT_NANOS);
        session.rate.onDelivered(1);
        session.beginPacing(RTT_NANOS);
        int bytes = 0;
        while (session.pacer.allows(session.smss(), RTT_NANOS)) {
            session.pacer.onSent(session.smss());
            bytes += session.smss();
        }
        assertEquals(expected, bytes);
    }
}
