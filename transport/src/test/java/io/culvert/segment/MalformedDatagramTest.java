/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no segment and why, with both sides of each boundary; and what looks odd and is a segment all the same. */
class MalformedDatagramTest {
    /** Window, sequence number and acknowledgment number. */
    private static final String NUMBERS = "0000" + "00000000" + "00000000";

    // ---- length and data offset ------------------------------------------------------------------------------------

    @Test
    void elevenBytesAreTooShort() {
        assertMalformed(MalformedReason.TOO_SHORT, "5010" + "0000" + "00000000" + "000000");
    }

    @Test
    void twelveBytesAreASegment() {
        assertWellFormed("5010" + NUMBERS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void everyShorterDatagramIsTooShort(int length) {
        assertMalformed(MalformedReason.TOO_SHORT, WireFormatVector.SYN.hex().substring(0, 2 * length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "2", "3", "4"})
    void aDataOffsetUnderFiveIsTooSmall(String offset) {
        assertMalformed(MalformedReason.OFFSET_TOO_SMALL, offset + "010" + NUMBERS);
        assertMalformed(MalformedReason.OFFSET_TOO_SMALL, offset + "010" + NUMBERS + "01".repeat(60));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void aDataOffsetMayEndAtTheDatagramsEndAndNotPastIt(int offset) {
        String header = Integer.toHexString(offset) + "010" + NUMBERS;
        int optionBytes = 4 * offset - 20;
        assertWellFormed(header + "01".repeat(optionBytes));
        assertWellFormed(header + "01".repeat(optionBytes) + "ff");
        if (optionBytes > 0) {
            assertMalformed(MalformedReason.OFFSET_PAST_END, header + "01".repeat(optionBytes - 1));
            assertMalformed(MalformedReason.OFFSET_PAST_END, header + "01".repeat(optionBytes - 4));
        }
    }

    @Test
    void aHeaderMayNotReachIntoWhatFollowsTheDatagramInItsBuffer() {
        ByteBuf train = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("6010" + NUMBERS + "01010101"));
        train.writerIndex(12);
        assertEquals(MalformedReason.OFFSET_PAST_END, SegmentParser.parse(train, new Segment()));
        train.setIndex(1, 12);
        assertEquals(MalformedReason.TOO_SHORT, SegmentParser.parse(train, new Segment()));
    }

    // ---- options ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"02", "03", "04", "05", "08", "fe", "ff"})
    void anOptionOfLengthZeroOrOneIsMalformed(String kind) {
        assertMalformed(MalformedReason.OPTION_LENGTH, "6002" + NUMBERS + kind + "00" + "0101");
        assertMalformed(MalformedReason.OPTION_LENGTH, "6002" + NUMBERS + kind + "01" + "0101");
        assertMalformed(MalformedReason.OPTION_LENGTH, "6002" + NUMBERS + "0101" + kind + "00");
        assertMalformed(MalformedReason.OPTION_LENGTH, "6002" + NUMBERS + "0101" + kind + "01");
        assertWellFormed("6002" + NUMBERS + "0101" + kind + "02");
    }

    @ParameterizedTest
    @ValueSource(strings = {"02", "03", "04", "05", "08", "fe", "ff"})
    void anOptionMayEndAtTheHeadersEndAndNotPastIt(String kind) {
        assertWellFormed("7002" + NUMBERS + kind + "08" + "000000000000");
        assertMalformed(MalformedReason.OPTION_PAST_END, "7002" + NUMBERS + kind + "09" + "000000000000");
        assertMalformed(MalformedReason.OPTION_PAST_END, "7002" + NUMBERS + "01" + kind + "08" + "0000000000");
        assertMalformed(MalformedReason.OPTION_PAST_END, "7002" + NUMBERS + kind + "ff" + "000000000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"02", "03", "04", "05", "08", "fe", "ff"})
    void aLoneKindByteAtTheHeadersEndRunsPastIt(String kind) {
        assertMalformed(MalformedReason.OPTION_PAST_END, "6002" + NUMBERS + "010101" + kind);
    }

    @Test
    void anOptionMayNotBorrowFromThePayload() {
        assertMalformed(MalformedReason.OPTION_PAST_END, "6002" + NUMBERS + "010101" + "02" + "0405b4");
        assertMalformed(MalformedReason.OPTION_PAST_END, "6010" + NUMBERS + "0101080a" + "0000000100000002");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01"})
    void endOfOptionsAndNoOperationHaveNoLength(String kind) {
        assertWellFormed("6010" + NUMBERS + "010101" + kind);
        assertWellFormed("6010" + NUMBERS + kind + "000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"02", "03", "04", "05", "08", "ff"})
    void nothingAfterTheEndOfOptionsIsRead(String kind) {
        assertWellFormed("6010" + NUMBERS + "00" + kind + "0001");
        assertWellFormed("6010" + NUMBERS + "00" + kind + "ffff");
        assertWellFormed("6010" + NUMBERS + "000000" + kind);
    }

    @Test
    void optionsAfterTheEndOfOptionsAreIgnored() {
        Segment segment = assertWellFormed("7002" + NUMBERS + "00" + "020405b4" + "030307");
        assertEquals(SegmentFields.of(new Segment().flags(SegmentFlags.SYN)), SegmentFields.of(segment));
        segment = assertWellFormed("7002" + NUMBERS + "020405b4" + "00" + "030307");
        assertEquals(SegmentFields.of(new Segment().flags(SegmentFlags.SYN).mss(1460)), SegmentFields.of(segment));
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 7, 9, 14, 15, 19, 28, 30, 34, 69, 253, 254, 255})
    void anUnknownKindIsSkippedByItsLength(int kind) {
        for (int length = 2; length <= 36; length++) {
            int pad = (40 - 4 - length) % 4;
            int offset = 5 + (length + pad + 4) / 4;
            String header = Integer.toHexString(offset) + "002" + NUMBERS;
            String unknown = String.format("%02x%02x", kind, length) + "ff".repeat(length - 2);
            Segment segment = assertWellFormed(header + unknown + "020405b4" + "01".repeat(pad) + "cafe");
            assertEquals(1460, segment.mss(), () -> "after " + unknown);
            assertEquals(2, segment.payloadLength());
        }
    }

    @ParameterizedTest
    @CsvSource({"02, 03", "02, 05", "03, 02", "03, 04", "04, 03", "05, 02", "05, 09", "05, 0b", "08, 09", "08, 0b"})
    void aKnownKindOfAnotherLengthIsSkipped(String kind, String length) {
        int bytes = Integer.parseInt(length, 16);
        String option = kind + length + "ff".repeat(bytes - 2);
        Segment segment = assertWellFormed("8002" + NUMBERS + option + "01".repeat(12 - bytes));
        assertEquals(SegmentFields.of(new Segment().flags(SegmentFlags.SYN)), SegmentFields.of(segment));
    }

    @Test
    void synOptionsOnAnotherSegmentAreIgnored() {
        String options = "020405b4" + "0402" + "030307" + "080a" + "0000000100000002" + "01";
        Segment segment = assertWellFormed("a010" + NUMBERS + options);
        assertEquals(SegmentFields.of(new Segment().flags(SegmentFlags.ACK).timestamps(1, 2)),
                SegmentFields.of(segment));
        segment = assertWellFormed("a002" + NUMBERS + options);
        assertEquals(SegmentFields.of(new Segment().flags(SegmentFlags.SYN).timestamps(1, 2)
                .mss(1460).sackPermitted(true).windowScale(7)), SegmentFields.of(segment));
    }

    @Test
    void synOptionsOnAnotherSegmentAreMalformedAllTheSameWhenTheyRunPastTheHeader() {
        assertMalformed(MalformedReason.OPTION_PAST_END, "6010" + NUMBERS + "0101" + "0204");
        assertMalformed(MalformedReason.OPTION_LENGTH, "6010" + NUMBERS + "0101" + "0201");
    }

    @Test
    void theFirstSackOptionCounts() {
        Segment segment = assertWellFormed("a010" + NUMBERS
                + "050a" + "00000001" + "00000002" + "050a" + "00000003" + "00000004");
        assertEquals(1, segment.sackBlocks());
        assertEquals(1, segment.sackLeft(0));
        assertEquals(2, segment.sackRight(0));
    }

    // ---- flags -----------------------------------------------------------------------------------------------------

    @Test
    void synTogetherWithRstIsMalformedWhateverElseIsSet() {
        for (int flags = 0; flags < 256; flags++) {
            String datagram = "50" + String.format("%02x", flags) + NUMBERS;
            boolean synAndRst = (flags & SegmentFlags.SYN) != 0 && (flags & SegmentFlags.RST) != 0;
            assertEquals(synAndRst ? MalformedReason.SYN_WITH_RST : null, parse(datagram, new Segment()), datagram);
        }
    }

    @Test
    void synTogetherWithFinIsNotMalformed() {
        Segment segment = assertWellFormed("5003" + NUMBERS);
        assertTrue(segment.has(SegmentFlags.SYN | SegmentFlags.FIN));
        assertEquals(2, segment.sequenceLength());
        assertWellFormed("5013" + NUMBERS);
    }

    @Test
    void aSegmentWithoutAnyFlagIsNotMalformed() {
        assertEquals(0, assertWellFormed("5000" + NUMBERS).flags());
    }

    @ParameterizedTest
    @EnumSource
    void reservedBitsAreIgnoredOnReceiptAndNeverSent(WireFormatVector vector) {
        for (int reserved = 1; reserved < 16; reserved++) {
            String datagram = vector.hex().charAt(0) + Integer.toHexString(reserved) + vector.hex().substring(2);
            Segment segment = assertWellFormed(datagram);
            assertEquals(SegmentFields.of(vector.segment()), SegmentFields.of(segment));
            assertEquals(vector.hex(), hex(segment));
        }
    }

    @ParameterizedTest
    @EnumSource
    void urgIsIgnoredOnReceiptAndNeverSent(WireFormatVector vector) {
        byte[] bytes = vector.bytes();
        bytes[1] |= SegmentFlags.URG;
        Segment segment = assertWellFormed(ByteBufUtil.hexDump(bytes));
        assertTrue(segment.has(SegmentFlags.URG), "can be counted");
        assertEquals(SegmentFields.of(vector.segment()), SegmentFields.of(segment).withoutUrg());
        assertEquals(vector.segment().sequenceLength(), segment.sequenceLength());
        assertEquals(vector.hex(), hex(segment));
    }

    // ---- every vector, damaged -------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aVectorCutInItsHeaderIsMalformed(WireFormatVector vector) {
        int header = SegmentWriter.length(vector.segment()) - vector.segment().payloadLength();
        for (int length = 0; length < header; length++) {
            MalformedReason expected =
                    length < 12 ? MalformedReason.TOO_SHORT : MalformedReason.OFFSET_PAST_END;
            assertMalformed(expected, vector.hex().substring(0, 2 * length));
        }
        for (int length = header; length <= vector.bytes().length; length++) {
            assertEquals(length - header, assertWellFormed(vector.hex().substring(0, 2 * length)).payloadLength());
        }
    }

    private static void assertMalformed(MalformedReason reason, String hex) {
        assertEquals(reason, parse(hex, new Segment()), hex);
        assertEquals(reason, parse(hex, WireFormatVector.SACK.segment()), () -> hex + " into a used flyweight");
    }

    private static Segment assertWellFormed(String hex) {
        Segment segment = new Segment();
        assertNull(parse(hex, segment), hex);
        return segment;
    }

    private static MalformedReason parse(String hex, Segment segment) {
        ByteBuf datagram = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
        int end = datagram.writerIndex();
        MalformedReason reason = SegmentParser.parse(datagram, segment);
        assertEquals(0, datagram.readerIndex(), hex);
        assertEquals(end, datagram.writerIndex(), hex);
        return reason;
    }

    private static String hex(Segment segment) {
        ByteBuf datagram = Unpooled.buffer();
        SegmentWriter.write(segment, datagram);
        return ByteBufUtil.hexDump(datagram);
    }
}
