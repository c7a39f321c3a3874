/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** When three duplicate acknowledgments mean a loss. */
final class NewRenoRecoveryTest {
    private static final int SMSS = 1000;

    @Test
    void aLossIsFoundHoweverFarTheStreamHasComeWithoutOne() {
        NewRenoRecovery recovery = new NewRenoRecovery();
        int una = 1;
        recovery.start(una - 2);
        long stream = 3L << 30;
        int step = 1 << 20;
        for (long sent = 0; sent < stream; sent += step) {
            una += step;
            assertEquals(NewRenoRecovery.Step.NONE, recovery.onNewAck(una, step, SMSS));
        }
        int nxt = una + 10 * SMSS;
        recovery.onDuplicateAck(una, nxt, SMSS);
        recovery.onDuplicateAck(una, nxt, SMSS);
        assertEquals(NewRenoRecovery.Step.ENTER, recovery.onDuplicateAck(una, nxt, SMSS));
    }

    @Test
    void duplicatesOfWhatARecoveryHasSentAgainAreNoLoss() {
        NewRenoRecovery recovery = new NewRenoRecovery();
        recovery.start(-1);
        recovery.onRetransmissionTimeout(10 * SMSS);
        recovery.onNewAck(5 * SMSS, SMSS, SMSS);
        for (int i = 0; i < 5; i++) {
            assertEquals(NewRenoRecovery.Step.NONE, recovery.onDuplicateAck(5 * SMSS, 12 * SMSS, SMSS));
        }
    }
}
