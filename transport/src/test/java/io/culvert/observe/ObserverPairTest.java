/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.culvert.segment.Segment;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObserverPairTest {
    private final List<String> told = new ArrayList<>();
    private final Segment segment = new Segment();

    private final class Noting implements SessionObserver {
        private final String name;
        private final boolean throwing;

        Noting(String name, boolean throwing) {
            this.name = name;
            this.throwing = throwing;
        }

        private void note(String what) {
            told.add(name + " " + what);
            if (throwing) {
                throw new IllegalStateException(name);
            }
        }

        @Override
        public void segmentSent(SessionView session, Segment sent, boolean retransmission, long nowNanos) {
            note("sent " + (sent == segment) + " " + retransmission + " " + nowNanos);
        }

        @Override
        public void segmentReceived(SessionView session, Segment received, long nowNanos) {
            note("received " + (received == segment) + " " + nowNanos);
        }

        @Override
        public void stateChanged(SessionView session, ConnectionState from, ConnectionState to, ConnectionEvent event,
                long nowNanos) {
            note(from + " " + event + " " + to + " " + nowNanos);
        }
    }

    private static void tellAll(SessionObserver observer, Segment segment) {
        observer.segmentSent(null, segment, true, 1);
        observer.segmentReceived(null, segment, 2);
        observer.stateChanged(null, ConnectionState.CLOSED, ConnectionState.SYN_SENT, ConnectionEvent.OPEN_ACTIVE, 3);
    }

    @Test
    void bothAreToldEverythingOneAfterTheOther() {
        tellAll(new Noting("a", false).andThen(new Noting("b", false)), segment);
        assertEquals(List.of("a sent true true 1", "b sent true true 1", "a received true 2", "b received true 2",
                "a CLOSED OPEN_ACTIVE SYN_SENT 3", "b CLOSED OPEN_ACTIVE SYN_SENT 3"), told);
    }

    @Test
    void theSecondIsToldWhateverTheFirstThrows() {
        SessionObserver pair = new Noting("a", true).andThen(new Noting("b", false));
        assertThrows(IllegalStateException.class, () -> pair.segmentSent(null, segment, false, 1));
        assertThrows(IllegalStateException.class, () -> pair.segmentReceived(null, segment, 2));
        assertThrows(IllegalStateException.class, () -> pair.stateChanged(null, ConnectionState.CLOSED,
                ConnectionState.LISTEN, ConnectionEvent.OPEN_PASSIVE, 3));
        assertEquals(List.of("b sent true false 1", "b received true 2", "b CLOSED OPEN_PASSIVE LISTEN 3"),
                told.stream().filter(line -> line.startsWith("b")).toList());
    }
}
