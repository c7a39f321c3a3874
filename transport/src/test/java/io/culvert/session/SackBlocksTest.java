/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.segment.Segment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Which blocks an acknowledgment tells, and in which order: RFC 2018 section 4, RFC 2883 section 4. */
final class SackBlocksTest {
    private static final int FIRST = Integer.MAX_VALUE - 500;

    private final SackBlocks blocks = new SackBlocks();

    private void held(int left, int right) {
        blocks.held(FIRST + left, FIRST + right);
    }

    private void duplicate(int left, int right) {
        blocks.duplicate(FIRST + left, FIRST + right);
    }

    private String told(int most) {
        Segment ack = new Segment();
        blocks.writeTo(ack, most);
        List<String> told = new ArrayList<>();
        for (int i = 0; i < ack.sackBlocks(); i++) {
            told.add(ack.sackLeft(i) - FIRST + "-" + (ack.sackRight(i) - FIRST));
        }
        return String.join(" ", told);
    }

    private String told() {
        return told(4);
    }

    @Test
    void tellsNothingWhenNothingIsHeld() {
        assertFalse(blocks.hasNews());
        assertEquals("", told());
    }

    @Test
    void tellsTheBlockThatChangedFirstAndThenTheOthersByRecency() {
        held(10, 20);
        assertEquals("10-20", told());
        held(30, 40);
        assertEquals("30-40 10-20", told());
        held(50, 60);
        assertEquals("50-60 30-40 10-20", told());
        held(10, 25);
        assertEquals("10-25 50-60 30-40", told(3));
        assertFalse(blocks.hasNews());
        assertEquals("10-25 50-60 30-40", told(3));
    }

    @Test
    void aBlockThatFillsAHoleTakesThePlaceOfThoseItJoins() {
        held(10, 20);
        held(30, 40);
        held(50, 60);
        held(10, 40);
        assertEquals("50-60 10-40", told());
        assertEquals("10-40 50-60", told());
        assertFalse(blocks.hasNews());
    }

    @Test
    void everyBlockThatChangedIsTheFirstOfOneAcknowledgment() {
        held(10, 20);
        held(30, 40);
        held(30, 45);
        held(50, 60);
        assertEquals("10-20 30-45 50-60", told());
        assertEquals("30-45 50-60 10-20", told());
        assertTrue(blocks.hasNews());
        assertEquals("50-60 30-45 10-20", told());
        assertFalse(blocks.hasNews());
    }

    @Test
    void newsGoBeforeWhatWasTold() {
        held(10, 20);
        assertEquals("10-20", told());
        held(30, 40);
        assertEquals("30-40 10-20", told());
        held(50, 60);
        held(70, 80);
        assertEquals("50-60 70-80 30-40", told(3));
        assertEquals("70-80 50-60 30-40", told(3));
        held(12, 25);
        held(81, 82);
        held(85, 86);
        held(87, 88);
        assertEquals("12-25 81-82 85-86", told(3));
        assertEquals("81-82 85-86 87-88", told(3));
        assertEquals("85-86 87-88 81-82", told(3));
        assertEquals("87-88 85-86 81-82", told(3));
        assertFalse(blocks.hasNews());
    }

    @Test
    void whatRcvNxtHasPassedIsNotTold() {
        held(10, 20);
        held(30, 40);
        blocks.advance(FIRST + 20);
        assertEquals("30-40", told());
        assertFalse(blocks.hasNews());
        held(50, 60);
        blocks.advance(FIRST + 70);
        assertFalse(blocks.hasNews());
        assertEquals("", told());
    }

    @Test
    void whatIsCutOffIsNotTold() {
        held(10, 20);
        held(40, 50);
        held(25, 35);
        blocks.cutAt(FIRST + 30);
        assertEquals("10-20 25-30", told());
        assertEquals("25-30 10-20", told());
        assertFalse(blocks.hasNews());
    }

    @Test
    void aDuplicateIsToldOnceAndBeforeTheBlocks() {
        held(50, 60);
        assertEquals("50-60", told());
        duplicate(-20, -10);
        assertTrue(blocks.hasNews());
        assertEquals("-20--10 50-60", told());
        assertFalse(blocks.hasNews());
        assertEquals("50-60", told());
    }

    @Test
    void theBlockAroundADuplicateIsTheSecond() {
        held(10, 30);
        held(50, 60);
        held(70, 80);
        held(90, 95);
        for (int i = 0; i < 4; i++) {
            told();
        }
        held(10, 30);
        duplicate(15, 20);
        assertEquals("15-20 10-30 90-95", told(3));
        duplicate(50, 60);
        assertEquals("50-60 50-60 10-30 90-95", told());
    }

    @Test
    void duplicatesThatFollowEachOtherAreOneAndOthersAreNot() {
        duplicate(-40, -30);
        assertTrue(blocks.continuesDuplicate(FIRST - 30));
        duplicate(-30, -20);
        duplicate(-40, -30);
        assertEquals("-40--20", told());
        assertEquals("-40--30", told());
        assertFalse(blocks.hasNews());
        assertFalse(blocks.continuesDuplicate(FIRST - 30));
    }

    @Test
    void aDuplicateAndABlockShareAnAcknowledgment() {
        held(10, 20);
        duplicate(-20, -10);
        held(30, 40);
        assertEquals("-20--10 10-20 30-40", told());
        assertEquals("30-40 10-20", told());
        assertFalse(blocks.hasNews());
    }

    @Test
    void remembersABoundedNumber() {
        for (int i = 0; i < SackBlocks.MAX_BLOCKS + 10; i++) {
            held(2 * i, 2 * i + 1);
        }
        for (int i = 10; i < SackBlocks.MAX_BLOCKS + 10; i++) {
            assertTrue(told().startsWith(2 * i + "-" + (2 * i + 1)));
        }
        assertFalse(blocks.hasNews());
        for (int i = 0; i < SackBlocks.MAX_DUPLICATES + 10; i++) {
            duplicate(-10, -5);
        }
        for (int i = 0; i < SackBlocks.MAX_DUPLICATES; i++) {
            assertTrue(told().startsWith("-10--5"));
        }
        assertFalse(blocks.hasNews());
    }

    @Test
    void forgetsEverything() {
        held(10, 20);
        duplicate(10, 15);
        blocks.clear();
        assertFalse(blocks.hasNews());
        assertEquals("", told());
    }

    /** Each step is a segment of one byte; after some of them RCV.NXT moves, or acknowledgments go out. */
    @Property
    void tellsWholeBlocksAndEveryByteThatCame(@ForAll @Size(max = 200) List<@IntRange(max = 299) Integer> steps) {
        SackBlocks list = new SackBlocks();
        BitSet bytes = new BitSet();
        BitSet untold = new BitSet();
        for (int step : steps) {
            int left = 1 + step % 100;
            if (bytes.get(left)) {
                continue;
            }
            bytes.set(left);
            list.held(FIRST + bytes.previousClearBit(left) + 1, FIRST + bytes.nextClearBit(left));
            untold.set(left);
            while (step >= 100 && list.hasNews()) {
                Segment ack = new Segment();
                list.writeTo(ack, 3);
                for (int i = 0; i < ack.sackBlocks(); i++) {
                    int from = ack.sackLeft(i) - FIRST;
                    int to = ack.sackRight(i) - FIRST;
                    // isolated and whole
                    assertTrue(!bytes.get(from - 1) && !bytes.get(to) && bytes.nextClearBit(from) == to);
                    untold.clear(from, to);
                }
            }
            if (step >= 100) {
                assertTrue(untold.isEmpty());
            }
            if (step >= 280) {
                int nxt = bytes.nextClearBit(bytes.nextSetBit(1));
                bytes.clear(0, nxt);
                list.advance(FIRST + nxt);
            }
        }
    }
}
