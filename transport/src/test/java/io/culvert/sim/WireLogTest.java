/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SegmentWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WireLogTest {
    private static final int PSH_ACK = SegmentFlags.PSH | SegmentFlags.ACK;

    private final InetAddress a = SimulatedNetwork.host("10.0.0.1");
    private final InetAddress b = SimulatedNetwork.host("10.0.0.2");
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final Mailbox left = Mailbox.bound(world, a, 1);
    private final Mailbox right = Mailbox.bound(world, b, 7000);

    WireLogTest() {
        world.network().between(a, b).delay(ofMillis(25));
    }

    @AfterEach
    void everyBufferIsReleased() {
        world.assertNoLeak();
        world.close();
    }

    private static Segment segment(int flags, int sequenceNumber, int acknowledgmentNumber) {
        return new Segment().clear().flags(flags).sequenceNumber(sequenceNumber)
                .acknowledgmentNumber(acknowledgmentNumber).window(512);
    }

    private static Segment data(int sequenceNumber, int length) {
        return segment(PSH_ACK, sequenceNumber, 8001)
                .payload((offset, bytes, datagram) -> datagram.writeZero(bytes), 0, length);
    }

    private void send(Mailbox from, Mailbox to, Segment segment) {
        ByteBuf datagram = world.allocator().buffer();
        SegmentWriter.write(segment, datagram);
        from.channel().writeAndFlush(new DatagramPacket(datagram, to.address()));
        world.runFor(ofMillis(25));
    }

    private void handshakeAndData() {
        send(left, right, segment(SegmentFlags.SYN, 1000, 0).mss(1460).windowScale(7).sackPermitted(true)
                .timestamps(1, 0));
        send(right, left, segment(SegmentFlags.SYN | SegmentFlags.ACK, 8000, 1001));
        for (int i = 0; i < 4; i++) {
            send(left, right, data(1001 + 100 * i, 100));
        }
        send(right, left, segment(SegmentFlags.ACK, 8001, 1201).addSackBlock(1301, 1401));
    }

    @Test
    void aScriptDropsTheThirdDataSegmentAndNoOther() {
        world.network().path(a, b).filter(DatagramFilter.dropNth(3, SegmentKind.DATA));
        handshakeAndData();
        List<WireSegment> data = world.log().segments(SegmentKind.DATA);
        assertEquals(List.of(Fate.DELIVERED, Fate.DELIVERED, Fate.FILTERED, Fate.DELIVERED),
                data.stream().map(WireSegment::fate).toList());
        assertEquals(6, world.log().count(Fate.DELIVERED));
    }

    @Test
    void filtersFollowEachOther() {
        world.network().path(a, b).filter(DatagramFilter.dropFirst(1, SegmentKind.SYN)
                .then(DatagramFilter.nth(2, SegmentKind.DATA, Verdict.DUPLICATE)));
        handshakeAndData();
        assertEquals(1, world.log().count(Fate.FILTERED));
        assertEquals(5, world.log().segments(left.address(), SegmentKind.DATA).size());
    }

    @Test
    void recordsEveryFieldOfASegment() {
        handshakeAndData();
        WireSegment syn = world.log().segments(SegmentKind.SYN).get(0);
        assertEquals(1000, syn.sequenceNumber());
        assertEquals(512, syn.window());
        assertEquals(1460, syn.mss());
        assertEquals(7, syn.windowScale());
        assertTrue(syn.sackPermitted() && syn.hasTimestamps());
        assertEquals(1, syn.timestampValue());
        assertEquals(0, syn.sentNanos());
        assertEquals(25_000_000L, syn.arrivedNanos());
        WireSegment data = world.log().segments(SegmentKind.DATA).get(1);
        assertEquals(100, data.payloadLength());
        assertEquals(100, data.sequenceLength());
        assertEquals(100, data.payload().remaining());
        WireSegment ack = world.log().segments(SegmentKind.PURE_ACK).get(0);
        assertEquals(List.of(new WireSegment.SackBlock(1301, 1401)), ack.sackBlocks());
        assertEquals(right.address(), ack.from());
    }

    @Test
    void drawsALadder() {
        world.network().path(a, b).filter(DatagramFilter.dropNth(3, SegmentKind.DATA));
        handshakeAndData();
        left.send(right, "no segment");
        assertEquals("""
                            10.0.0.1:1                                                     10.0.0.2:7000
                      0.000 |- SYN seq=0 win=512 mss=1460 ws=7 sackp ts=1,0 -------------------------->| 25.000
                     50.000 |<------------------------------------------- SYN,ACK seq=0 ack=1 win=512 -| 25.000
                     50.000 |- PSH,ACK seq=1 ack=1 len=100 win=512 ----------------------------------->| 75.000
                     75.000 |- PSH,ACK seq=101 ack=1 len=100 win=512 --------------------------------->| 100.000
                    100.000 |- PSH,ACK seq=201 ack=1 len=100 win=512 ----------------------x FILTERED  |
                    125.000 |- PSH,ACK seq=301 ack=1 len=100 win=512 --------------------------------->| 150.000
                    175.000 |<-------------------------------- ACK seq=1 ack=201 win=512 sack 301-401 -| 150.000
                    175.000 |- 10 bytes (TOO_SHORT) ----------------------------------------------...->|
                """, world.log().ladder());
        world.runUntilQuiet(ofSeconds(1));
    }

    @Test
    void aLadderOfTheLastLinesStillCountsFromTheSyn() {
        world.log().limit(3);
        handshakeAndData();
        assertEquals(3, world.log().datagrams().size());
        assertEquals(7, world.log().count());
        String last = world.log().ladder(1);
        assertTrue(last.contains("ACK seq=1 ack=201 win=512 sack 301-401"), last);
        assertFalse(last.contains("len=100"), last);
        assertEquals(2, last.lines().count(), last);
    }

    @Test
    void aFailureShowsTheWire() {
        handshakeAndData();
        String message = world.failure("look", null).getMessage();
        assertTrue(message.startsWith("look\n(seed 1, at 175.000 ms"), message);
        assertTrue(message.contains("SYN,ACK seq=0 ack=1"), message);
    }
}
