/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SegmentParser;
import io.culvert.state.ConnectionState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tap makes of single segments. */
class PcapTapTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456789Z");
    private static final long NOON_NANOS = NOON.getEpochSecond() * 1_000_000_000L + NOON.getNano();
    private static final View SESSION = new View("10.0.0.1", 5000, "10.0.0.2", 7000, ConnectionState.ESTABLISHED);

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    /** A session that is where it is said to be. */
    private record View(InetSocketAddress localAddress, InetSocketAddress remoteAddress, ConnectionState state)
            implements SessionView {
        View(String localHost, int localPort, String remoteHost, int remotePort, ConnectionState state) {
            this(new InetSocketAddress(localHost, localPort), new InetSocketAddress(remoteHost, remotePort), state);
        }

        @Override
        public int iss() {
            return 0;
        }

        @Override
        public int irs() {
            return 0;
        }
    }

    private PcapTap open(OutputStream out) {
        return PcapTap.builder().clock(() -> NOON).open(out);
    }

    private CaptureFile captured() {
        return CaptureFile.of(file.toByteArray());
    }

    private CapturedPacket onlyPacket() {
        CaptureFile capture = captured();
        assertEquals(1, capture.packets().size(), capture::toString);
        return capture.packets().get(0);
    }

    private static Segment text(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        return new Segment().clear().flags(SegmentFlags.PSH | SegmentFlags.ACK).sequenceNumber(-2)
                .acknowledgmentNumber(77).window(512)
                .payload((offset, length, target) -> target.writeBytes(bytes, offset, length), 0, bytes.length);
    }

    private static Segment pattern(int bytes) {
        return new Segment().clear().flags(SegmentFlags.ACK)
                .payload((offset, length, target) -> target.writeZero(length), 0, bytes);
    }

    private static Segment received(String hex) {
        Segment segment = new Segment();
        ByteBuf datagram = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("ffffff" + hex)).skipBytes(3);
        assertNull(SegmentParser.parse(datagram, segment));
        return segment;
    }

    // ---- packets

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.2, 10.0.0.1, 10.0.0.2",
        "2001:db8::1, 2001:db8::2, 2001:db8::1, 2001:db8::2",
        "fe80::1%0, fe80::2, fe80::1, fe80::2",
        "0.0.0.0, 10.0.0.2, 0.0.0.0, 10.0.0.2",
        "::, 10.0.0.2, 0.0.0.0, 10.0.0.2",
        "::, 2001:db8::2, ::, 2001:db8::2",
        "0.0.0.0, 2001:db8::2, ::, 2001:db8::2"})
    void aSegmentIsAPacketBetweenTheAddressesOfItsSession(String local, String remote, String from, String to)
            throws Exception {
        try (PcapTap tap = open(file)) {
            tap.segmentSent(new View(local, 65535, remote, 1, ConnectionState.ESTABLISHED), text("hello"), false, 0);
        }
        CapturedPacket packet = onlyPacket();
        assertEquals(new InetSocketAddress(from, 65535), packet.from());
        assertEquals(new InetSocketAddress(to, 1), packet.to());
        assertEquals(64, packet.hopLimit());
        assertEquals(-2, packet.sequence());
        assertEquals(77, packet.acknowledgment());
        assertEquals(SegmentFlags.PSH | SegmentFlags.ACK, packet.flags());
        assertEquals(512, packet.window());
        assertArrayEquals("hello".getBytes(US_ASCII), packet.payload());
        assertTrue(packet.sent());
        assertEquals("", packet.comment());
    }

    @Test
    void whatIsReceivedComesFromThePeer() {
        try (PcapTap tap = open(file)) {
            tap.segmentReceived(SESSION, received("50180200000003e900001f4168656c6c6f"), 0);
        }
        CapturedPacket packet = onlyPacket();
        assertFalse(packet.sent());
        assertEquals(SESSION.remoteAddress(), packet.from());
        assertEquals(SESSION.localAddress(), packet.to());
        assertEquals(1001, packet.sequence());
        assertEquals(8001, packet.acknowledgment());
        assertArrayEquals("hello".getBytes(US_ASCII), packet.payload());
    }

    /** The parser keeps neither the order nor what it does not know. */
    @Test
    void whatIsReceivedKeepsTheOptionsItCameWith() {
        String options = "0303070204" + "05b4" + "fd08f989deadbeef" + "00";
        try (PcapTap tap = open(file)) {
            tap.segmentReceived(SESSION, received("9002ffff000003e800000000" + options), 0);
        }
        assertEquals(options, ByteBufUtil.hexDump(onlyPacket().options()));
    }

    @Test
    void ofWhatIsSentTheOptionsAreThoseOfTheDatagram() {
        Segment syn = new Segment().clear().flags(SegmentFlags.SYN).mss(1460).sackPermitted(true).timestamps(1, 0)
                .windowScale(7);
        try (PcapTap tap = open(file)) {
            tap.segmentSent(SESSION, syn, false, 0);
        }
        assertEquals("020405b40402080a000000010000000001030307", ByteBufUtil.hexDump(onlyPacket().options()));
    }

    /** All remainders of what checksums and padding count in, and the largest segment there is. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 1448, 65495})
    void lengthsOfAllKindsAreRight(int bytes) {
        byte[] payload = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            payload[i] = (byte) (255 - i);
        }
        Segment segment = new Segment().clear().flags(SegmentFlags.ACK)
                .payload((offset, length, target) -> target.writeBytes(payload, offset, length), 0, bytes);
        try (PcapTap tap = open(file)) {
            tap.segmentSent(SESSION, segment, false, 0);
            tap.segmentSent(new View("::1", 1, "::1", 2, ConnectionState.ESTABLISHED), segment, false, 0);
        }
        assertEquals(2, captured().packets().size());
        for (CapturedPacket packet : captured().packets()) {
            assertArrayEquals(payload, packet.payload());
        }
    }

    /** RFC 1071: the sum of a packet that adds up to all ones is zero, and so is sent. */
    @Test
    void aChecksumMayBeZero() {
        try (PcapTap tap = open(file)) {
            for (int window = 0; window <= 0xffff; window++) {
                tap.segmentSent(SESSION, new Segment().clear().flags(SegmentFlags.ACK).window(window), false, 0);
            }
        }
        assertEquals(1, captured().packets().stream().filter(packet -> packet.checksum() == 0).count());
    }

    @Test
    void aCutPacketHasTheLengthAndTheChecksumOfTheWhole() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (PcapTap tap = PcapTap.builder().snapLength(64).open(file); PcapTap other = open(whole)) {
            tap.segmentSent(SESSION, pattern(1000), false, 0);
            other.segmentSent(SESSION, pattern(1000), false, 0);
        }
        assertEquals(64, captured().snapLength());
        CapturedPacket packet = onlyPacket();
        assertEquals(1040, packet.packetBytes());
        assertEquals(24, packet.payload().length);
        assertEquals(CaptureFile.of(whole.toByteArray()).packets().get(0).checksum(), packet.checksum());
    }

    // ---- what a packet cannot say

    @Test
    void timeStampsAreTheLoopsClockSetToTheTimeOfDayOnce() {
        try (PcapTap tap = open(file)) {
            tap.segmentSent(SESSION, text("a"), false, -5_000);
            tap.segmentReceived(SESSION, received("50100200000003e900001f41"), -4_999);
            tap.segmentSent(SESSION, text("b"), false, 2_000_000_000L);
        }
        assertEquals(List.of(NOON_NANOS, NOON_NANOS + 1, NOON_NANOS + 2_000_005_000L),
                captured().packets().stream().map(CapturedPacket::epochNanos).toList());
        assertEquals(new CaptureFile.Statistics(NOON_NANOS, NOON_NANOS + 2_000_005_000L, 3, 0, ""),
                captured().statistics());
    }

    @Test
    void commentsNameRetransmissionsAndTheStateOfControlSegments() {
        View opening = new View("10.0.0.1", 5000, "10.0.0.2", 7000, ConnectionState.SYN_SENT);
        Segment syn = new Segment().clear().flags(SegmentFlags.SYN);
        try (PcapTap tap = open(file)) {
            tap.segmentSent(opening, syn, false, 0);
            tap.segmentSent(opening, syn, true, 1);
            tap.segmentReceived(opening, received("a012ffff00001f40000003e9020405b40402080a000000090000000101030307"),
                    2);
            tap.segmentSent(SESSION, text("a"), false, 3);
            tap.segmentSent(SESSION, text("a"), true, 4);
        }
        assertEquals(List.of("sent in SYN-SENT", "retransmission, sent in SYN-SENT", "received in SYN-SENT", "",
                "retransmission"), captured().packets().stream().map(CapturedPacket::comment).toList());
    }

    @Test
    void commentsCanBeLeftOut() {
        try (PcapTap tap = PcapTap.builder().comments(false).open(file)) {
            tap.segmentSent(SESSION, new Segment().clear().flags(SegmentFlags.FIN | SegmentFlags.ACK), true, 0);
        }
        assertEquals("", onlyPacket().comment());
    }

    @Test
    void onlyTheChosenSessionsAreCaptured() {
        View other = new View("10.0.0.1", 5000, "10.0.0.3", 7000, ConnectionState.ESTABLISHED);
        try (PcapTap tap = PcapTap.builder().sessions(session -> session.remoteAddress().equals(other.remoteAddress()))
                .open(file)) {
            tap.segmentSent(SESSION, text("no"), false, 0);
            tap.segmentReceived(SESSION, received("50100200000003e900001f41"), 0);
            tap.segmentSent(other, text("yes"), false, 0);
            assertEquals(1, tap.segments());
        }
        assertEquals(other.remoteAddress(), onlyPacket().to());
    }

    @Test
    void tlsKeysStandBeforeThePacketsThatComeAfter() {
        String keys = "CLIENT_TRAFFIC_SECRET_0 " + "ab".repeat(32) + " " + "cd".repeat(48) + "\n";
        try (PcapTap tap = open(file)) {
            assertTrue(tap.addTlsKeys(keys));
            tap.segmentSent(SESSION, text("a"), false, 0);
        }
        assertEquals(List.of(keys), captured().tlsKeys());
    }

    // ---- the file

    @Test
    void aCaptureWithoutSegmentsIsAFileToo() {
        open(file).close();
        assertEquals(List.of(), captured().packets());
        assertEquals(0, captured().statistics().received());
    }

    @Test
    void takesThePlaceOfWhatTheFileHad(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("a.pcapng");
        for (String said : List.of("something long enough", "short")) {
            try (PcapTap tap = PcapTap.open(path)) {
                tap.segmentSent(SESSION, text(said), false, 0);
            }
        }
        assertEquals(1, CaptureFile.read(path).packets().size());
    }

    @Test
    void aFileThatCannotBeWrittenIsToldAtOnce(@TempDir Path directory) {
        assertThrows(IOException.class, () -> PcapTap.open(directory.resolve("none").resolve("a.pcapng")));
    }

    @Test
    void afterCloseNothingIsAdded() {
        PcapTap tap = open(file);
        tap.segmentSent(SESSION, text("in time"), false, 0);
        tap.close();
        int length = file.size();
        tap.segmentSent(SESSION, text("late"), false, 0);
        assertFalse(tap.addTlsKeys("late\n"));
        tap.close();
        assertEquals(length, file.size());
        assertEquals(1, tap.segments());
        assertNull(tap.failure());
    }

    /** A process that dies leaves a file that ends anywhere. */
    @Test
    void whatWasWrittenCanBeReadWhereverTheFileEnds() {
        try (PcapTap tap = open(file)) {
            IntStream.range(0, 20).forEach(i -> tap.segmentSent(SESSION, text("x".repeat(i)), false, i));
        }
        byte[] whole = file.toByteArray();
        int header = whole.length;
        List<Integer> counts = new ArrayList<>();
        for (int length = 100; length < header; length++) {
            counts.add(CaptureFile.ofCut(Arrays.copyOf(whole, length)).packets().size());
        }
        assertEquals(IntStream.rangeClosed(0, 20).boxed().toList(), counts.stream().distinct().toList());
    }

    @Test
    void segmentsThatCannotBeWrittenLeaveNoTrace() {
        Segment broken = new Segment().clear().payload((offset, length, target) -> {
            target.writeZero(3);
            throw new IllegalStateException("the buffer is gone");
        }, 0, 10);
        try (PcapTap tap = open(file)) {
            assertThrows(IllegalStateException.class, () -> tap.segmentSent(SESSION, broken, false, 0));
            tap.segmentSent(SESSION, text("a"), false, 0);
            assertEquals(1, tap.dropped());
        }
        assertNotNull(onlyPacket());
        assertEquals(1, captured().statistics().dropped());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 63, 262_145})
    void snapLengthIsBounded(int bytes) {
        assertThrows(IllegalArgumentException.class, () -> PcapTap.builder().snapLength(bytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 262_143, (1 << 30) + 1})
    void bufferIsBounded(int bytes) {
        assertThrows(IllegalArgumentException.class, () -> PcapTap.builder().bufferBytes(bytes));
    }
}
