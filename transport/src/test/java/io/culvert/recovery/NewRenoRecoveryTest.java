/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 5681 section 3.2 and RFC 6582 section 3.2. */
final class NewRenoRecoveryTest {
    private static final int SMSS = 100;
    private static final int ISS = -150;

    private final NewRenoRecovery recovery = new NewRenoRecovery();

    NewRenoRecoveryTest() {
        recovery.start(ISS - 1);
    }

    private NewRenoRecovery.Step duplicates(int una, int nxt, int count) {
        NewRenoRecovery.Step step = NewRenoRecovery.Step.NONE;
        for (int i = 0; i < count; i++) {
            step = recovery.onDuplicateAck(una, nxt, SMSS);
        }
        return step;
    }

    @Test
    void theThirdDuplicateEnters() {
        assertEquals(NewRenoRecovery.Step.NONE, duplicates(ISS + 1, ISS + 1001, 2));
        assertFalse(recovery.inRecovery());
        assertEquals(NewRenoRecovery.Step.ENTER, duplicates(ISS + 1, ISS + 1001, 1));
        assertTrue(recovery.inRecovery());
        assertEquals(3 * SMSS, recovery.inflationBytes());
    }

    @Test
    void furtherDuplicatesInflate() {
        duplicates(ISS + 1, ISS + 1001, 3);
        assertEquals(NewRenoRecovery.Step.NONE, duplicates(ISS + 1, ISS + 1001, 2));
        assertEquals(5 * SMSS, recovery.inflationBytes());
    }

    @Test
    void aNewAckForgetsDuplicates() {
        duplicates(ISS + 1, ISS + 1001, 2);
        assertEquals(NewRenoRecovery.Step.NONE, recovery.onNewAck(ISS + 101, SMSS, SMSS));
        assertEquals(NewRenoRecovery.Step.NONE, duplicates(ISS + 101, ISS + 1001, 2));
    }

    // RFC 6582 3.2 step 3: deflate by what is acknowledged, add back one SMSS if it was at least that much
    @Test
    void partialAcksRetransmitAndDeflate() {
        duplicates(ISS + 1, ISS + 1001, 6);
        assertEquals(NewRenoRecovery.Step.RETRANSMIT, recovery.onNewAck(ISS + 301, 3 * SMSS, SMSS));
        assertEquals(4 * SMSS, recovery.inflationBytes());
        assertEquals(NewRenoRecovery.Step.RETRANSMIT, recovery.onNewAck(ISS + 351, SMSS / 2, SMSS));
        assertEquals(3 * SMSS + SMSS / 2, recovery.inflationBytes());
        assertTrue(recovery.inRecovery());
    }

    @Test
    void theFullAckExits() {
        duplicates(ISS + 1, ISS + 1001, 3);
        assertEquals(NewRenoRecovery.Step.RETRANSMIT, recovery.onNewAck(ISS + 1000, 999, SMSS));
        assertEquals(NewRenoRecovery.Step.EXIT, recovery.onNewAck(ISS + 1001, 1, SMSS));
        assertFalse(recovery.inRecovery());
        assertEquals(0, recovery.inflationBytes());
    }

    // RFC 6582 3.2 step 2: only what covers more than recover may enter again
    @Test
    void duplicatesOfOldDataDoNotEnterAgain() {
        recovery.onRetransmissionTimeout(ISS + 1001);
        assertEquals(NewRenoRecovery.Step.NONE, duplicates(ISS + 501, ISS + 1001, 3));
        assertEquals(NewRenoRecovery.Step.NONE, recovery.onNewAck(ISS + 1001, 500, SMSS));
        assertEquals(NewRenoRecovery.Step.NONE, duplicates(ISS + 1001, ISS + 1401, 3));
        assertFalse(recovery.inRecovery());
    }

    @Test
    void aByteBeyondRecoverMayEnterAgain() {
        recovery.onRetransmissionTimeout(ISS + 1001);
        recovery.onNewAck(ISS + 1002, 1001, SMSS);
        assertEquals(NewRenoRecovery.Step.ENTER, duplicates(ISS + 1002, ISS + 1402, 3));
    }

    @Test
    void aTimeoutEndsRecovery() {
        duplicates(ISS + 1, ISS + 1001, 5);
        recovery.onRetransmissionTimeout(ISS + 1001);
        assertFalse(recovery.inRecovery());
        assertEquals(0, recovery.inflationBytes());
    }

    @Test
    void aLossIsFoundHoweverFarTheStreamHasComeWithoutOne() {
        int una = ISS + 1;
        int step = 1 << 20;
        for (long sent = 0; sent < 3L << 30; sent += step) {
            una += step;
            assertEquals(NewRenoRecovery.Step.NONE, recovery.onNewAck(una, step, SMSS));
        }
        int nxt = una + 10 * SMSS;
        recovery.onDuplicateAck(una, nxt, SMSS);
        recovery.onDuplicateAck(una, nxt, SMSS);
        assertEquals(NewRenoRecovery.Step.ENTER, recovery.onDuplicateAck(una, nxt, SMSS));
    }
}
