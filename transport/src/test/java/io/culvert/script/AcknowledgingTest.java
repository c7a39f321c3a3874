/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.DELAYED_ACK_MILLIS;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.segment.SegmentFlags.FIN;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import org.junit.jupiter.api.Test;

/** When acknowledgments go out: RFC 9293 3.8.6.3 and RFC 5681 4.2. */
final class AcknowledgingTest {
    private static final int MSS = 1460;

    // RFC 5681 4.2: at least every second full-sized segment
    @Test
    void everySecondFullSegmentIsAcknowledged() {
        try (Script s = Script.establishedServer()) {
            for (int i = 0; i < 6; i += 2) {
                s.peer().sends(data(1001 + i * MSS, MSS));
                s.peer().expectsNothing();
                s.peer().sends(data(1001 + (i + 1) * MSS, MSS));
                s.peer().expects(ack(1, 1001 + (i + 2) * MSS));
            }
            s.app().expectsRead(6 * MSS);
        }
    }

    // RFC 5681 4.2: full is what the peer sends, not what our MSS option said
    @Test
    void aSegmentIsFullByTheLargestSeen() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, 500));
            s.peer().expectsNothing();
            s.peer().sends(data(1501, 500));
            s.peer().expects(ack(1, 2001));
            s.peer().sends(data(2001, 300));
            s.peer().sends(data(2301, 200));
            s.peer().expectsNothing();
            // as Linux: more than one full segment is as good as two
            s.peer().sends(data(2501, 100));
            s.peer().expects(ack(1, 2601));
            s.app().expectsRead(1600);
        }
    }

    @Test
    void theLargestOfLongAgoIsForgotten() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, MSS));
            s.peer().expectsAfter(ofMillis(40), ack());
            int seq = 1001 + MSS;
            for (int i = 0; i < 200; i++) {
                s.peer().sends(data(seq, 100));
                seq += 100;
            }
            s.after(ofMillis(40));
            s.peer().drain();
            s.peer().sends(data(seq, 100));
            s.peer().expectsNothing();
            s.peer().sends(data(seq + 100, 100));
            s.peer().expects(ack(1, seq + 200));
            s.app().expectsRead(MSS + 202 * 100);
        }
    }

    // RFC 9293 3.8.6.3: less than half a second; here 40 ms, as Linux
    @Test
    void aSingleSegmentIsAcknowledgedWithin40Milliseconds() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, MSS));
            s.after(ofMillis(30));
            s.peer().expectsNothing();
            s.peer().expectsAfter(ofMillis(10), ack(1, 1001 + MSS));
            s.peer().expectsNothingFor(ofSeconds(10));
            s.app().expectsRead(MSS);
        }
    }

    @Test
    void theDelayRunsFromTheFirstSegment() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, MSS), data(1001 + MSS, MSS));
            s.peer().expects(ack(1, 1001 + 2 * MSS));
            s.peer().sends(data(1001 + 2 * MSS, 100));
            s.after(ofMillis(39));
            s.peer().sends(data(1101 + 2 * MSS, 10));
            s.peer().expectsAfter(ofMillis(1), ack(1, 1111 + 2 * MSS));
            s.app().expectsRead(2 * MSS + 110);
        }
    }

    @Test
    void theDelayIsSettable() {
        try (Script s = Script.establishedServer(with(DELAYED_ACK_MILLIS, 100))) {
            s.peer().sends(data(1001, MSS));
            s.peer().expectsAfter(ofMillis(100), ack(1, 1001 + MSS));
            s.app().expectsRead(MSS);
        }
    }

    // RFC 5681 4.2
    @Test
    void aSegmentAheadOfAHoleIsAcknowledgedAtOnce() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1101, 10));
            s.peer().expects(ack(1, 1001));
            s.peer().sends(data(1201, 10));
            s.peer().expects(ack(1, 1001));
        }
    }

    // RFC 5681 4.2: the peer counts duplicates, so a batch gets as many as it has segments ahead of the hole
    @Test
    void everySegmentAheadOfAHoleIsAcknowledgedAlsoWithinABatch() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1101, 10), data(1111, 10), data(1121, 10));
            s.peer().expects(ack(1, 1001), ack(1, 1001), ack(1, 1001));
            s.peer().sends(data(1141, 10), data(1001, 100));
            s.peer().expects(ack(1, 1131));
            s.app().expectsRead(130);
        }
    }

    @Test
    void aSegmentThatFillsAHoleWhollyOrPartlyIsAcknowledgedAtOnce() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1101, 10), data(1201, 10));
            s.peer().expects(ack(1, 1001), ack(1, 1001));
            s.peer().sends(data(1001, 50));
            s.peer().expects(ack(1, 1051));
            s.peer().sends(data(1051, 50));
            s.peer().expects(ack(1, 1111));
            s.app().expectsRead(110);
        }
    }

    // RFC 9293 3.10.7.4, eighth step
    @Test
    void aFinIsAcknowledgedAtOnce() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, 10).and(FIN));
            s.peer().expects(ack(1, 1012));
            s.app().expectsRead(10);
            s.app().expectsInputEnd();
        }
    }

    @Test
    void aBatchOfDatagramsGetsOneAck() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, MSS), data(1001 + MSS, MSS), data(1001 + 2 * MSS, MSS),
                    data(1001 + 3 * MSS, MSS));
            s.peer().expects(ack(1, 1001 + 4 * MSS));
            s.peer().expectsNothingFor(ofSeconds(1));
            s.app().expectsRead(4 * MSS);
        }
    }

    @Test
    void dataCarriesTheAckThatWaits() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, 10));
            s.app().expectsRead(10);
            s.app().writes("answer");
            s.peer().expects(data(1, "answer").acks(1011));
            s.peer().sends(ack(1011, 7));
            s.peer().expectsNothingFor(ofSeconds(1));
        }
    }

    // RFC 9293 3.10.7.4: pure ACKs are never acknowledged
    @Test
    void anAckGetsNoAck() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(ack(1001, 1), ack(1001, 1));
            s.peer().expectsNothingFor(ofSeconds(1));
        }
    }

    @Test
    void aDuplicateIsAcknowledgedAtOnce() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, 10));
            s.peer().expectsAfter(ofMillis(40), ack(1, 1011));
            s.peer().sends(data(1001, 10));
            s.peer().expects(ack(1, 1011));
            s.app().expectsRead(10);
        }
    }
}
