/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static io.culvert.recovery.ForwardRto.Verdict.OPEN;
import static io.culvert.recovery.ForwardRto.Verdict.REAL;
import static io.culvert.recovery.ForwardRto.Verdict.SPURIOUS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 5682 sections 2.1 and 3.1: the verdicts. */
final class ForwardRtoTest {
    private static final boolean SACK = true;
    private static final boolean PLAIN = false;

    private final ForwardRto forwardRto = new ForwardRto();

    private ForwardRto.Verdict advances(boolean sack, boolean originalDelivered) {
        return forwardRto.onAck(sack, true, false, originalDelivered, true);
    }

    private ForwardRto.Verdict duplicates(boolean sack, boolean originalDelivered) {
        return forwardRto.onAck(sack, false, false, originalDelivered, true);
    }

    @Test
    void withoutATimeoutNothingIsAsked() {
        assertEquals(OPEN, advances(PLAIN, true));
        assertFalse(forwardRto.holdsBack());
        assertFalse(forwardRto.prefersNewData());
    }

    // section 2.1 step 1
    @Test
    void afterTheTimeoutTheFirstSegmentAloneGoesAgain() {
        forwardRto.begin();
        assertTrue(forwardRto.holdsBack());
        assertFalse(forwardRto.prefersNewData());
    }

    // section 2.1 step 2b
    @ParameterizedTest
    @ValueSource(booleans = {PLAIN, SACK})
    void theFirstAdvanceLetsNewDataGo(boolean sack) {
        forwardRto.begin();
        assertEquals(OPEN, advances(sack, false));
        assertFalse(forwardRto.holdsBack());
        assertTrue(forwardRto.prefersNewData());
    }

    // section 2.1 step 3b
    @Test
    void theSecondAdvanceShowsASpuriousTimeout() {
        forwardRto.begin();
        // what came late with the first says nothing: a retransmission that fills a hole does the same
        assertEquals(OPEN, advances(PLAIN, true));
        assertEquals(SPURIOUS, advances(PLAIN, true));
        assertFalse(forwardRto.prefersNewData());
    }

    @Test
    void aSecondAdvanceOverWhatWasSentAgainIsNoProof() {
        forwardRto.begin();
        assertEquals(OPEN, advances(PLAIN, true));
        assertEquals(REAL, advances(PLAIN, false));
    }

    // section 2.1 step 3a, section 3.1 step 3a
    @ParameterizedTest
    @ValueSource(booleans = {PLAIN, SACK})
    void aDuplicateAfterTheFirstAdvanceShowsALoss(boolean sack) {
        forwardRto.begin();
        assertEquals(OPEN, advances(sack, false));
        assertEquals(REAL, duplicates(sack, false));
        assertFalse(forwardRto.prefersNewData());
    }

    // section 2.1 step 2a
    @ParameterizedTest
    @ValueSource(booleans = {PLAIN, SACK})
    void aDuplicateAtFirstShowsALoss(boolean sack) {
        forwardRto.begin();
        assertEquals(REAL, duplicates(sack, false));
        assertFalse(forwardRto.holdsBack());
        assertEquals(OPEN, advances(sack, true), "settled");
    }

    // section 2.1 step 2a
    @ParameterizedTest
    @ValueSource(booleans = {PLAIN, SACK})
    void anAckOfEverythingEndsIt(boolean sack) {
        forwardRto.begin();
        assertEquals(REAL, forwardRto.onAck(sack, true, true, false, true));
    }

    // section 2.1 step 2b: nothing new to send, or no window for it
    @ParameterizedTest
    @ValueSource(booleans = {PLAIN, SACK})
    void withoutNewDataItIsConventional(boolean sack) {
        forwardRto.begin();
        assertEquals(REAL, forwardRto.onAck(sack, true, false, false, false));
        assertFalse(forwardRto.prefersNewData());
    }

    // section 3.1 step 3b: selective acknowledgments tell originals from retransmissions at once
    @Test
    void withSackAnOriginalShowsASpuriousTimeoutAtOnce() {
        forwardRto.begin();
        assertEquals(SPURIOUS, advances(SACK, true));
        forwardRto.begin();
        assertEquals(SPURIOUS, duplicates(SACK, true));
        forwardRto.begin();
        assertEquals(OPEN, advances(SACK, false));
        assertEquals(SPURIOUS, duplicates(SACK, true));
    }

    @Test
    void aVerdictNeedsATimeoutOfItsOwn() {
        forwardRto.begin();
        assertEquals(SPURIOUS, advances(SACK, true));
        assertEquals(OPEN, advances(SACK, true));
        forwardRto.begin();
        forwardRto.cancel();
        assertEquals(OPEN, advances(SACK, true));
    }

    // section 2.1 step 1: not while an earlier loss is being recovered from
    @Test
    void recoveriesUnderWayAskNothing() {
        Recovery recovery = new Recovery();
        recovery.beginFast(1, 100);
        recovery.beginTimeout(1, 100, false);
        assertFalse(recovery.forwardRto.holdsBack());
        recovery.complete();
        recovery.beginTimeout(100, 200, false);
        assertTrue(recovery.forwardRto.holdsBack());
        recovery.forwardRto.onAck(PLAIN, true, false, false, true);
        recovery.beginTimeout(110, 200, false);
        assertFalse(recovery.forwardRto.holdsBack());
        assertFalse(recovery.forwardRto.prefersNewData());
    }

    // as Linux: a timeout that recurs before anything is acknowledged belongs to the first
    @Test
    void recurringTimeoutsGoOnAsking() {
        Recovery recovery = new Recovery();
        recovery.beginTimeout(1, 100, false);
        recovery.beginTimeout(1, 100, true);
        assertTrue(recovery.forwardRto.holdsBack());
    }
}
