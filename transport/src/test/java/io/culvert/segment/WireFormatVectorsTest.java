/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The wire format byte by byte: the published vectors, each field of the header, the order of the options. */
class WireFormatVectorsTest {
    private static final int SYN = SegmentFlags.SYN;
    private static final int ACK = SegmentFlags.ACK;

    @ParameterizedTest
    @EnumSource
    void parsesEachVectorToItsFields(WireFormatVector vector) {
        assertEquals(SegmentFields.of(vector.segment()), SegmentFields.of(parse(vector.datagram())));
    }

    @ParameterizedTest
    @EnumSource
    void writesEachVectorToItsBytes(WireFormatVector vector) {
        assertEquals(vector.hex(), hex(vector.segment()));
    }

    @ParameterizedTest
    @EnumSource
    void writesWhatItParsed(WireFormatVector vector) {
        assertEquals(vector.hex(), hex(parse(vector.datagram())));
    }

    @ParameterizedTest
    @EnumSource
    void knowsTheLengthOfEachVectorBeforeWritingIt(WireFormatVector vector) {
        assertEquals(vector.bytes().length, SegmentWriter.length(vector.segment()));
    }

    @ParameterizedTest
    @EnumSource
    void parsesInsideALargerBufferWithoutMovingItsIndexes(WireFormatVector vector) {
        ByteBuf datagram = Unpooled.buffer().writeBytes(new byte[] {1, 2, 3}).writeBytes(vector.bytes())
                .writeBytes(new byte[] {-1, -1, -1});
        datagram.setIndex(3, datagram.writerIndex() - 3);

        Segment segment = parse(datagram);

        assertEquals(SegmentFields.of(vector.segment()), SegmentFields.of(segment));
        assertEquals(3, datagram.readerIndex());
        assertEquals(3 + vector.bytes().length, datagram.writerIndex());
    }

    @ParameterizedTest
    @EnumSource
    void appendsToWhatTheDatagramHolds(WireFormatVector vector) {
        ByteBuf train = Unpooled.buffer();
        SegmentWriter.write(vector.segment(), train);
        SegmentWriter.write(vector.segment(), train);
        assertEquals(vector.hex() + vector.hex(), ByteBufUtil.hexDump(train));
    }

    @ParameterizedTest
    @EnumSource
    void canBeToldFromStun(WireFormatVector vector) {
        assertTrue(SegmentParser.looksLikeSegment(vector.datagram()));
    }

    @Test
    void stunAndNothingDoNotLookLikeASegment() {
        ByteBuf bindingRequest = Unpooled.wrappedBuffer(
                ByteBufUtil.decodeHexDump("000100002112a442000102030405060708090a0b"));
        assertFalse(SegmentParser.looksLikeSegment(bindingRequest));
        assertFalse(SegmentParser.looksLikeSegment(Unpooled.wrappedBuffer(new byte[] {0x3f})));
        assertFalse(SegmentParser.looksLikeSegment(Unpooled.EMPTY_BUFFER));
        assertTrue(SegmentParser.isForeign(bindingRequest));
        assertFalse(SegmentParser.isForeign(Unpooled.EMPTY_BUFFER));
        assertTrue(SegmentParser.looksLikeSegment(Unpooled.wrappedBuffer(new byte[] {0x50})));
    }

    // ---- fields ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"FIN, 01", "SYN, 02", "RST, 04", "PSH, 08", "ACK, 10", "ECE, 40", "CWR, 80"})
    void eachFlagHasItsBit(String name, String bits) {
        int flag = Integer.parseInt(bits, 16);
        Segment parsed = parse("50" + bits + "00000000000000000000");
        assertEquals(flag, parsed.flags());
        assertTrue(parsed.has(flag));
        assertEquals(name, SegmentFlags.toString(parsed.flags()));
        assertEquals("50" + bits + "00000000000000000000", hex(new Segment().flags(flag)));
    }

    @Test
    void numbersAreBigEndian() {
        Segment parsed = parse("5010" + "0102" + "03040506" + "0708090a");
        assertEquals(0x0102, parsed.window());
        assertEquals(0x03040506, parsed.sequenceNumber());
        assertEquals(0x0708090a, parsed.acknowledgmentNumber());
    }

    @Test
    void numbersAreUnsigned() {
        Segment parsed = parse("5010" + "ffff" + "80000000" + "ffffffff");
        assertEquals(65535, parsed.window());
        assertEquals(0x80000000, parsed.sequenceNumber());
        assertEquals(-1, parsed.acknowledgmentNumber());
        assertEquals("ACK seq=2147483648 ack=4294967295 win=65535", parsed.toString());
        assertEquals("5010ffff80000000ffffffff", hex(parsed));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void payloadStartsWhereTheDataOffsetSays(int offset) {
        int optionBytes = 4 * offset - 20;
        String header = Integer.toHexString(offset) + "010" + "0000" + "0000000000000000";
        Segment parsed = parse(header + "01".repeat(optionBytes) + "cafe");
        assertEquals(4 * offset - 8, parsed.payloadOffset());
        assertEquals(2, parsed.payloadLength());
        assertEquals("cafe", SegmentFields.of(parsed).payload());
    }

    @Test
    void payloadIsAViewOfTheDatagram() {
        ByteBuf datagram = WireFormatVector.DATA.datagram();
        Segment parsed = parse(datagram);
        assertSame(datagram, parsed.payload());
        assertEquals(12, parsed.payloadOffset());
        assertEquals(5, parsed.payloadLength());
    }

    @Test
    void copiesAnOutboundPayloadFromItsSource() {
        ByteBuf stream = Unpooled.wrappedBuffer(new byte[] {10, 11, 12, 13, 14});
        Segment segment = new Segment().flags(ACK)
                .payload((offset, length, datagram) -> datagram.writeBytes(stream, offset, length), 2, 3);
        assertNull(segment.payload());
        assertEquals(15, SegmentWriter.length(segment));
        assertEquals("501000000000000000000000" + "0c0d0e", hex(segment));
    }

    @Test
    void synAndFinTakeASequenceNumberEachAndAnAckNone() {
        ByteBuf bytes = Unpooled.wrappedBuffer(new byte[7]);
        assertAll(
                () -> assertEquals(0, new Segment().flags(ACK).sequenceLength()),
                () -> assertEquals(0, new Segment().flags(0xfc).sequenceLength()),
                () -> assertEquals(1, new Segment().flags(SYN | ACK).sequenceLength()),
                () -> assertEquals(1, new Segment().flags(SegmentFlags.FIN | ACK).sequenceLength()),
                () -> assertEquals(2, new Segment().flags(SYN | SegmentFlags.FIN).sequenceLength()),
                () -> assertEquals(7, new Segment().flags(ACK).payload(bytes, 0, 7).sequenceLength()),
                () -> assertEquals(9, new Segment().flags(0xff).payload(bytes, 0, 7).sequenceLength()),
                () -> assertEquals(6, new Segment().flags(SegmentFlags.FIN).sequenceNumber(-2).payload(bytes, 0, 7)
                        .sequenceEnd()));
    }

    // ---- options ---------------------------------------------------------------------------------------------------

    private static final String MSS = "020405b4";
    private static final String SACK_PERMITTED = "0402";
    private static final String TIMESTAMPS = "080a000000010000000f";
    private static final String NOP = "01";
    private static final String WINDOW_SCALE = "030307";

    @ParameterizedTest(name = "MSS={0} SACKP={1} TS={2} WS={3}")
    @CsvSource({
        "false, false, false, false", "false, false, false, true", "false, false, true, false",
        "false, false, true, true", "false, true, false, false", "false, true, false, true",
        "false, true, true, false", "false, true, true, true", "true, false, false, false",
        "true, false, false, true", "true, false, true, false", "true, false, true, true",
        "true, true, false, false", "true, true, false, true", "true, true, true, false", "true, true, true, true"})
    void ordersTheOptionsOfASyn(boolean mss, boolean sackPermitted, boolean timestamps, boolean windowScale) {
        Segment segment = new Segment().flags(SYN).sackPermitted(sackPermitted);
        String expected = "";
        if (mss) {
            segment.mss(1460);
            expected += MSS;
        }
        if (timestamps) {
            segment.timestamps(1, 15);
            expected += (sackPermitted ? SACK_PERMITTED : NOP + NOP) + TIMESTAMPS;
        } else if (sackPermitted) {
            expected += NOP + NOP + SACK_PERMITTED;
        }
        if (windowScale) {
            segment.windowScale(7);
            expected += NOP + WINDOW_SCALE;
        }
        assertOptions(expected, segment);
    }

    @ParameterizedTest(name = "TS={0} SACK blocks={1}")
    @CsvSource({
        "false, 0", "false, 1", "false, 2", "false, 3", "false, 4", "true, 0", "true, 1", "true, 2", "true, 3"})
    void ordersTheOptionsOfAnyOtherSegment(boolean timestamps, int sackBlocks) {
        Segment segment = new Segment().flags(ACK);
        String expected = "";
        if (timestamps) {
            segment.timestamps(1, 15);
            expected += NOP + NOP + TIMESTAMPS;
        }
        if (sackBlocks > 0) {
            expected += NOP + NOP + "05" + String.format("%02x", 2 + 8 * sackBlocks);
        }
        for (int block = 1; block <= sackBlocks; block++) {
            segment.addSackBlock(1000 * block, 1000 * block + 500);
            expected += String.format("%08x%08x", 1000 * block, 1000 * block + 500);
        }
        assertOptions(expected, segment);
    }

    @Test
    void writesNoSynOptionOnAnotherSegment() {
        Segment segment = new Segment().flags(ACK).mss(1460).windowScale(7).sackPermitted(true);
        assertEquals(0, SegmentWriter.optionBytes(segment));
        assertEquals("501000000000000000000000", hex(segment));
        assertEquals("801000000000000000000000" + NOP + NOP + TIMESTAMPS, hex(segment.timestamps(1, 15)));
    }

    @Test
    void refusesOptionsThatDoNotFitAndWritesNothing() {
        Segment segment = new Segment().flags(ACK).timestamps(1, 15);
        for (int block = 0; block < Segment.MAX_SACK_BLOCKS; block++) {
            segment.addSackBlock(10 * block, 10 * block + 5);
        }
        ByteBuf datagram = Unpooled.buffer();
        assertThrows(IllegalArgumentException.class, () -> SegmentWriter.write(segment, datagram));
        assertEquals(0, datagram.readableBytes());
    }

    @Test
    void refusesAFifthSackBlockAndKeepsTheFour() {
        Segment segment = new Segment().flags(ACK);
        for (int block = 0; block < Segment.MAX_SACK_BLOCKS; block++) {
            segment.addSackBlock(10 * block, 10 * block + 5);
        }
        SegmentFields before = SegmentFields.of(segment);
        assertThrows(IndexOutOfBoundsException.class, () -> segment.addSackBlock(1, 2));
        assertEquals(before, SegmentFields.of(segment));
    }

    @Test
    void windowScaleIsFourteenAtMostBothWays() {
        assertEquals(14, parse("6002" + "00000000000000000000" + "01" + "03030e").windowScale());
        // RFC 7323 2.3: if a shift.cnt larger than 14 is received, 14 MUST be used instead
        assertEquals(14, parse("6002" + "00000000000000000000" + "01" + "03030f").windowScale());
        assertEquals(14, parse("6002" + "00000000000000000000" + "01" + "0303ff").windowScale());
        assertOptions("01" + "03030e", new Segment().flags(SYN).windowScale(15));
    }

    @Test
    void windowScaleZeroIsNotTheAbsenceOfTheOption() {
        assertEquals(0, parse("6002" + "00000000000000000000" + "01" + "030300").windowScale());
        assertOptions("01" + "030300", new Segment().flags(SYN).windowScale(0));
        assertEquals(-1, parse("5002" + "00000000000000000000").windowScale());
    }

    @Test
    void mssIsUnsignedAndSixteenBitsAtMost() {
        assertEquals(65535, parse("6002" + "00000000000000000000" + "0204ffff").mss());
        assertOptions("0204ffff", new Segment().flags(SYN).mss(65535));
        assertOptions("0204ffff", new Segment().flags(SYN).mss(65536));
    }

    @Test
    void readsOptionsInAnyOrderAndUnaligned() {
        Segment parsed = parse("a002" + "00000000000000000000"
                + WINDOW_SCALE + TIMESTAMPS + SACK_PERMITTED + MSS + "00");
        assertEquals(SegmentFields.of(new Segment().flags(SYN).mss(1460).windowScale(7).sackPermitted(true)
                .timestamps(1, 15)), SegmentFields.of(parsed));
    }

    // ---- the flyweight ---------------------------------------------------------------------------------------------

    @Test
    void aNewSegmentIsAsEmptyAsAClearedOne() {
        Segment used = WireFormatVector.SYN.segment().addSackBlock(1, 2);
        assertEquals(SegmentFields.of(new Segment()), SegmentFields.of(used.clear()));
        assertEquals("500000000000000000000000", hex(new Segment()));
    }

    @Test
    void parsingLeavesNothingOfTheSegmentBefore() {
        Segment segment = new Segment();
        for (WireFormatVector before : WireFormatVector.values()) {
            for (WireFormatVector vector : WireFormatVector.values()) {
                assertNull(SegmentParser.parse(before.datagram(), segment));
                int generation = segment.generation();
                assertNull(SegmentParser.parse(vector.datagram(), segment));
                assertEquals(SegmentFields.of(vector.segment()), SegmentFields.of(segment));
                assertTrue(segment.generation() > generation, "a refill changes the generation");
            }
        }
    }

    @Test
    void printsWhatTheVectorSays() {
        assertEquals("SYN seq=1000 ack=0 win=65535 MSS=1460 WS=7 SACKP TS=1,0",
                WireFormatVector.SYN.segment().toString());
        assertEquals("PSH,ACK seq=1001 ack=8001 win=512 len=5", WireFormatVector.DATA.segment().toString());
        assertEquals("ACK seq=8001 ack=1001 win=512 TS=12,3 SACK 1006-1011",
                WireFormatVector.SACK.segment().toString());
        assertEquals("RST seq=4294967295 ack=0 win=0", WireFormatVector.RST.segment().toString());
        assertEquals("- seq=0 ack=0 win=0 SACK 1-2,3-4",
                new Segment().addSackBlock(1, 2).addSackBlock(3, 4).toString());
    }

    private static void assertOptions(String expected, Segment segment) {
        String offset = Integer.toHexString(5 + expected.length() / 8);
        String flags = String.format("%02x", segment.flags());
        assertEquals(offset + "0" + flags + "00000000000000000000" + expected, hex(segment));
        assertEquals(expected.length() / 2, SegmentWriter.optionBytes(segment));
    }

    private static Segment parse(String hex) {
        return parse(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
    }

    private static Segment parse(ByteBuf datagram) {
        Segment segment = new Segment();
        assertNull(SegmentParser.parse(datagram, segment), () -> ByteBufUtil.hexDump(datagram));
        return segment;
    }

    private static String hex(Segment segment) {
        ByteBuf datagram = Unpooled.buffer();
        SegmentWriter.write(segment, datagram);
        return ByteBufUtil.hexDump(datagram);
    }
}
