/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Throws bytes at the parser. Each datagram has a seed of its own, which a failure names; {@code -Dculvert.fuzz.seed=}
 * that number makes it the first datagram of each run.
 */
class SegmentFuzzTest {
    private static final long FIRST_SEED = Long.getLong("culvert.fuzz.seed", 1);
    private static final int RANDOM_DATAGRAMS = 1_000_000;
    private static final int MUTATED_DATAGRAMS = 1_200_000;
    private static final int LONGEST_DATAGRAM = 96;
    private static final WireFormatVector[] VECTORS = WireFormatVector.values();
    private static final byte[][] VECTOR_BYTES =
            Arrays.stream(VECTORS).map(WireFormatVector::bytes).toArray(byte[][]::new);

    private final Segment segment = new Segment();
    private final Segment again = new Segment();
    private final ByteBuf rewritten = Unpooled.buffer(256);
    private final Map<MalformedReason, Integer> malformed = new EnumMap<>(MalformedReason.class);
    private int wellFormed;

    @Test
    void survivesRandomBytes() {
        run(RANDOM_DATAGRAMS, SegmentFuzzTest::randomBytes);
        // Guards the fuzzer itself: bytes that never get past the first check prove nothing.
        assertTrue(wellFormed > RANDOM_DATAGRAMS / 100, () -> "well formed: " + wellFormed);
        assertEquals(MalformedReason.values().length, malformed.size(), () -> "reasons met: " + malformed);
    }

    @Test
    void survivesMutatedVectors() {
        run(MUTATED_DATAGRAMS, SegmentFuzzTest::mutatedVector);
        assertTrue(wellFormed > MUTATED_DATAGRAMS / 10, () -> "well formed: " + wellFormed);
        assertEquals(MalformedReason.values().length, malformed.size(), () -> "reasons met: " + malformed);
    }

    private void run(int datagrams, Function<SplittableRandom, byte[]> source) {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + datagrams; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = source.apply(random);
            int start = random.nextInt(4);
            try {
                check(bytes, start);
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError("seed " + seed + ", datagram " + ByteBufUtil.hexDump(bytes)
                        + ", readerIndex " + start, failure);
            }
        }
    }

    /** The datagram starts somewhere in its buffer and ends where the buffer ends, so that a read past it throws. */
    private void check(byte[] bytes, int start) {
        int end = start + bytes.length;
        byte[] memory = new byte[end];
        System.arraycopy(bytes, 0, memory, start, bytes.length);
        ByteBuf datagram = Unpooled.wrappedBuffer(memory).setIndex(start, end);
        MalformedReason reason = SegmentParser.parse(datagram, segment);
        require(datagram.readerIndex() == start && datagram.writerIndex() == end, "indexes moved");
        if (reason != null) {
            malformed.merge(reason, 1, Integer::sum);
            return;
        }
        wellFormed++;
        require(segment.payload() == datagram, "payload is not a view of the datagram");
        require(segment.payloadOffset() >= start + 12, "payload reaches into the header");
        require(segment.payloadOffset() + segment.payloadLength() == end, "payload does not end at the end");
        rewritten.clear();
        if (SegmentWriter.optionBytes(segment) > 40) {
            requireSynWithSackBlocks();
            return;
        }
        SegmentWriter.write(segment, rewritten);
        require(rewritten.readableBytes() == SegmentWriter.length(segment), "length foretold wrongly");
        require(SegmentParser.parse(rewritten, again) == null, "rewritten is malformed");
        SegmentFields expected = SegmentFields.of(segment).withoutUrg();
        SegmentFields actual = SegmentFields.of(again);
        require(expected.equals(actual), "rewritten differs");
    }

    /** A peer may pack SACK blocks onto a SYN more densely than our aligned order can; nothing else fails to fit. */
    private void requireSynWithSackBlocks() {
        require(segment.has(SegmentFlags.SYN) && segment.sackBlocks() > 0, "cannot be written");
        assertThrows(IllegalArgumentException.class, () -> SegmentWriter.write(segment, rewritten));
        require(rewritten.readableBytes() == 0, "written in part");
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise + ": " + segment + " / " + again);
        }
    }

    /** Bytes without a plan, half of them with a data offset that fits and option kinds that exist. */
    private static byte[] randomBytes(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(LONGEST_DATAGRAM)];
        random.nextBytes(bytes);
        if (bytes.length > 16 && random.nextBoolean()) {
            int mostWords = Math.min(15, (bytes.length + 8) / 4);
            bytes[0] = (byte) (random.nextInt(5, mostWords + 1) << 4);
            for (int i = 12; i < bytes.length; i++) {
                if (random.nextInt(4) != 0) {
                    bytes[i] = (byte) random.nextInt(11);
                }
            }
        }
        return bytes;
    }

    private static byte[] mutatedVector(SplittableRandom random) {
        byte[] bytes = VECTOR_BYTES[random.nextInt(VECTOR_BYTES.length)].clone();
        int mutations = random.nextInt(1, 5);
        for (int i = 0; i < mutations && bytes.length > 0; i++) {
            bytes = switch (random.nextInt(5)) {
                case 0 -> flipped(bytes, random);
                case 1 -> replaced(bytes, random);
                case 2 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
                case 3 -> inserted(bytes, random.nextInt(bytes.length + 1), (byte) random.nextInt(256));
                default -> duplicated(bytes, random);
            };
        }
        return bytes;
    }

    private static byte[] flipped(byte[] bytes, SplittableRandom random) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    private static byte[] replaced(byte[] bytes, SplittableRandom random) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        return bytes;
    }

    private static byte[] inserted(byte[] bytes, int at, byte value) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
        longer[at] = value;
        return longer;
    }

    private static byte[] duplicated(byte[] bytes, SplittableRandom random) {
        int from = random.nextInt(bytes.length);
        int length = random.nextInt(1, bytes.length - from + 1);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
        System.arraycopy(bytes, from, longer, from + length, bytes.length - from);
        return longer;
    }
}
