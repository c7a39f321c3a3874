/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.culvert.sim.LoggedFaults;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The end of the event loops takes the UDP socket away: what still had something to lose is warned of. */
final class SocketTakenAwayTest {
    private static void endsTheLoops(Script s) {
        Future<?> terminated = s.world().loop().shutdownGracefully(0, 1, TimeUnit.SECONDS);
        s.world().runUntil(terminated::isDone, ofSeconds(5));
    }

    private static List<String> warnings(LoggedFaults logged) {
        return logged.take().stream().filter(line -> line.contains("UDP channel")).toList();
    }

    /** FIN-WAIT-2 after a full close has delivered everything, as drain() says: no warning. */
    @Test
    void anOrphanThatHasDeliveredEverythingGoesWithoutAWarning() {
        try (LoggedFaults logged = new LoggedFaults(); Script s = Script.establishedClient()) {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.app().expectsClosed();
            s.expectsState(FIN_WAIT_2);
            endsTheLoops(s);
            assertEquals(List.of(), warnings(logged));
        }
    }

    /** Bytes nobody has acknowledged are lost with the socket. */
    @Test
    void aSessionWithSomethingToDeliverIsWarnedOf() {
        try (LoggedFaults logged = new LoggedFaults(); Script s = Script.establishedClient()) {
            s.app().writes("lost");
            s.peer().expects(data(1, "lost").acks(1001));
            endsTheLoops(s);
            assertEquals(1, warnings(logged).size());
        }
    }

    /** So is one whose application still holds its channel. */
    @Test
    void aSessionInUseIsWarnedOf() {
        try (LoggedFaults logged = new LoggedFaults(); Script s = Script.establishedClient()) {
            endsTheLoops(s);
            assertEquals(1, warnings(logged).size());
        }
    }
}
