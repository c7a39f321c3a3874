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
final class DuplicateAcksTest {
    private static final int ISS = -150;

    private final DuplicateAcks acks = new DuplicateAcks();

    DuplicateAcksTest() {
        acks.start(ISS - 1);
    }

    private boolean duplicates(int una, int count) {
        boolean loss = false;
        for (int i = 0; i < count; i++) {
            loss = acks.onDuplicateAck(una);
        }
        return loss;
    }

    @Test
    void theThirdDuplicateShowsALoss() {
        assertFalse(duplicates(ISS + 1, 2));
        assertTrue(duplicates(ISS + 1, 1));
        assertFalse(duplicates(ISS + 1, 1));
        assertEquals(4, acks.count());
    }

    @Test
    void aNewAckForgetsDuplicates() {
        duplicates(ISS + 1, 2);
        acks.onNewAck(ISS + 101, 1);
        assertEquals(0, acks.count());
        assertFalse(duplicates(ISS + 101, 2));
    }

    // what a partial acknowledgment covers behind the hole it fills had been counted as gone
    @Test
    void partialAcksTakeBackWhatTheyCover() {
        duplicates(ISS + 1, 6);
        acks.enterRecovery(ISS + 1001);
        acks.onNewAck(ISS + 301, 3);
        assertEquals(4, acks.count());
        assertFalse(duplicates(ISS + 301, 3));
        acks.onNewAck(ISS + 1001, 20);
        assertEquals(0, acks.count());
    }

    // RFC 6582 3.2 step 2: only what covers more than recover may enter again
    @Test
    void duplicatesOfOldDataDoNotEnterAgain() {
        acks.onRetransmissionTimeout(ISS + 1001);
        assertFalse(duplicates(ISS + 501, 3));
        acks.onNewAck(ISS + 1001, 5);
        assertFalse(duplicates(ISS + 1001, 3));
    }

    @Test
    void aByteBeyondRecoverMayEnterAgain() {
        acks.enterRecovery(ISS + 1001);
        acks.exitRecovery();
        acks.onNewAck(ISS + 1002, 1);
        assertTrue(duplicates(ISS + 1002, 3));
    }

    @Test
    void aLossIsFoundHoweverFarTheStreamHasComeWithoutOne() {
        int una = ISS + 1;
        int step = 1 << 20;
        for (long sent = 0; sent < 3L << 30; sent += step) {
            una += step;
            acks.onNewAck(una, 1);
        }
        assertTrue(duplicates(una, 3));
    }
}
