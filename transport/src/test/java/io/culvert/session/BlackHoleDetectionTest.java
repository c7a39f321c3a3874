/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** RFC 8899 section 4.3. */
class BlackHoleDetectionTest {
    private final BlackHoleDetection detection = new BlackHoleDetection();

    private long nowNanos;

    private void send(int segments) {
        for (int i = 0; i < segments; i++) {
            detection.largeSent(++nowNanos);
        }
    }

    @Test
    void whatLeavesAtOneInstantCountsOnce() {
        for (int i = 0; i < 3 * BlackHoleDetection.RUN; i++) {
            detection.largeSent(nowNanos);
        }
        assertFalse(detection.timedOut(true, 3));
        assertTrue(detection.isSuspected());
    }

    @Test
    void aWholeFlightLostIsFoundAtTheThirdTimeout() {
        send(BlackHoleDetection.RUN);
        assertFalse(detection.timedOut(true, 1));
        send(1);
        assertFalse(detection.timedOut(true, 2));
        send(1);
        assertTrue(detection.timedOut(true, 3));
    }

    @Test
    void aSegmentThatArrivesEndsTheRun() {
        send(BlackHoleDetection.RUN);
        detection.largeDelivered();
        send(BlackHoleDetection.RUN - 1);
        assertFalse(detection.timedOut(true, 3));
        send(1);
        assertTrue(detection.timedOut(true, 4));
    }

    @Test
    void aLoneSegmentIsSentAgainSmallFromTheThirdTimeoutOn() {
        for (int timeout = 1; timeout < BlackHoleDetection.SUSPICIOUS_TIMEOUTS; timeout++) {
            send(1);
            assertFalse(detection.timedOut(true, timeout));
            assertFalse(detection.isSuspected());
        }
        send(1);
        assertFalse(detection.timedOut(true, BlackHoleDetection.SUSPICIOUS_TIMEOUTS));
        assertTrue(detection.isSuspected());
        detection.largeDelivered();
        assertFalse(detection.isSuspected());
    }

    @Test
    void whatMayHaveArrivedLeavesTheTimeoutsInTheRun() {
        send(BlackHoleDetection.RUN);
        for (int timeout = 1; timeout < BlackHoleDetection.RUN; timeout++) {
            detection.perhapsDelivered();
            send(1);
            assertFalse(detection.timedOut(true, timeout));
        }
        detection.perhapsDelivered();
        send(1);
        assertTrue(detection.timedOut(true, 1));
    }

    @Test
    void lossOfSmallSegmentsIsNoBlackHole() {
        for (int timeout = 1; timeout <= 15; timeout++) {
            assertFalse(detection.timedOut(false, timeout));
        }
        assertFalse(detection.isSuspected());
    }

    /** One message at a time, all of them large, on a path that takes none: the run grows from one to the next. */
    @Test
    void aSessionThatSendsLittleFindsItWithinAFewTimeouts() {
        int timeouts = 0;
        boolean found = false;
        while (!found) {
            int inARow = 0;
            do {
                detection.largeSent(++nowNanos);
                timeouts++;
                found = detection.timedOut(true, ++inARow);
            } while (!found && !detection.isSuspected());
        }
        assertEquals(BlackHoleDetection.RUN, timeouts);
    }

    /** The worst case of chance: one segment at a time, at 15 % in either direction, with a timeout for each loss. */
    @Test
    void fifteenPercentOfLossIsNoBlackHole() {
        SplittableRandom random = new SplittableRandom(1);
        int timeouts = 0;
        for (int message = 0; message < 1_000_000; message++) {
            int inARow = 0;
            boolean large = true;
            boolean delivered = false;
            while (!delivered) {
                if (large) {
                    detection.largeSent(++nowNanos);
                }
                delivered = random.nextDouble() >= 0.15 && random.nextDouble() >= 0.15;
                if (!delivered) {
                    inARow++;
                    timeouts++;
                    assertFalse(detection.timedOut(large, inARow), "after " + timeouts + " timeouts");
                    large = !detection.isSuspected();
                } else if (large) {
                    detection.largeDelivered();
                }
            }
        }
        assertTrue(timeouts > 100_000);
    }
}
