/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.segment;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.segment.SegmentFlags.RST;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 5961: somebody off the path guesses at numbers. The session of these scripts has a window of 65535. */
final class BlindAttackTest {
    private static final int CHALLENGES_PER_SECOND = 10;
    private static final int DUPLICATES_PER_SECOND = 100;

    // ---- RFC 5961 3.2: resets

    @Test
    void aResetExactlyAtRcvNxtEndsTheSession() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(rst(1001));
            s.app().expectsFailure(IOException.class, "reset");
            s.app().expectsClosed();
            s.expectsState(CLOSED);
            s.peer().expectsNothing();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1002, 1500, 1001 + 65_534})
    void aResetElsewhereInTheWindowGetsAChallenge(long seq) {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(rst(seq));
            s.peer().expects(ack(1, 1001));
            s.expectsState(ESTABLISHED);
            // a peer that has really gone answers with the right number
            s.peer().sends(rst(1001));
            s.app().expectsFailure(IOException.class, "reset");
            s.expectsState(CLOSED);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1000, 0, 1001 + 65_535, 1001 + (1L << 31)})
    void aResetOutsideTheWindowIsDroppedInSilence(long seq) {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(rst(seq), rst(seq).acks(1));
            s.peer().expectsNothing();
            s.expectsState(ESTABLISHED);
        }
    }

    // RFC 7323 5.2: a reset is exempt from PAWS and needs no timestamp
    @Test
    void aResetNeedsNoTimestamp() {
        try (Script s = Script.establishedServer(Setting.peerTimestamps())) {
            s.peer().sends(rst(1001).noTimestamps());
            s.app().expectsFailure(IOException.class, "reset");
            s.expectsState(CLOSED);
        }
    }

    // out-of-order data moves the window's left edge nowhere: RCV.NXT is what counts
    @Test
    void aResetBehindAHoleGetsAChallenge() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1011, "later").acks(1));
            s.peer().expects(ack(1, 1001));
            s.peer().sends(rst(1016));
            s.peer().expects(ack(1, 1001));
            s.expectsState(ESTABLISHED);
        }
    }

    @Test
    void aResetWithFinOrDataCountsAsAReset() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(segment(RST | FIN).seq(1002));
            s.peer().expects(ack(1, 1001));
            s.peer().sends(data(1001, "why").acks(1).flags(RST));
            s.app().expectsFailure(IOException.class, "reset");
            s.app().expectsNoInputEnd();
            s.app().expectsNothingRead();
            s.expectsState(CLOSED);
        }
    }

    // ---- RFC 5961 4.2: SYNs

    @ParameterizedTest
    @ValueSource(longs = {1000, 1001, 1002, 0, 1001 + 65_535, 1001 + (1L << 31)})
    void aSynOnAnOpenSessionGetsAChallenge(long seq) {
        try (Script s = Script.establishedClient()) {
            s.peer().sends(syn(seq).mss(100).ws(14));
            s.peer().expects(ack(1, 1001));
            s.peer().sends(synAck(seq, 1).mss(100));
            s.peer().expects(ack(1, 1001));
            s.expectsState(ESTABLISHED);
            s.app().writes(1000);
            s.peer().expects(data(1, 1000));
        }
    }

    // ---- RFC 5961 5.2: SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.NXT

    @Test
    void anAckOfWhatWasNeverSentGetsAChallengeAndItsDataIsDropped() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, "forged").acks(2));
            s.peer().expects(ack(1, 1001));
            s.app().expectsNothingRead();
            s.peer().sends(ack(1001, 2));
            s.peer().expects(ack(1, 1001));
            s.app().writes("x");
            s.peer().expects(data(1, "x"));
            s.peer().sends(ack(1001, 2));
            s.app().expectsWritten();
        }
    }

    @Test
    void anAckOlderThanTheLargestWindowGetsAChallengeAndItsDataIsDropped() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, "forged").acks(1 - 65_535 - 1));
            s.peer().expects(ack(1, 1001));
            s.app().expectsNothingRead();
            s.peer().sends(data(1001, "forged").acks(1 + (1 << 31)));
            s.peer().expects(ack(1, 1001));
            s.app().expectsNothingRead();
        }
    }

    @Test
    void anAckWithinTheLargestWindowIsOldAndItsDataIsTaken() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, "late").acks(1 - 65_535));
            s.app().expectsRead("late");
            s.peer().expectsAfter(ofMillis(40), ack(1, 1005));
        }
    }

    // ---- RFC 5961 7: limits

    private static int answers(Script s) {
        return s.peer().drain().size();
    }

    @Test
    void atMostTenChallengesASecond() {
        try (Script s = Script.establishedServer()) {
            int answers = 0;
            for (int i = 0; i < 50; i++) {
                s.peer().sends(rst(1500));
                s.peer().sends(syn(70_000));
                s.peer().sends(ack(1001, 2));
                answers += answers(s);
            }
            assertEquals(CHALLENGES_PER_SECOND, answers);
            s.after(ofMillis(1000));
            for (int i = 0; i < 50; i++) {
                s.peer().sends(rst(1500));
                answers += answers(s);
            }
            assertEquals(2 * CHALLENGES_PER_SECOND, answers);
            s.expectsState(ESTABLISHED);
        }
    }

    // a limit that all sessions share would tell an attacker of the others' (CVE-2016-5696)
    @Test
    void theLimitIsTheSessionsOwn() {
        try (Script s = Script.establishedServer()) {
            Peer b = s.peer(40001);
            b.sends(syn(1000).mss(1460));
            b.expects(synAck(0, 1001));
            b.sends(ack(1001, 1));
            for (int i = 0; i < 20; i++) {
                s.peer().sends(rst(1500));
            }
            assertEquals(CHALLENGES_PER_SECOND, answers(s));
            for (int i = 0; i < 20; i++) {
                b.sends(rst(1500));
            }
            assertEquals(CHALLENGES_PER_SECOND, b.drain().size());
        }
    }

    @Test
    void atMostAHundredAcksASecondForWhatIsOutsideTheWindow() {
        try (Script s = Script.establishedServer()) {
            int answers = 0;
            for (int i = 0; i < 300; i++) {
                s.peer().sends(data(500, "old").acks(1));
                answers += answers(s);
            }
            assertEquals(DUPLICATES_PER_SECOND, answers);
            s.after(ofSeconds(1));
            for (int i = 0; i < 300; i++) {
                s.peer().sends(data(1001 + 65_535, "far").acks(1));
                answers += answers(s);
            }
            assertEquals(2 * DUPLICATES_PER_SECOND, answers);
        }
    }

    @Test
    void oneLimitDoesNotUseUpTheOther() {
        try (Script s = Script.establishedServer()) {
            for (int i = 0; i < 300; i++) {
                s.peer().sends(data(500, "old").acks(1));
            }
            assertEquals(DUPLICATES_PER_SECOND, answers(s));
            s.peer().sends(rst(1500));
            assertEquals(1, answers(s));
        }
        try (Script s = Script.establishedServer()) {
            for (int i = 0; i < 30; i++) {
                s.peer().sends(rst(1500));
            }
            assertEquals(CHALLENGES_PER_SECOND, answers(s));
            s.peer().sends(data(500, "old").acks(1));
            assertEquals(1, answers(s));
        }
    }

    @Test
    void theLimitsDoNotDelayTheAcksOfRealData() {
        try (Script s = Script.establishedServer()) {
            for (int i = 0; i < 300; i++) {
                s.peer().sends(data(500, "old").acks(1), rst(1500));
            }
            s.peer().drain();
            s.peer().sends(data(1001, 1460).acks(1), data(2461, 1460).acks(1));
            s.peer().expects(ack(1, 3921));
            s.app().expectsRead(2920);
        }
    }
}
