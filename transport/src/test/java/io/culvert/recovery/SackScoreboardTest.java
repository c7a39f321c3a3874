/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RFC 2018 section 5 and RFC 2883. */
final class SackScoreboardTest {
    /** Sequence numbers go around within the flight. */
    private static final int UNA = -450;
    private static final int LENGTH = 100;
    private static final int RECORDS = 10;

    private final SackScoreboard scoreboard = new SackScoreboard();
    private final FlightLog flight = new FlightLog();
    private final List<Integer> delivered = new ArrayList<>();
    private final SegmentFate fate = new SegmentFate() {
        @Override
        public void delivered(int record) {
            assertFalse(flight.isSacked(record));
            delivered.add(record - flight.first());
        }

        @Override
        public void lost(int record) {
            throw new AssertionError("blocks show no losses");
        }
    };

    @BeforeEach
    void sendsTen() {
        sends(RECORDS);
    }

    private void sends(int records) {
        for (int i = 0; i < records; i++) {
            flight.sent(UNA + i * LENGTH, UNA + (i + 1) * LENGTH, 0, 0);
        }
    }

    /** An acknowledgment of the flight's beginning, and blocks in bytes from there. */
    private boolean takes(int... edges) {
        return takesAt(0, edges);
    }

    private boolean takesAt(int ack, int... edges) {
        Segment segment = new Segment();
        segment.clear().flags(SegmentFlags.ACK).acknowledgmentNumber(UNA + ack);
        for (int i = 0; i < edges.length; i += 2) {
            segment.addSackBlock(UNA + edges[i], UNA + edges[i + 1]);
        }
        int before = flight.sackedRecords();
        scoreboard.take(segment, flight, UNA, fate);
        return flight.sackedRecords() > before;
    }

    // ---- blocks

    @Test
    void aBlockMarksTheSegmentsThatItCovers() {
        assertTrue(takes(300, 500));
        assertEquals(List.of(3, 4), delivered);
        assertEquals(2, flight.sackedRecords());
        assertEquals(8 * LENGTH, flight.pipe());
        assertFalse(scoreboard.isDuplicate());
    }

    @Test
    void aBlockThatIsKnownIsNoNews() {
        takes(300, 500);
        assertFalse(takes(300, 500));
        assertTrue(takes(200, 600));
        assertEquals(List.of(3, 4, 2, 5), delivered);
    }

    @Test
    void aSegmentCoveredInPartIsNotMarked() {
        assertFalse(takes(301, 499));
        assertTrue(takes(301, 599));
        assertEquals(List.of(4), delivered);
    }

    // RFC 2018 4: the newest block comes first; RFC 8985 6.2 step 3 wants the order of the stream
    @Test
    void blocksAreTakenInTheOrderOfTheStream() {
        takes(800, 900, 200, 300, 600, 700, 400, 500);
        assertEquals(List.of(2, 4, 6, 8), delivered);
    }

    @Test
    void blocksThatSayNothingAreIgnored() {
        assertFalse(takes(1000, 1100));
        assertFalse(takes(900, 1001));
        assertFalse(takes(500, 300));
        assertFalse(takes(300, 300));
        assertFalse(takes(0, 500));
        assertFalse(takes(-100, 500));
        assertFalse(takes(-200, -100));
        assertFalse(takes(100, 100 + (1 << 30)));
        assertEquals(List.of(), delivered);
        assertTrue(takes(900, 1000));
    }

    @Test
    void aBlockBesideOneThatSaysNothingCounts() {
        assertTrue(takes(900, 1100, 400, 500));
        assertEquals(List.of(4), delivered);
    }

    // RFC 2018 5
    @Test
    void whatIsLostAndThenSackedIsNotLost() {
        flight.markLost(flight.first() + 3);
        takes(300, 400);
        assertEquals(0, flight.lostRecords());
        assertEquals(9 * LENGTH, flight.pipe());
    }

    // ---- RFC 2883

    // section 4: left of SEG.ACK
    @Test
    void aFirstBlockLeftOfTheAcknowledgmentIsADuplicate() {
        assertFalse(takesAt(0, -200, -100));
        assertTrue(scoreboard.isDuplicate());
        assertEquals(UNA - 200, scoreboard.duplicateLeft());
        assertEquals(UNA - 100, scoreboard.duplicateRight());
    }

    // section 4: within the second block
    @Test
    void aFirstBlockWithinTheSecondIsADuplicate() {
        takes(400, 500, 300, 600);
        assertTrue(scoreboard.isDuplicate());
        assertEquals(UNA + 400, scoreboard.duplicateLeft());
        assertEquals(List.of(3, 4, 5), delivered);
        takes(300, 600, 300, 600);
        assertTrue(scoreboard.isDuplicate());
    }

    @Test
    void aFirstBlockThatReachesBeyondTheSecondIsNone() {
        takes(400, 700, 300, 600);
        assertFalse(scoreboard.isDuplicate());
        takes(200, 500, 300, 600);
        assertFalse(scoreboard.isDuplicate());
    }

    @Test
    void onlyTheFirstBlockTellsOfADuplicate() {
        takes(400, 500, -200, -100);
        assertFalse(scoreboard.isDuplicate());
        takes(200, 800, 300, 400);
        assertFalse(scoreboard.isDuplicate());
    }

    @Test
    void aDuplicateIsForgottenWithTheNextAcknowledgment() {
        takes(-200, -100);
        takes(300, 400);
        assertFalse(scoreboard.isDuplicate());
        takes(-200, -100);
        takes();
        assertFalse(scoreboard.isDuplicate());
    }

    // RFC 2883 section 4 (1) has each in one segment only; Linux in every one of a train that it sends at once
    @Test
    void aDuplicateThatATrainOfDataRepeatsIsOne() {
        Segment data = new Segment();
        data.clear().flags(SegmentFlags.ACK).acknowledgmentNumber(UNA).addSackBlock(UNA - 200, UNA - 100)
                .payload(Unpooled.buffer(1), 0, 1);
        scoreboard.take(data, flight, UNA, fate);
        assertTrue(scoreboard.isDuplicate());
        scoreboard.take(data, flight, UNA, fate);
        assertFalse(scoreboard.isDuplicate());
        scoreboard.take(data, flight, UNA, fate);
        assertFalse(scoreboard.isDuplicate());
        takes(-200, -100);
        assertTrue(scoreboard.isDuplicate());
    }

    // ---- RFC 2018 section 8

    @Test
    void aPeerWhoseFirstMissingByteIsSackedHasReneged() {
        assertFalse(SackScoreboard.isReneged(flight));
        takes(100, 300);
        assertFalse(SackScoreboard.isReneged(flight));
        flight.removeFirst();
        assertTrue(SackScoreboard.isReneged(flight));
        flight.removeFirst();
        flight.removeFirst();
        assertFalse(SackScoreboard.isReneged(flight));
        flight.clear();
        assertFalse(SackScoreboard.isReneged(flight));
    }

    // ---- hostile peers

    /** Whatever the blocks, what is marked is what some block in bounds covers whole. */
    @Property(tries = 500)
    void agreesWithAPlainSetOfBytes(
            @ForAll @Size(max = 60) List<@Size(min = 1, max = 4) List<@IntRange(max = 1_440_000) Integer>> acks) {
        flight.clear();
        sends(RECORDS);
        BitSet sacked = new BitSet();
        for (List<Integer> blocks : acks) {
            int[] edges = new int[2 * blocks.size()];
            for (int i = 0; i < blocks.size(); i++) {
                edges[2 * i] = blocks.get(i) / 1200 - 100;
                edges[2 * i + 1] = blocks.get(i) % 1200 - 100;
            }
            delivered.clear();
            boolean news = takes(edges);
            assertEquals(news, !delivered.isEmpty());
            assertEquals(delivered.stream().sorted().toList(), delivered);
            model(sacked, edges);
            for (int i = 0; i < RECORDS; i++) {
                assertEquals(sacked.get(i), flight.isSacked(flight.first() + i));
            }
            assertEquals((RECORDS - sacked.cardinality()) * LENGTH, flight.pipe());
        }
    }

    private static void model(BitSet sacked, int... edges) {
        boolean duplicate = edges[0] < edges[1] && (edges[1] <= 0
                || edges.length > 2 && edges[0] >= edges[2] && edges[1] <= edges[3]);
        for (int i = duplicate ? 2 : 0; i < edges.length; i += 2) {
            for (int record = 0; record < RECORDS; record++) {
                boolean valid = edges[i] > 0 && edges[i + 1] <= RECORDS * LENGTH;
                if (valid && edges[i] <= record * LENGTH && edges[i + 1] >= (record + 1) * LENGTH) {
                    sacked.set(record);
                }
            }
        }
    }

    /** A block that grows segment by segment costs no walk over all that it holds: minutes, if it did. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aBlockOfManyThousandSegmentsMayGrowOneByOne() {
        int many = 400_000;
        flight.clear();
        sends(many);
        for (int i = 2; i <= many; i++) {
            assertTrue(takes(LENGTH, i * LENGTH));
        }
        assertEquals(many - 1, delivered.size());
        assertEquals(LENGTH, flight.pipe());
    }
}
