/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 3522 and RFC 3708: the evidence that nothing was lost. */
final class UndoTest {
    private static final int UNA = Integer.MAX_VALUE - 1500;
    private static final int LENGTH = 1000;
    private static final int STAMP = -2;

    private final Undo undo = new Undo();

    private static int end(int segment) {
        return UNA + (segment + 1) * LENGTH;
    }

    private void resends(int segment, int timestamp) {
        undo.onRetransmitted(end(segment) - LENGTH, end(segment), timestamp);
    }

    private void duplicate(int segment) {
        undo.onDuplicateSack(end(segment) - LENGTH, end(segment));
    }

    // RFC 3522 section 3.2 step 4: older than the first retransmission
    @Test
    void anOlderEchoIsThatOfTheOriginal() {
        undo.begin(UNA);
        resends(0, STAMP);
        resends(1, STAMP + 5);
        assertTrue(undo.isOriginalAcknowledged(true, STAMP - 1));
        assertFalse(undo.isOriginalAcknowledged(true, STAMP));
        assertFalse(undo.isOriginalAcknowledged(true, STAMP + 3));
        assertFalse(undo.isOriginalAcknowledged(true, 2), "beyond the wrap");
        assertFalse(undo.isOriginalAcknowledged(false, STAMP - 1));
    }

    @Test
    void withoutARetransmissionThereIsNothingToUndo() {
        undo.begin(UNA);
        assertFalse(undo.isOriginalAcknowledged(true, STAMP));
        duplicate(0);
        assertFalse(undo.isNothingLost());
        resends(0, STAMP);
        assertFalse(undo.isNothingLost(), "a duplicate that came before it cannot be its own");
    }

    // RFC 3708 section 3: every one of them
    @Test
    void everyRetransmissionHasToBeADuplicate() {
        undo.begin(UNA);
        resends(0, STAMP);
        resends(1, STAMP);
        duplicate(0);
        assertFalse(undo.isNothingLost());
        duplicate(1);
        assertTrue(undo.isNothingLost());
    }

    @Test
    void aSegmentSentTwiceAgainHasToBeReportedTwice() {
        undo.begin(UNA);
        resends(0, STAMP);
        resends(0, STAMP + 9);
        duplicate(0);
        assertFalse(undo.isNothingLost());
        duplicate(0);
        assertTrue(undo.isNothingLost());
    }

    // RFC 3708 section 3: what was not sent again the network has doubled
    @Test
    void duplicatesOfOtherSegmentsSayNothing() {
        undo.begin(UNA);
        resends(2, STAMP);
        resends(0, STAMP);
        duplicate(-1);
        duplicate(3);
        duplicate(4);
        assertFalse(undo.isNothingLost());
        duplicate(2);
        duplicate(0);
        assertTrue(undo.isNothingLost());
    }

    @Test
    void anEpisodeIsUndoneOnce() {
        undo.begin(UNA);
        resends(0, STAMP);
        duplicate(0);
        undo.disarm();
        assertFalse(undo.isNothingLost());
        assertFalse(undo.isOriginalAcknowledged(true, STAMP - 1));
    }

    @Test
    void aNewEpisodeCountsAnew() {
        undo.begin(UNA);
        resends(0, STAMP);
        duplicate(0);
        undo.begin(end(0));
        resends(1, STAMP + 100);
        assertFalse(undo.isNothingLost());
        duplicate(0);
        assertFalse(undo.isNothingLost());
        assertTrue(undo.isOriginalAcknowledged(true, STAMP + 99));
        duplicate(1);
        assertTrue(undo.isNothingLost());
    }
}
