/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import io.culvert.sim.SimulatedNetwork;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** RFC 6528: ISN = M + F(localip, localport, remoteip, remoteport, secretkey), M a clock of 4 microseconds. */
final class InitialSequenceNumberTest {
    private static final int TICKS_PER_SECOND = 250_000;

    /** The ISS that answers a SYN of a peer now; the half-open session is reset again. */
    private static int issFor(Script s, Peer peer) {
        peer.sends(syn(1000).mss(1460));
        peer.expects(Spec.synAck());
        peer.sends(rst(1001));
        return peer.iss();
    }

    @Test
    void itAdvancesWithTimeByOneEveryFourMicroseconds() {
        try (Script s = Script.server()) {
            int first = issFor(s, s.peer());
            s.after(ofSeconds(1));
            assertEquals(first + TICKS_PER_SECOND, issFor(s, s.peer()));
            s.after(ofMillis(1));
            assertEquals(first + TICKS_PER_SECOND + 250, issFor(s, s.peer()));
            s.after(ofNanos(4000));
            assertEquals(first + TICKS_PER_SECOND + 251, issFor(s, s.peer()));
            // 4.77 hours bring it around once: 2 to the 32nd by 4 microseconds
            s.after(ofNanos((1L << 32) * 4000));
            assertEquals(first + TICKS_PER_SECOND + 251, issFor(s, s.peer()));
        }
    }

    @Test
    void anActiveOpenCountsByTheSameClock() {
        int[] iss = new int[2];
        for (int i = 0; i < 2; i++) {
            try (Script s = Script.client(Setting.nobodyThere())) {
                s.app().expectsFailure(ConnectException.class, "");
                s.peer().binds();
                s.after(ofSeconds(5 + i));
                s.connects();
                s.peer().expects(syn(0));
                iss[i] = s.peer().iss();
            }
        }
        assertEquals(iss[0] + TICKS_PER_SECOND, iss[1]);
    }

    @Test
    void everyFourTupleHasItsOwnOffset() {
        try (Script s = Script.server()) {
            Set<Integer> seen = new HashSet<>();
            for (int port = 40000; port < 40100; port++) {
                assertTrue(seen.add(issFor(s, s.peer(port))));
            }
            for (int host = 10; host < 110; host++) {
                InetSocketAddress address = new InetSocketAddress(SimulatedNetwork.host("10.0.0." + host), 40000);
                assertTrue(seen.add(issFor(s, s.peer(address))));
            }
        }
    }

    @Test
    void ourPortBelongsToTheFourTuple() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            int first = s.peer().iss();
            s.connects(new InetSocketAddress(Script.OURS.getAddress(), 7001), s.peer().address());
            s.peer().expects(Spec.syn());
            assertNotEquals(first, s.peer().iss());
        }
    }

    // offsets that are close together, or a step of the port apart, could be guessed
    @Test
    void neighbouringPortsSayNothingOfEachOther() {
        try (Script s = Script.server()) {
            Set<Integer> steps = new HashSet<>();
            int before = issFor(s, s.peer(40000));
            for (int port = 40001; port < 40100; port++) {
                int now = issFor(s, s.peer(port));
                assertTrue(steps.add(now - before));
                before = now;
            }
        }
    }

    @Test
    void theSameKeyGivesTheSameNumberAndAnotherKeyAnother() {
        Setting other = Setting.with(CulvertChannelOption.SECRET_KEY,
                "fedcba9876543210".getBytes(StandardCharsets.US_ASCII));
        int[] iss = new int[3];
        for (int i = 0; i < 3; i++) {
            try (Script s = i < 2 ? Script.server() : Script.server(other)) {
                iss[i] = issFor(s, s.peer());
            }
        }
        assertEquals(iss[0], iss[1]);
        assertNotEquals(iss[0], iss[2]);
    }

    // the two sides of one process: neither side's number gives away the other's
    @Test
    void theTimestampOffsetIsAnotherHash() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(1460).timestamps());
            s.peer().expects(Spec.synAck().timestamps());
            Peer b = s.peer(40001);
            b.sends(syn(1000).mss(1460).timestamps());
            b.expects(Spec.synAck().timestamps());
            assertNotEquals(s.peer().lastTsVal(), b.lastTsVal());
            assertNotEquals(s.peer().iss(), s.peer().lastTsVal());
            assertNotEquals(s.peer().iss() - b.iss(), s.peer().lastTsVal() - b.lastTsVal());
        }
    }
}
