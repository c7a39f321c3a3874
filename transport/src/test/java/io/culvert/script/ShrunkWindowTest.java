/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** A peer that takes back a part of its window: RFC 7323 2.4, RFC 9293 3.8.6. */
final class ShrunkWindowTest {
    private static final int MSS = 1460;

    private static Script withThreeSegmentsBeyondTheWindow(int window) {
        Script s = Script.establishedServer();
        s.app().writes(5 * MSS);
        assertEquals(5, s.peer().drain().size());
        s.peer().winFromNowOn(window);
        s.peer().sends(ack(1001, 1 + MSS));
        s.peer().expectsNothing();
        return s;
    }

    @Test
    void sendsNothingNewBeyondTheWindow() {
        try (Script s = withThreeSegmentsBeyondTheWindow(MSS)) {
            s.app().writes(MSS);
            s.peer().expectsNothing();
            s.peer().sends(ack(1001, 1 + 3 * MSS));
            s.peer().expectsNothing();
            s.peer().sends(ack(1001, 1 + 5 * MSS));
            s.peer().expects(data(1 + 5 * MSS, MSS));
        }
    }

    // RFC 7323 2.4: what lies inside the window is retransmitted as ever, beyond it only the first segment
    @Test
    void retransmitsOnlyWhatFitsTheWindow() {
        try (Script s = withThreeSegmentsBeyondTheWindow(2 * MSS)) {
            s.peer().expectsWithin(s.rto(), data(1 + MSS, MSS).noPush());
            s.peer().expectsNothing();
            s.peer().sends(ack(1001, 1 + 2 * MSS).win(MSS));
            s.peer().expects(data(1 + 2 * MSS, MSS).noPush());
            s.peer().expectsNothing();
            s.peer().sends(ack(1001, 1 + 3 * MSS).win(60000));
            s.peer().expects(data(1 + 3 * MSS, MSS).noPush(), data(1 + 4 * MSS, MSS));
        }
    }

    // RFC 7323 2.4: should not time out because the peer shrank its window
    @Test
    void survivesAWindowShrunkToNothingWhileThePeerAnswers() {
        try (Script s = withThreeSegmentsBeyondTheWindow(0)) {
            for (int i = 0; i < 40; i++) {
                s.peer().expectsWithin(ofSeconds(61), data(1 + MSS, MSS).noPush());
                s.peer().sends(ack(1001, 1 + MSS));
            }
            s.app().expectsOpen();
            s.peer().winFromNowOn(65535);
            s.peer().sends(ack(1001, 1 + 3 * MSS));
            s.peer().expectsWithin(ofSeconds(61), data(1 + 3 * MSS, MSS).noPush());
            s.peer().sends(ack(1001, 1 + 4 * MSS));
            s.peer().expectsWithin(ofSeconds(61), data(1 + 4 * MSS, MSS));
        }
    }
}
