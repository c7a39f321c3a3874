/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Laws of the codec and of sequence arithmetic. */
class SegmentPropertyTest {
    /** Every combination of control bits but URG, which is never sent, and SYN with RST, which is no segment. */
    private static final Arbitrary<Integer> FLAGS = Arbitraries.integers().between(0, 255)
            .map(flags -> flags & ~SegmentFlags.URG)
            .filter(flags -> (flags & 0x06) != 0x06);
    private static final Arbitrary<Integer> NUMBERS = Arbitraries.integers();

    @Property(tries = 3000)
    void aSegmentWrittenAndParsedBackIsEqual(@ForAll("segments") Segment segment) {
        ByteBuf datagram = written(segment);
        Segment parsed = new Segment();
        assertNull(SegmentParser.parse(datagram, parsed), () -> ByteBufUtil.hexDump(datagram));
        assertEquals(SegmentFields.of(segment), SegmentFields.of(parsed), () -> ByteBufUtil.hexDump(datagram));
        assertEquals(segment.sequenceLength(), parsed.sequenceLength());
        assertEquals(segment.sequenceEnd(), parsed.sequenceEnd());
        assertEquals(ByteBufUtil.hexDump(datagram), ByteBufUtil.hexDump(written(parsed)));
    }

    @Property(tries = 3000)
    void theHeaderIsWholeWordsAndTheLengthIsKnownBeforeWriting(@ForAll("segments") Segment segment) {
        int length = SegmentWriter.length(segment);
        int optionBytes = SegmentWriter.optionBytes(segment);
        ByteBuf datagram = written(segment);
        assertEquals(length, datagram.readableBytes());
        assertEquals(0, (length - segment.payloadLength()) % 4);
        assertTrue(optionBytes >= 0 && optionBytes <= 40, () -> "options take " + optionBytes);
        assertEquals(5 + optionBytes / 4, datagram.getUnsignedByte(0) >> 4);
        assertTrue(SegmentParser.looksLikeSegment(datagram));
    }

    @Property(tries = 1000)
    void urgAndReservedBitsAreNeverSent(@ForAll("segments") Segment segment) {
        segment.flags(segment.flags() | SegmentFlags.URG);
        ByteBuf datagram = written(segment);
        assertEquals(0, datagram.getByte(0) & 0x0f);
        assertEquals(0, datagram.getByte(1) & SegmentFlags.URG);
    }

    @Property
    void orderIsTheSameReadFromEitherSide(@ForAll int a, @ForAll int b) {
        assertEquals(SequenceNumber.lessThan(a, b), SequenceNumber.greaterThan(b, a));
        assertEquals(SequenceNumber.lessOrEqual(a, b), SequenceNumber.greaterOrEqual(b, a));
        assertEquals(SequenceNumber.lessOrEqual(a, b), a == b || SequenceNumber.lessThan(a, b));
        assertFalse(SequenceNumber.lessThan(a, b) && SequenceNumber.lessThan(b, a));
    }

    @Property
    void orderDoesNotDependOnWhereTheSpaceBegins(@ForAll int a, @ForAll int b, @ForAll int shift) {
        assertEquals(SequenceNumber.lessThan(a, b), SequenceNumber.lessThan(a + shift, b + shift));
        assertEquals(SequenceNumber.lessOrEqual(a, b), SequenceNumber.lessOrEqual(a + shift, b + shift));
    }

    @Property
    void aNumberIsLessThanAllOfTheNextHalf(@ForAll int a,
            @ForAll @IntRange(min = 1, max = Integer.MAX_VALUE) int distance) {
        assertTrue(SequenceNumber.lessThan(a, a + distance));
        assertTrue(SequenceNumber.greaterThan(a, a - distance));
        assertEquals(a + distance, SequenceNumber.max(a, a + distance));
        assertEquals(a, SequenceNumber.min(a + distance, a));
    }

    @Property
    void orderIsTransitiveWithinHalfTheSpace(@ForAll int a, @ForAll @IntRange(min = 0, max = 1 << 30) int first,
            @ForAll @IntRange(min = 0, max = (1 << 30) - 1) int second) {
        int b = a + first;
        int c = b + second;
        assertTrue(SequenceNumber.lessOrEqual(a, b) && SequenceNumber.lessOrEqual(b, c));
        assertTrue(SequenceNumber.lessOrEqual(a, c));
        assertEquals(c, SequenceNumber.max(SequenceNumber.max(a, b), c));
        assertEquals(a, SequenceNumber.min(SequenceNumber.min(a, b), c));
    }

    @Provide
    Arbitrary<Segment> segments() {
        Arbitrary<Segment> headers = Combinators.combine(FLAGS, Arbitraries.integers().between(0, 65535),
                NUMBERS, NUMBERS, Arbitraries.bytes().array(byte[].class).ofMaxSize(64))
                .as((flags, window, seq, ack, payload) -> new Segment().flags(flags).window(window)
                        .sequenceNumber(seq).acknowledgmentNumber(ack)
                        .payload(Unpooled.wrappedBuffer(payload), 0, payload.length));
        Arbitrary<int[]> timestamps = NUMBERS.array(int[].class).ofSize(2).injectNull(0.3);
        Arbitrary<int[]> sackEdges = Arbitraries.integers().between(0, Segment.MAX_SACK_BLOCKS)
                .flatMap(blocks -> NUMBERS.array(int[].class).ofSize(2 * blocks));
        return Combinators.combine(headers, Arbitraries.integers().between(0, 65535),
                Arbitraries.integers().between(-1, Segment.MAX_WINDOW_SCALE), Arbitraries.of(true, false),
                timestamps, sackEdges).as(SegmentPropertyTest::withOptions);
    }

    /** Gives a segment the options that it may have and that fit: a SYN's to a SYN, as many SACK blocks as go in. */
    private static Segment withOptions(Segment segment, int mss, int windowScale, boolean sackPermitted,
            int[] timestamps, int[] sackEdges) {
        if (segment.has(SegmentFlags.SYN)) {
            segment.mss(mss).windowScale(windowScale).sackPermitted(sackPermitted);
        }
        if (timestamps != null) {
            segment.timestamps(timestamps[0], timestamps[1]);
        }
        int room = (40 - 4 - SegmentWriter.optionBytes(segment)) / 8;
        for (int i = 0; i < Math.min(room, sackEdges.length / 2); i++) {
            segment.addSackBlock(sackEdges[2 * i], sackEdges[2 * i + 1]);
        }
        return segment;
    }

    private static ByteBuf written(Segment segment) {
        ByteBuf datagram = Unpooled.buffer();
        SegmentWriter.write(segment, datagram);
        return datagram;
    }
}
