/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SegmentWriter;
import io.culvert.segment.WireFormatVector;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/culvert.lua} makes of UDP datagrams, by tshark. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DissectorTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 40001);
    private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.2", 7007);
    private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("192.0.2.2", 40002);
    private static final int PAYLOAD_BYTES = 100;

    @TempDir
    private Path directory;

    private Tshark dissect(UdpCapture capture) throws Exception {
        return Tshark.of(capture.writeTo(directory.resolve("udp.pcap"))).withDissector();
    }

    private static Segment data(int sequence, int bytes) {
        return new Segment().clear().flags(SegmentFlags.ACK).sequenceNumber(sequence).acknowledgmentNumber(0x01020304)
                .window(512).payload((offset, length, target) -> {
                    for (int i = 0; i < length; i++) {
                        target.writeByte(sequence + i);
                    }
                }, 0, bytes);
    }

    private static Segment stamped(int sequence, int bytes) {
        return data(sequence, bytes).timestamps(70, 80);
    }

    private static byte[] train(Segment... segments) {
        ByteBuf bytes = Unpooled.buffer();
        for (Segment segment : segments) {
            SegmentWriter.write(segment, bytes);
        }
        return ByteBufUtil.getBytes(bytes);
    }

    // ---- segments

    @Test
    void everyVectorIsTheTcpSegmentThatItIs() throws Exception {
        UdpCapture capture = new UdpCapture();
        for (WireFormatVector vector : WireFormatVector.values()) {
            capture.add(CLIENT, SERVER, vector.bytes());
        }
        Tshark tshark = dissect(capture);
        assertEquals(List.of("0x0002 1000 0 65535", "0x0012 8000 1001 65535", "0x0010 1001 8001 512",
                "0x0018 1001 8001 512", "0x0010 8001 1001 512", "0x0011 1021 8011 512", "0x0004 4294967295 0 0"),
                tshark.fields("tcp", "tcp.flags", "tcp.seq_raw", "tcp.ack_raw", "tcp.window_size_value"));
        assertEquals(List.of("020405b40402080a000000010000000001030307", "020405b40402080a000000090000000101030307",
                "0101080a0000000200000009", "", "0101080a0000000c000000030101050a000003ee000003f3", "", ""),
                tshark.fields("tcp", "tcp.options"));
        assertEquals(List.of(ByteBufUtil.hexDump("hello".getBytes(StandardCharsets.US_ASCII))),
                tshark.fields("tcp.len > 0", "tcp.payload"));
        assertEquals(List.of(), tshark.frames("tcp.srcport != 40001 or tcp.dstport != 7007"));
        assertEquals(List.of(), tshark.frames("not tcp or _ws.malformed"));
    }

    /** RFC 1624: UDP's checksum and TCP's differ by what the pseudo headers differ by. */
    @Test
    void theChecksumIsRightWhereUdpsIs() throws Exception {
        UdpCapture capture = new UdpCapture();
        for (int bytes = 0; bytes < 5; bytes++) {
            capture.add(CLIENT, SERVER, train(data(1000, bytes)));
        }
        for (WireFormatVector vector : WireFormatVector.values()) {
            capture.add(CLIENT, SERVER, vector.bytes());
        }
        int right = 5 + WireFormatVector.values().length;
        capture.add(CLIENT, SERVER, train(data(1000, 5)), 1);
        assertEquals(List.of(Integer.toString(right + 1)), dissect(capture).frames("tcp.checksum.status != \"Good\""));
    }

    @Test
    void aDatagramThatWasNotCapturedWholeHasTheLengthOfTheWhole() throws Exception {
        Tshark tshark = dissect(new UdpCapture(96).add(CLIENT, SERVER, train(data(1000, 1000))));
        assertEquals(List.of("1000"), tshark.fields("culvert.cut", "tcp.len"));
    }

    @Test
    void whatIsNoSegmentIsLeftToOthers() throws Exception {
        String stun = "000100002112a442" + "000102030405060708090a0b";
        Tshark tshark = dissect(new UdpCapture()
                .add(CLIENT, SERVER, ByteBufUtil.decodeHexDump(stun))
                .add(CLIENT, SERVER, ByteBufUtil.decodeHexDump("a002ffff"))
                .add(CLIENT, SERVER, ByteBufUtil.decodeHexDump("f01000000000000100000002"))
                .add(CLIENT, SERVER, new byte[0]));
        assertEquals(List.of(), tshark.frames("culvert or tcp or _ws.lua.error"));
    }

    // ---- where to look

    @Test
    void portsAreAPreference() throws Exception {
        Tshark tshark = dissect(new UdpCapture().add(CLIENT, SERVER, train(data(1, 1)))
                .add(CLIENT, ELSEWHERE, train(data(1, 1))));
        assertEquals(List.of("1"), tshark.frames("culvert"));
        assertEquals(List.of("2"), tshark.with("-o", "culvert.ports:40002-40003").frames("culvert"));
        assertEquals(List.of("1", "2"), tshark.with("-o", "culvert.ports:7007,40002").frames("culvert"));
        assertEquals(List.of(), tshark.with("-o", "culvert.ports:").frames("culvert"));
    }

    @Test
    void anyPortCanBeDecodedAsIt() throws Exception {
        Tshark tshark = dissect(new UdpCapture().add(CLIENT, ELSEWHERE, train(data(1, 1))));
        assertEquals(List.of("1"), tshark.with("-d", "udp.port==40002,culvert").frames("tcp"));
    }

    @Test
    void aSessionOnAnyPortIsFoundByItsSyn() throws Exception {
        UdpCapture capture = new UdpCapture()
                .add(CLIENT, ELSEWHERE, train(data(1, 1)))
                .add(CLIENT, ELSEWHERE, WireFormatVector.SYN.bytes())
                .add(ELSEWHERE, CLIENT, WireFormatVector.SYN_ACK.bytes())
                .add(CLIENT, ELSEWHERE, WireFormatVector.ACK.bytes())
                .add(CLIENT, ELSEWHERE, WireFormatVector.DATA.bytes());
        Tshark tshark = dissect(capture);
        assertEquals(List.of("2", "3", "4", "5"), tshark.frames("culvert"));
        assertEquals(List.of(), tshark.with("--disable-heuristic", "culvert_udp").frames("culvert"));
    }

    // ---- trains

    @Test
    void aTrainIsItsSegments() throws Exception {
        byte[] train = train(stamped(1000, PAYLOAD_BYTES), stamped(1100, PAYLOAD_BYTES), stamped(1200, PAYLOAD_BYTES),
                stamped(1300, 7).flags(SegmentFlags.ACK | SegmentFlags.PSH));
        Tshark tshark = dissect(new UdpCapture().add(CLIENT, SERVER, train));
        assertEquals(List.of("4 124 1000,1100,1200,1300 100,100,100,7"),
                tshark.fields("tcp", "culvert.segments", "culvert.segment_length", "tcp.seq_raw", "tcp.len"));
        assertEquals(List.of(), tshark.frames("tcp.analysis.retransmission or tcp.analysis.lost_segment"));
    }

    @Test
    void aTrainNeedsNoOptions() throws Exception {
        byte[] train = train(data(-50, PAYLOAD_BYTES), data(50, PAYLOAD_BYTES), data(150, 1));
        Tshark tshark = dissect(new UdpCapture().add(CLIENT, SERVER, train));
        assertEquals(List.of("4294967246,50,150"), tshark.fields("tcp", "tcp.seq_raw"));
    }

    @Test
    void aTrainMayHaveHoles() throws Exception {
        byte[] train = train(stamped(1000, PAYLOAD_BYTES), stamped(1500, PAYLOAD_BYTES), stamped(1800, PAYLOAD_BYTES));
        Tshark tshark = dissect(new UdpCapture().add(CLIENT, SERVER, train));
        assertEquals(List.of("1000,1500,1800"), tshark.fields("tcp", "tcp.seq_raw"));
    }

    /** One that a long turn of the event loop has made. */
    @Test
    void acknowledgmentAndTimeMayGoOnWithinATrain() throws Exception {
        byte[] train = train(stamped(1000, PAYLOAD_BYTES),
                data(1100, PAYLOAD_BYTES).acknowledgmentNumber(0x01020405).timestamps(71, 81), stamped(1200, 1));
        Tshark tshark = dissect(new UdpCapture().add(CLIENT, SERVER, train));
        assertEquals(List.of("16909060,16909317,16909060 70,71,70"),
                tshark.fields("tcp", "tcp.ack_raw", "tcp.options.timestamp.tsval"));
    }

    @Test
    void acknowledgmentsCanBeATrain() throws Exception {
        byte[] train = train(stamped(1000, 0).addSackBlock(5000, 6000),
                stamped(1000, 0).acknowledgmentNumber(0x01020405).addSackBlock(7000, 8000));
        byte[] bare = train(data(1000, 0), data(1000, 0).acknowledgmentNumber(0x01020405));
        Tshark tshark = dissect(new UdpCapture().add(CLIENT, SERVER, train).add(CLIENT, SERVER, bare));
        assertEquals(List.of("16909060,16909317", "16909060,16909317"), tshark.fields("tcp", "tcp.ack_raw"));
    }

    /** Its first byte again and again, its acknowledgment number, and itself with another number. */
    @Test
    void dataThatLooksLikeAHeaderIsNoTrain() throws Exception {
        for (Segment segment : List.of(data(1000, 0), stamped(1000, 0))) {
            byte[] header = train(segment);
            ByteBuf payload = Unpooled.buffer();
            payload.writeBytes(header, 0, 1).writeBytes(header, 0, 1).writeBytes(header, 8, 4)
                    .writeBytes(header, 0, 4).writeInt(7).writeBytes(header, 8, 4).writeZero(50);
            int bytes = payload.readableBytes();
            segment.payload((offset, length, target) -> target.writeBytes(payload, offset, length), 0, bytes);
            Tshark tshark = dissect(new UdpCapture().add(CLIENT, SERVER, train(segment)));
            assertEquals(List.of("1 " + bytes), tshark.fields("tcp", "culvert.segments", "tcp.len"));
        }
    }

    @Test
    void aStreamOfTrainsCanBeFollowed() throws Exception {
        byte[] expected = new byte[5 + 3 * PAYLOAD_BYTES];
        System.arraycopy("hello".getBytes(StandardCharsets.US_ASCII), 0, expected, 0, 5);
        for (int i = 0; i < 3 * PAYLOAD_BYTES; i++) {
            expected[5 + i] = (byte) (1006 + i);
        }
        Tshark tshark = dissect(new UdpCapture()
                .add(CLIENT, SERVER, WireFormatVector.SYN.bytes())
                .add(SERVER, CLIENT, WireFormatVector.SYN_ACK.bytes())
                .add(CLIENT, SERVER, WireFormatVector.ACK.bytes())
                .add(CLIENT, SERVER, WireFormatVector.DATA.bytes())
                .add(CLIENT, SERVER, train(answering(stamped(1006, PAYLOAD_BYTES)),
                        answering(stamped(1106, PAYLOAD_BYTES)), answering(stamped(1206, PAYLOAD_BYTES)))));
        List<byte[]> streams = tshark.streams();
        assertArrayEquals(expected, streams.get(0));
        assertEquals(0, streams.get(1).length);
    }

    private static Segment answering(Segment segment) {
        return segment.acknowledgmentNumber(8001);
    }
}
