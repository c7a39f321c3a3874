/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.segment.SegmentFlags;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole sessions in a capture, by a reader of our own and by Wireshark's. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CapturedSessionTest {
    private static final int BYTES = 100_000;
    private static final int LOSSY_BYTES = 300_000;
    /** SYN, SYN,ACK, ACK, data and FIN, each of them seen, and no RST. */
    private static final String COMPLETE = "31";

    @TempDir
    private Path directory;

    private Path clean(int version) throws Exception {
        Path file = directory.resolve("clean.pcapng");
        try (SimulatedEcho echo = version == 4 ? SimulatedEcho.overIpv4() : SimulatedEcho.overIpv6();
                PcapTap tap = PcapTap.open(file)) {
            echo.run(BYTES, tap);
        }
        return file;
    }

    private Path lossy() throws Exception {
        Path file = directory.resolve("lossy.pcapng");
        try (SimulatedEcho echo = SimulatedEcho.overIpv4(); PcapTap tap = PcapTap.open(file)) {
            echo.path().loss(0.05);
            echo.run(LOSSY_BYTES, tap);
        }
        return file;
    }

    private static byte[] pattern(int bytes) {
        byte[] pattern = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            pattern[i] = SimulatedEcho.pattern(i);
        }
        return pattern;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void bothDirectionsAreThereFromSynToTheLastAck(int version) throws Exception {
        CaptureFile capture = CaptureFile.read(clean(version));
        assertArrayEquals(pattern(BYTES), capture.stream(true));
        assertArrayEquals(pattern(BYTES), capture.stream(false));
        List<CapturedPacket> packets = capture.packets();
        assertEquals(SegmentFlags.SYN, packets.get(0).flags());
        assertEquals(SegmentFlags.SYN | SegmentFlags.ACK, packets.get(1).flags());
        CapturedPacket last = packets.get(packets.size() - 1);
        assertEquals(SegmentFlags.ACK, last.flags());
        assertEquals(packets.get(0).sequence() + 1 + BYTES + 1, last.sequence());
        assertEquals(packets.get(1).sequence() + 1 + BYTES + 1, last.acknowledgment());
        assertTrue(packets.stream().noneMatch(packet -> packet.comment().contains("retransmission")),
                capture::toString);
        assertEquals(Set.of(SimulatedEcho.SERVER_PORT), new TreeSet<>(packets.stream()
                .map(packet -> (packet.sent() ? packet.to() : packet.from()).getPort()).toList()));
    }

    @Test
    void timeIsTheTransports() throws Exception {
        List<CapturedPacket> packets = CaptureFile.read(clean(4)).packets();
        assertEquals(Duration.ofMillis(40).toNanos(), packets.get(1).epochNanos() - packets.get(0).epochNanos());
    }

    @Test
    void everyRetransmissionIsSaidToBeOne() throws Exception {
        CaptureFile capture = CaptureFile.read(lossy());
        assertArrayEquals(pattern(LOSSY_BYTES), capture.stream(true));
        assertArrayEquals(pattern(LOSSY_BYTES), capture.stream(false));
        Set<Integer> seen = new TreeSet<>();
        for (CapturedPacket packet : capture.packets()) {
            if (packet.sent() && packet.payload().length > 0) {
                assertEquals(!seen.add(packet.sequence()), packet.comment().contains("retransmission"),
                        packet::toString);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void wiresharkFindsNothingWrongWithACleanSession(int version) throws Exception {
        Tshark tshark = Tshark.of(clean(version));
        assertEquals(List.of(), tshark.frames("not tcp or _ws.malformed or tcp.analysis.flags"
                + " or _ws.expert.severity >= 0x00600000 or tcp.checksum.status != \"Good\""
                + " or ip and ip.checksum.status != \"Good\""));
        List<String> completeness = tshark.fields("tcp", "tcp.completeness");
        assertEquals(COMPLETE, completeness.get(completeness.size() - 1));
        assertEquals(List.of("1 sent in SYN-SENT"),
                tshark.fields("tcp.flags.syn == 1 and tcp.flags.ack == 0", "frame.number", "frame.comment"));
        for (byte[] stream : tshark.streams()) {
            assertArrayEquals(pattern(BYTES), stream);
        }
    }

    @Test
    void wiresharkSeesTheRetransmissionsOfALossySession() throws Exception {
        Tshark tshark = Tshark.of(lossy());
        String again = "frame.comment contains \"retransmission\"";
        List<String> ours = tshark.frames(again);
        assertFalse(ours.isEmpty());
        assertEquals(ours, tshark.frames("(tcp.analysis.retransmission or tcp.analysis.fast_retransmission"
                + " or tcp.analysis.spurious_retransmission or tcp.analysis.out_of_order) and tcp.dstport == "
                + SimulatedEcho.SERVER_PORT));
        // those that follow new data at once, as SACK allows, Wireshark takes for late
        assertFalse(tshark.frames("tcp.analysis.retransmission and " + again).isEmpty());
        assertEquals(List.of(), tshark.frames("not tcp or tcp.checksum.status != \"Good\""));
        List<String> completeness = tshark.fields("tcp", "tcp.completeness");
        assertEquals(COMPLETE, completeness.get(completeness.size() - 1));
        for (byte[] stream : tshark.streams()) {
            assertArrayEquals(pattern(LOSSY_BYTES), stream);
        }
    }
}
