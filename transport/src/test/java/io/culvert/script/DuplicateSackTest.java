/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.peerIsn;
import static io.culvert.script.Setting.peerSack;
import static io.culvert.script.Setting.peerTimestamps;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.segment;
import static io.culvert.segment.SegmentFlags.ACK;
import static io.culvert.segment.SegmentFlags.FIN;
import static java.time.Duration.ofMillis;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What has come again is told in the first block: RFC 2883. */
final class DuplicateSackTest {
    // ---- RFC 2883 4.1: whole segments

    // 4.1.1: several acknowledgments were lost
    @Test
    void aDuplicateSegmentIsTold() {
        try (Script s = Script.establishedServer(peerSack(), peerIsn(2999))) {
            s.peer().sends(data(3000, 500), data(3500, 500));
            s.peer().expects(ack(1, 4000).sack());
            s.peer().sends(data(3000, 500));
            s.peer().expects(ack(1, 4000).sack(3000, 3500));
            s.app().expectsRead(1000);
        }
    }

    // 4.1.2
    @Test
    void aDuplicateSegmentIsToldBeforeWhatIsHeld() {
        try (Script s = Script.establishedServer(peerSack(), peerIsn(2999))) {
            s.peer().sends(data(3000, 500), data(3500, 500));
            s.peer().expects(ack(1, 4000).sack());
            s.peer().sends(data(4500, 500));
            s.peer().expects(ack(1, 4000).sack(4500, 5000));
            s.peer().sends(data(3000, 500));
            s.peer().expects(ack(1, 4000).sack(3000, 3500, 4500, 5000));
            s.app().expectsRead(1000);
        }
    }

    // 4.1.3: the block that the duplicate is a part of is the second
    @Test
    void aDuplicateAheadOfAHoleIsToldBeforeItsBlock() {
        try (Script s = Script.establishedServer(peerSack(), peerIsn(3499))) {
            s.peer().sends(data(3500, 500));
            s.peer().expectsAfter(ofMillis(40), ack(1, 4000));
            s.peer().sends(data(4500, 500));
            s.peer().expects(ack(1, 4000).sack(4500, 5000));
            s.peer().sends(data(5000, 500));
            s.peer().expects(ack(1, 4000).sack(4500, 5500));
            s.peer().sends(data(5000, 500));
            s.peer().expects(ack(1, 4000).sack(5000, 5500, 4500, 5500));
            s.app().expectsRead(500);
        }
    }

    // ---- RFC 2883 4.2: segments that are new in part

    // 4.2.1: the delayed 1000 to 1499 comes before the segment that repeats it
    @Test
    void aSingleDuplicateSubsegmentIsTold() {
        try (Script s = Script.establishedServer(peerSack(), peerIsn(499))) {
            s.peer().sends(data(500, 500));
            s.peer().expectsAfter(ofMillis(40), ack(1, 1000));
            s.peer().sends(data(2000, 500));
            s.peer().expects(ack(1, 1000).sack(2000, 2500));
            s.peer().sends(data(1000, 500));
            s.peer().expects(ack(1, 1500).sack(2000, 2500));
            s.peer().sends(data(1000, 1000));
            s.peer().expects(ack(1, 2500).sack(1000, 1500));
            s.app().expectsRead(2000);
        }
    }

    // 4.2.2: of two only the first
    @Test
    void ofTwoDuplicateSubsegmentsThatAreAcknowledgedTheFirstIsTold() {
        try (Script s = Script.establishedServer(peerSack(), peerIsn(499))) {
            s.peer().sends(data(500, 500));
            s.peer().expectsAfter(ofMillis(40), ack(1, 1000));
            s.peer().sends(data(3000, 500));
            s.peer().expects(ack(1, 1000).sack(3000, 3500));
            s.peer().sends(data(1000, 500));
            s.peer().expects(ack(1, 1500).sack(3000, 3500));
            s.peer().sends(data(2000, 500));
            s.peer().expects(ack(1, 1500).sack(2000, 2500, 3000, 3500));
            s.peer().sends(data(1000, 1500));
            s.peer().expects(ack(1, 2500).sack(1000, 1500, 3000, 3500));
            s.app().expectsRead(2000);
        }
    }

    // 4.2.3: the same ahead of a hole
    @Test
    void ofTwoDuplicateSubsegmentsAheadOfAHoleTheFirstIsTold() {
        try (Script s = Script.establishedServer(peerSack(), peerIsn(499))) {
            s.peer().sends(data(500, 500));
            s.peer().expectsAfter(ofMillis(40), ack(1, 1000));
            s.peer().sends(data(3500, 500));
            s.peer().expects(ack(1, 1000).sack(3500, 4000));
            s.peer().sends(data(1500, 500));
            s.peer().expects(ack(1, 1000).sack(1500, 2000, 3500, 4000));
            s.peer().sends(data(2500, 500));
            s.peer().expects(ack(1, 1000).sack(2500, 3000, 1500, 2000, 3500, 4000));
            s.peer().sends(data(1500, 1500));
            s.peer().expects(ack(1, 1000).sack(1500, 2000, 1500, 3000, 3500, 4000));
            s.app().expectsRead(500);
        }
    }

    // a segment in order whose end is held already
    @Test
    void aDuplicateThatAFilledHoleEndsInIsTold() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1101, 100));
            s.peer().expects(ack(1, 1001).sack(1101, 1201));
            s.peer().sends(data(1001, 200));
            s.peer().expects(ack(1, 1201).sack(1101, 1201));
            s.app().expectsRead(200);
        }
    }

    // at once: the peer may be about to take a congestion response back
    @Test
    void aSegmentThatBeginsBeforeWhatIsMissingIsAcknowledgedAtOnce() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1001, 100));
            s.peer().expectsAfter(ofMillis(40), ack(1, 1101));
            s.peer().sends(data(1051, 51));
            s.peer().expects(ack(1, 1102).sack(1051, 1101));
            s.app().expectsRead(101);
        }
    }

    // ---- once, and of what

    // RFC 2883 4 (1): a duplicate is reported in one acknowledgment at most
    @Test
    void aDuplicateIsToldOnce() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1001, 100), data(1101, 100));
            s.peer().expects(ack(1, 1201));
            s.peer().sends(data(1001, 100));
            s.peer().expects(ack(1, 1201).sack(1001, 1101));
            s.peer().sends(data(1301, 100));
            s.peer().expects(ack(1, 1201).sack(1301, 1401));
            s.app().expectsRead(200);
        }
    }

    @Test
    void eachTimeASegmentComesAgainIsTold() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1001, 100), data(1101, 100));
            s.peer().expects(ack(1, 1201));
            s.peer().sends(data(1001, 100), data(1001, 100));
            s.peer().expects(ack(1, 1201).sack(1001, 1101), ack(1, 1201).sack(1001, 1101));
            s.app().expectsRead(200);
        }
    }

    // a batch is to us what one packet is to the RFC: what follows each other in it is one duplicate
    @Test
    void duplicatesThatFollowEachOtherInABatchAreToldTogether() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1001, 100), data(1101, 100), data(1201, 100), data(1301, 100));
            s.peer().expects(ack(1, 1401));
            s.peer().sends(data(1001, 100), data(1101, 100), data(1301, 100));
            s.peer().expects(ack(1, 1401).sack(1001, 1201), ack(1, 1401).sack(1301, 1401));
            s.app().expectsRead(400);
        }
    }

    @Test
    void aDuplicateWithinABatchIsToldBeforeItsBlock() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1101, 100));
            s.peer().expects(ack(1, 1001).sack(1101, 1201));
            s.peer().sends(data(1301, 100), data(1501, 100), data(1151, 50));
            s.peer().expects(ack(1, 1001).sack(1301, 1401, 1101, 1201),
                    ack(1, 1001).sack(1501, 1601, 1301, 1401, 1101, 1201),
                    ack(1, 1001).sack(1151, 1201, 1101, 1201, 1501, 1601, 1301, 1401));
        }
    }

    // RFC 7323 5.3 R1 drops it for its age, but that it came says that it was sent twice in vain
    @Test
    void anOriginalThatComesAfterItsRetransmissionIsTold() {
        try (Script s = Script.establishedServer(peerSack(), peerTimestamps())) {
            s.after(ofMillis(100));
            int before = s.peer().clock() - 50;
            s.peer().sends(data(1001, 100), data(1101, 100));
            s.peer().expects(ack(1, 1201));
            s.peer().sends(data(1001, 100).tsVal(before));
            s.peer().expects(ack(1, 1201).tsEcr(before + 50).sack(1001, 1101));
            s.app().expectsRead(200);
        }
    }

    // RFC 9293 3.4: FIN takes a sequence number
    @Test
    void aFinThatComesAgainIsTold() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1001, 10).and(FIN));
            s.peer().expects(ack(1, 1012).sack());
            s.peer().sends(fin(1011));
            s.peer().expects(ack(1, 1012).sack(1011, 1012));
            s.peer().sends(data(1001, 10).and(FIN));
            s.peer().expects(ack(1, 1012).sack(1001, 1012));
            s.app().expectsRead(10);
            s.app().expectsInputEnd();
        }
    }

    @Test
    void aFinThatComesAgainAheadOfAHoleIsTold() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(fin(1011).acks(1));
            s.peer().expects(ack(1, 1001).sack(1011, 1012));
            s.peer().sends(fin(1011).acks(1));
            s.peer().expects(ack(1, 1001).sack(1011, 1012, 1011, 1012));
        }
    }

    // a probe of a keepalive has nothing that could be a duplicate
    @Test
    void aSegmentWithoutTextIsNoDuplicate() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(segment(ACK).seq(1000).acks(1));
            s.peer().expects(ack(1, 1001).sack());
        }
    }

    // but a last byte that comes again, of a tail loss probe perhaps (RFC 8985 7.4), is
    @Test
    void aSingleByteThatComesAgainIsTold() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1001, 1));
            s.peer().expectsAfter(ofMillis(40), ack(1, 1002).sack());
            s.peer().sends(data(1001, 1));
            s.peer().expects(ack(1, 1002).sack(1001, 1002));
            s.app().expectsRead(1);
        }
    }

    @Test
    void whatLiesBeyondTheWindowIsNoDuplicate() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1001 + 100_000_000, 10));
            s.peer().expects(ack(1, 1001).sack());
        }
    }

    // RFC 2883 4: within the SACK option, so only where that is permitted
    @Test
    void nothingIsToldToAPeerThatDoesNotPermitSack() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, 100), data(1101, 100));
            s.peer().expects(ack(1, 1201));
            s.peer().sends(data(1001, 100));
            s.peer().expects(ack(1, 1201).sack());
            s.peer().sends(data(1301, 100));
            s.peer().expects(ack(1, 1201).sack());
            s.peer().sends(data(1301, 100));
            s.peer().expects(ack(1, 1201).sack());
            s.app().expectsRead(200);
        }
    }

    // RFC 2018 3: three blocks beside the timestamps, the duplicate is one of them
    @Test
    void aDuplicateTakesTheRoomOfABlock() {
        try (Script s = Script.establishedServer(peerSack(), peerTimestamps())) {
            s.peer().sends(data(1001, 10));
            s.peer().expectsAfter(ofMillis(40), ack(1, 1011));
            for (int seq = 1101; seq <= 1301; seq += 100) {
                s.peer().sends(data(seq, 10));
            }
            s.peer().drain();
            s.peer().sends(data(1001, 10));
            s.peer().expects(ack(1, 1011).sack(1001, 1011, 1301, 1311, 1201, 1211));
            s.peer().sends(data(1101, 10));
            s.peer().expects(ack(1, 1011).sack(1101, 1111, 1101, 1111, 1301, 1311));
            s.app().expectsRead(10);
        }
    }

    // RFC 5961 10: answers to what is outside the window are limited; 100 a second here
    @Test
    void duplicatesAreToldWithinTheLimitOfTheirAnswers() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1001, 100), data(1101, 100));
            s.peer().expects(ack(1, 1201));
            for (int i = 0; i < 99; i++) {
                s.peer().sends(data(1001, 50));
                s.peer().expects(ack(1, 1201).sack(1001, 1051));
            }
            // what follows each other in a batch has one answer, and counts once
            Spec[] batch = new Spec[50];
            Arrays.setAll(batch, i -> data(1101 + i, 1));
            s.peer().sends(batch);
            s.peer().expects(ack(1, 1201).sack(1101, 1151));
            s.peer().sends(data(1051, 50));
            s.peer().expectsNothing();
            s.after(ofMillis(1000));
            s.peer().sends(data(1051, 50));
            s.peer().expects(ack(1, 1201).sack(1051, 1101));
            s.app().expectsRead(200);
        }
    }
}
