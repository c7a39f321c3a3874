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

    private void send(int segments) {
        for (int i = 0; i < segments; i++) {
            detection.largeSent();
        }
    }

    @Test
    void aWholeFlightLostIsFoundAtTheSecondTimeout() {
        send(BlackHoleDetection.RUN);
        assertFalse(detection.timedOut(1));
        send(1);
        assertTrue(detection.timedOut(2));
    }

    @Test
    void aSegmentThatArrivesEndsTheRun() {
        send(BlackHoleDetection.RUN);
        detection.largeDelivered();
        send(BlackHoleDetection.RUN - 1);
        assertFalse(detection.timedOut(2));
        send(1);
        assertTrue(detection.timedOut(3));
    }

    @Test
    void aLoneSegmentIsSentAgainSmallFromTheSecondTimeoutOn() {
        send(1);
        assertFalse(detection.timedOut(1));
        assertFalse(detection.isSuspected());
        send(1);
        assertFalse(detection.timedOut(2));
        assertTrue(detection.isSuspected());
        detection.largeDelivered();
        assertFalse(detection.isSuspected());
    }

    @Test
    void lossOfSmallSegmentsIsNoBlackHole() {
        for (int timeout = 1; timeout <= 15; timeout++) {
            assertFalse(detection.timedOut(timeout));
        }
        assertFalse(detection.isSuspected());
    }

    /** One message at a time, all of them large, on a path that takes none: the run grows from one to the next. */
    @Test
    void aSessionThatSendsLittleFindsItWithinAFewTimeouts() {
        int timeouts = 0;
        boolean found = false;
        while (!found) {
            detection.largeSent();
            found = detection.timedOut(1);
            timeouts++;
            if (!found && !detection.isSuspected()) {
                detection.largeSent();
                found = detection.timedOut(2);
                timeouts++;
            }
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
                    detection.largeSent();
                }
                delivered = random.nextDouble() >= 0.15 && random.nextDouble() >= 0.15;
                if (!delivered) {
                    inARow++;
                    timeouts++;
                    assertFalse(detection.timedOut(inARow), "after " + timeouts + " timeouts");
                    large = !detection.isSuspected();
                } else if (large) {
                    detection.largeDelivered();
                }
            }
        }
        assertTrue(timeouts > 100_000);
    }
}
