/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.peerIsn;
import static io.culvert.script.Setting.peerSack;
import static io.culvert.script.Setting.peerTimestamps;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.netty.channel.ChannelOption.SO_RCVBUF;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What our selective acknowledgments say of data ahead of a hole: RFC 2018. */
final class SackReceiverTest {
    private static final int STREAM_BYTES = 4000;

    // ---- the format

    // RFC 2018 3: left edge, the first sequence number of a block; right edge, the one after its last
    @Test
    void aBlockSaysTheFirstNumberHeldAndTheOneAfterTheLast() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1101, 50));
            s.peer().expects(ack(1, 1001).sack(1101, 1151));
        }
    }

    // RFC 2018 3: the bytes just below a block and just above it have not been received
    @Test
    void bytesThatTouchAreOneBlock() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1111, 10));
            s.peer().expects(ack(1, 1001).sack(1111, 1121));
            s.peer().sends(data(1121, 10));
            s.peer().expects(ack(1, 1001).sack(1111, 1131));
            s.peer().sends(data(1101, 10));
            s.peer().expects(ack(1, 1001).sack(1101, 1131));
            s.peer().sends(data(1141, 10));
            s.peer().expects(ack(1, 1001).sack(1141, 1151, 1101, 1131));
            s.peer().sends(data(1131, 10));
            s.peer().expects(ack(1, 1001).sack(1101, 1151));
        }
    }

    // RFC 2018 3: 40 bytes of options hold four blocks
    @Test
    void thereIsRoomForFourBlocks() {
        try (Script s = Script.establishedServer(peerSack())) {
            sendsFive(s);
            s.peer().expects(ack(1, 1001).noTimestamps()
                    .sack(1501, 1511, 1401, 1411, 1301, 1311, 1201, 1211));
        }
    }

    // RFC 2018 3: and three beside the timestamps
    @Test
    void thereIsRoomForThreeBlocksBesideTimestamps() {
        try (Script s = Script.establishedServer(peerSack(), peerTimestamps())) {
            sendsFive(s);
            s.peer().expects(ack(1, 1001).timestamps().sack(1501, 1511, 1401, 1411, 1301, 1311));
        }
    }

    private static void sendsFive(Script s) {
        for (int seq = 1101; seq < 1501; seq += 100) {
            s.peer().sends(data(seq, 10));
            s.peer().drain();
        }
        s.peer().sends(data(1501, 10));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void blocksSayWhatIsHeldWhateverCame(long seed) {
        Random random = new Random(seed);
        int first = (int) 0xfffff801L;
        BitSet sent = new BitSet();
        try (Script s = Script.establishedServer(peerSack(), peerIsn(0xfffff800L))) {
            while (s.info().bytesReceived() < STREAM_BYTES) {
                int from = random.nextInt(STREAM_BYTES);
                int length = Math.min(STREAM_BYTES - from, 1 + random.nextInt(60));
                boolean news = sent.nextClearBit(from) < from + length;
                sent.set(from, from + length);
                s.peer().sends(data(first + from, length).acks(1));
                int nxt = sent.nextClearBit(0);
                if (news && from > nxt) {
                    Received ack = s.peer().next();
                    assertEquals(first + nxt, ack.ack());
                    assertBlocks(ack, sent, first, from, s);
                }
                s.peer().drain();
            }
            s.app().expectsRead(STREAM_BYTES);
            s.after(ofMillis(40));
            s.peer().drain();
        }
    }

    /** Every block is a whole run; the run of the segment that came is the first, or the second after a duplicate. */
    private static void assertBlocks(Received ack, BitSet sent, int first, int from, Script s) {
        List<Received.SackBlock> blocks = ack.sackBlocks();
        Received.SackBlock run = new Received.SackBlock(first + sent.previousClearBit(from) + 1,
                first + sent.nextClearBit(from));
        boolean duplicate = !blocks.get(0).equals(run);
        if (duplicate) {
            assertEquals(run, blocks.get(1), ack::toString);
            assertTrue(run.left() - blocks.get(0).left() <= 0 && blocks.get(0).right() - run.right() <= 0);
        }
        for (Received.SackBlock block : blocks.subList(duplicate ? 1 : 0, blocks.size())) {
            int left = block.left() - first;
            int right = block.right() - first;
            assertTrue(!sent.get(left - 1) && sent.nextClearBit(left) == right, () -> ack + "\n" + s.world().log());
        }
    }

    // ---- which blocks, and when

    // RFC 2018 4: no option when nothing is held ahead of a hole
    @Test
    void nothingIsSaidWhenNothingIsMissing() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1001, 100), data(1101, 100));
            s.peer().expects(ack(1, 1201).sack());
            s.peer().sends(data(1301, 100));
            s.peer().expects(ack(1, 1201).sack(1301, 1401));
            s.peer().sends(data(1201, 100));
            s.peer().expects(ack(1, 1401).sack());
            s.app().expectsRead(400);
        }
    }

    // RFC 2018 4: an acknowledgment at once for every segment that brings new data
    @Test
    void everySegmentAheadOfAHoleIsToldAtOnce() {
        try (Script s = Script.establishedServer(peerSack())) {
            for (int seq = 1101; seq < 1601; seq += 100) {
                s.peer().sends(data(seq, 100));
                s.peer().expects(ack(1, 1001).sack(1101, seq + 100));
            }
        }
    }

    // RFC 2018 4: the first block has the segment that triggered the acknowledgment
    @Test
    void theFirstBlockIsTheOneThatChanged() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1501, 10));
            s.peer().expects(ack(1, 1001).sack(1501, 1511));
            s.peer().sends(data(1101, 10));
            s.peer().expects(ack(1, 1001).sack(1101, 1111, 1501, 1511));
            s.peer().sends(data(1511, 10));
            s.peer().expects(ack(1, 1001).sack(1501, 1521, 1101, 1111));
            s.peer().sends(data(1301, 10));
            s.peer().expects(ack(1, 1001).sack(1301, 1311, 1501, 1521, 1101, 1111));
            s.peer().sends(data(1091, 10));
            s.peer().expects(ack(1, 1001).sack(1091, 1111, 1301, 1311, 1501, 1521));
        }
    }

    // RFC 2018 4: what is not among the blocks that fit comes back when it changes
    @Test
    void aBlockThatWasCrowdedOutComesBackWhenItGrows() {
        try (Script s = Script.establishedServer(peerSack(), peerTimestamps())) {
            sendsFive(s);
            s.peer().drain();
            s.peer().sends(data(1111, 10));
            s.peer().expects(ack(1, 1001).sack(1101, 1121, 1501, 1511, 1401, 1411));
        }
    }

    // RFC 2018 4: then the blocks reported most recently, so that each is reported in three acknowledgments
    @Test
    void aBlockIsRepeatedInTheNextTwoAcknowledgments() {
        try (Script s = Script.establishedServer(peerSack(), peerTimestamps())) {
            s.peer().sends(data(1101, 10));
            s.peer().expects(ack(1, 1001).sack(1101, 1111));
            s.peer().sends(data(1201, 10));
            s.peer().expects(ack(1, 1001).sack(1201, 1211, 1101, 1111));
            s.peer().sends(data(1301, 10));
            s.peer().expects(ack(1, 1001).sack(1301, 1311, 1201, 1211, 1101, 1111));
            s.peer().sends(data(1401, 10));
            s.peer().expects(ack(1, 1001).sack(1401, 1411, 1301, 1311, 1201, 1211));
        }
    }

    // RFC 2018 4: in all acknowledgments that do not acknowledge everything held
    @Test
    void anAcknowledgmentThatAdvancesSaysWhatIsStillHeld() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1101, 100));
            s.peer().expects(ack(1, 1001).sack(1101, 1201));
            s.peer().sends(data(1301, 100));
            s.peer().expects(ack(1, 1001).sack(1301, 1401, 1101, 1201));
            s.peer().sends(data(1001, 50));
            s.peer().expects(ack(1, 1051).sack(1301, 1401, 1101, 1201));
            s.peer().sends(data(1051, 50));
            s.peer().expects(ack(1, 1201).sack(1301, 1401));
            s.app().expectsRead(200);
        }
    }

    // RFC 2018 4: the same
    @Test
    void aWindowUpdateSaysWhatIsStillHeld() {
        try (Script s = Script.establishedServer(peerSack(), with(SO_RCVBUF, 4000))) {
            s.app().stopsReading();
            s.peer().sends(data(1001, 1460), data(2461, 1460));
            s.peer().expects(ack(1, 3921));
            s.peer().sends(data(3951, 50));
            s.peer().expects(ack(1, 3921).sack(3951, 4001));
            s.app().resumesReading();
            s.peer().expects(ack(1, 3921).win(4000).sack(3951, 4001));
            s.app().expectsRead(2920);
        }
    }

    // RFC 2018 4: the same
    @Test
    void theAnswerToASegmentOutsideTheWindowSaysWhatIsHeld() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1101, 100));
            s.peer().expects(ack(1, 1001).sack(1101, 1201));
            s.peer().sends(data(1001 + 100_000_000, 10));
            s.peer().expects(ack(1, 1001).sack(1101, 1201));
        }
    }

    @Test
    void noBlockReachesBeyondTheWindow() {
        try (Script s = Script.establishedServer(peerSack(), with(SO_RCVBUF, 4096))) {
            s.peer().sends(data(1001 + 3000, 1460));
            s.peer().expects(ack(1, 1001).win(4096).sack(4001, 5097));
        }
    }

    // ---- FIN

    // RFC 9293 3.4: FIN takes a sequence number; held ahead of a hole it is as good as a byte
    @Test
    void aFinAheadOfAHoleIsHeldLikeAByte() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1011, 10).and(FIN));
            s.peer().expects(ack(1, 1001).sack(1011, 1022));
            s.peer().sends(data(1001, 10));
            s.peer().expects(ack(1, 1022).sack());
            s.app().expectsRead(20);
            s.app().expectsInputEnd();
        }
    }

    @Test
    void aFinAloneAheadOfAHoleIsABlockUntilTheTextBeforeItCame() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(fin(1021).acks(1));
            s.peer().expects(ack(1, 1001).sack(1021, 1022));
            s.peer().sends(data(1006, 5));
            s.peer().expects(ack(1, 1001).sack(1006, 1011, 1021, 1022));
            s.peer().sends(data(1011, 10));
            s.peer().expects(ack(1, 1001).sack(1006, 1022));
            s.peer().sends(data(1001, 5));
            s.peer().expects(ack(1, 1022).sack());
            s.app().expectsRead(20);
            s.app().expectsInputEnd();
        }
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(fin(1021).acks(1));
            s.peer().expects(ack(1, 1001).sack(1021, 1022));
            s.peer().sends(data(1001, 20));
            s.peer().expects(ack(1, 1022).sack());
            s.app().expectsRead(20);
            s.app().expectsInputEnd();
        }
    }

    // RFC 9293 3.10.7.4: there is no text behind a FIN
    @Test
    void whatWasHeldBehindAFinIsNotToldAnyMore() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1031, 10));
            s.peer().expects(ack(1, 1001).sack(1031, 1041));
            s.peer().sends(data(1006, 20));
            s.peer().expects(ack(1, 1001).sack(1006, 1026, 1031, 1041));
            s.peer().sends(fin(1021).acks(1));
            s.peer().expects(ack(1, 1001).sack(1006, 1022));
        }
    }

    @Test
    void aFinThatFollowsWhatIsHeldJoinsIt() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1011, 10));
            s.peer().expects(ack(1, 1001).sack(1011, 1021));
            s.peer().sends(fin(1021).acks(1));
            s.peer().expects(ack(1, 1001).sack(1011, 1022));
            s.peer().sends(data(1001, 10));
            s.peer().expects(ack(1, 1022));
            s.app().expectsRead(20);
            s.app().expectsInputEnd();
        }
    }

    // ---- what was told is kept

    // RFC 2018 8: a receiver should not forget what it has reported; the peer may not send it again for a long time
    @Test
    void whatWasToldCountsEvenIfNobodyReadsIt() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1011, 10));
            s.peer().expects(ack(1, 1001).sack(1011, 1021));
            s.app().shutsInput();
            assertEquals(0, s.info().reassemblyBytes());
            s.peer().sends(data(1031, 10));
            s.peer().expects(ack(1, 1001).sack(1031, 1041, 1011, 1021));
            s.peer().sends(data(1001, 10));
            s.peer().expects(ack(1, 1021).sack(1031, 1041));
            s.peer().sends(data(1021, 10));
            s.peer().expects(ack(1, 1041).sack());
        }
    }

    // what there is no memory for is not told, and taken when it comes again
    @Test
    void whatIsTooScatteredToBeHeldIsNotTold() {
        try (Script s = Script.establishedServer(peerSack(), with(SO_RCVBUF, 8192))) {
            int told = 0;
            for (int at = 1; at < 8192; at += 2) {
                s.peer().sends(data(1001 + at, 1));
                Received ack = s.peer().next();
                boolean held = ack.sackBlocks().get(0).equals(new Received.SackBlock(1001 + at, 1002 + at));
                told += held ? 1 : 0;
                assertEquals(told, s.info().reassemblyBytes());
            }
            assertTrue(told > 20 && told < 200, "held " + told);
            for (int at = 0; at < 8192; at += 1024) {
                s.peer().sends(data(1001 + at, 1024));
            }
            s.app().expectsRead(8192);
            s.after(ofMillis(40));
            s.peer().drain();
        }
    }

    // ---- RFC 2018 7: the examples, segments of 500 bytes from 5000 on

    @Test
    void example1TheLastFourOfEightAreLost() {
        try (Script s = Script.establishedServer(peerSack(), peerIsn(4999))) {
            s.peer().sends(data(5000, 500), data(5500, 500), data(6000, 500), data(6500, 500));
            s.peer().expects(ack(1, 7000).sack());
            s.app().expectsRead(2000);
        }
    }

    @Test
    void example2TheFirstOfEightIsLost() {
        try (Script s = Script.establishedServer(peerSack(), peerIsn(4999))) {
            for (int seq = 5500; seq < 9000; seq += 500) {
                s.peer().sends(data(seq, 500));
                s.peer().expects(ack(1, 5000).sack(5500, seq + 500));
            }
        }
    }

    @Test
    void example3TheSecondFourthSixthAndEighthAreLost() {
        try (Script s = Script.establishedServer(peerSack(), peerIsn(4999))) {
            s.peer().sends(data(5000, 500));
            s.peer().expectsAfter(ofMillis(40), ack(1, 5500).sack());
            s.peer().sends(data(6000, 500));
            s.peer().expects(ack(1, 5500).sack(6000, 6500));
            s.peer().sends(data(7000, 500));
            s.peer().expects(ack(1, 5500).sack(7000, 7500, 6000, 6500));
            s.peer().sends(data(8000, 500));
            s.peer().expects(ack(1, 5500).sack(8000, 8500, 7000, 7500, 6000, 6500));
            // the fourth comes out of order
            s.peer().sends(data(6500, 500));
            s.peer().expects(ack(1, 5500).sack(6000, 7500, 8000, 8500));
            // and the second
            s.peer().sends(data(5500, 500));
            s.peer().expects(ack(1, 7500).sack(8000, 8500));
            s.app().expectsRead(2500);
        }
    }
}
