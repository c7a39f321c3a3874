/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A rendezvous through two NATs of the Linux kernel. Needs network namespaces and nftables, so root; skipped without.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NatRendezvousTest {
    private static void passes(Duration span) {
        Awaitility.await().pollDelay(span).until(() -> true);
    }

    private static void talk(RendezvousPeer a, RendezvousPeer b) throws Exception {
        a.says("from a");
        b.hears("from a");
        b.says("from b");
        a.hears("from b");
    }

    @ParameterizedTest
    @EnumSource
    void twoBehindNatsLearnTheirAddressesAndMeet(Io io) throws Exception {
        io.factory();
        try (NatNetwork network = NatNetwork.lay()) {
            Process stun = network.startStun();
            try (RendezvousPeer a = network.startA(io, 0); RendezvousPeer b = network.startB(io, 0)) {
                assertTrue(a.outside().startsWith(NatNetwork.OUTSIDE_A + " "), a::outside);
                assertTrue(b.outside().startsWith(NatNetwork.OUTSIDE_B + " "), b::outside);
                a.connectsTo(b);
                b.connectsTo(a);
                a.hasMet();
                b.hasMet();
                talk(a, b);
            } finally {
                stun.destroy();
            }
        }
    }

    @Test
    void whoIsEarlyWaits() throws Exception {
        try (NatNetwork network = NatNetwork.lay()) {
            Process stun = network.startStun();
            try (RendezvousPeer a = network.startA(Io.NIO, 0); RendezvousPeer b = network.startB(Io.NIO, 0)) {
                a.connectsTo(b);
                passes(Duration.ofSeconds(4));
                b.connectsTo(a);
                b.hasMet();
                a.hasMet();
                talk(a, b);
            } finally {
                stun.destroy();
            }
        }
    }

    /** The NATs forget after three seconds, and drop then what comes from outside. */
    @Test
    void anIdleSessionSurvivesWithKeepalives() throws Exception {
        try (NatNetwork network = NatNetwork.lay()) {
            Process stun = network.startStun();
            try (RendezvousPeer a = network.startA(Io.NIO, 1); RendezvousPeer b = network.startB(Io.NIO, 1)) {
                network.timeoutSeconds(3);
                a.connectsTo(b);
                b.connectsTo(a);
                a.hasMet();
                b.hasMet();
                passes(Duration.ofSeconds(8));
                talk(a, b);
            } finally {
                stun.destroy();
            }
        }
    }
}
