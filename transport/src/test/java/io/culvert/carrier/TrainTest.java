/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.culvert.listen.EndpointKeys;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SegmentParser;
import io.culvert.session.PathMtu;
import io.culvert.session.Session;
import io.culvert.session.SessionConfig;
import io.culvert.session.Transit;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments that leave together leave as a train; whatever the socket makes of it, every one of them leaves once. */
class TrainTest {
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    private static final InetSocketAddress OTHER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 3);
    private static final int HEADER_BYTES = 12;

    private final Transit transit = new Transit();
    /** Has more to send than a train takes. */
    private final Session session = new Session(OTHER, PEER, false, new SessionConfig(),
            UnpooledByteBufAllocator.DEFAULT, new PathMtu(1500, false, true), 0, 0);
    private final Socket socket = new Socket();
    private EmbeddedChannel udp;
    private Carrier carrier;
    private int sequence;

    /** Refuses what it is told to refuse, as a socket does: on the write. */
    private static final class Socket extends ChannelOutboundHandlerAdapter {
        private IOException refusal;
        private int refused;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (refusal != null && message instanceof SegmentedDatagramPacket) {
                refused++;
                ReferenceCountUtil.release(message);
                promise.tryFailure(refusal);
            } else {
                ctx.write(message, promise);
            }
        }
    }

    @BeforeEach
    void open() {
        udp = new EmbeddedChannel();
        carrier = new Carrier(udp.eventLoop(), EndpointKeys.ofProcess());
        udp.pipeline().addLast(socket).addLast(new CarrierInitializer(carrier, null, null));
        carrier.attach(udp);
        carrier.offload(new Offload(true, false));
        carrier.reserve();
        session.sendQueue.append(Unpooled.wrappedBuffer(new byte[100_000]));
    }

    @AfterEach
    void close() {
        udp.finishAndReleaseAll();
    }

    private static IOException refusal(int error) {
        assumeTrue(Epoll.isAvailable(), "skipped: no epoll transport, whose errors these are");
        return new Errors.NativeIoException("sendmmsg", -error, false);
    }

    private void send(int payloadBytes, InetSocketAddress to) {
        Segment segment = transit.segment().clear().flags(SegmentFlags.ACK).sequenceNumber(sequence)
                .payload((offset, length, target) -> {
                    for (int i = 0; i < length; i++) {
                        target.writeByte(offset + i);
                    }
                }, sequence, payloadBytes);
        sequence += payloadBytes;
        udp.pipeline().context("router").write(transit.with(to, session, 0), udp.voidPromise());
        assertTrue(segment.payloadLength() == payloadBytes);
    }

    private void send(int... payloadBytes) {
        for (int bytes : payloadBytes) {
            send(bytes, PEER);
        }
    }

    /** What leaves: of each message the segment's size and all of its bytes. */
    private List<String> departures() {
        udp.flush();
        List<String> shapes = new ArrayList<>();
        int at = 0;
        for (DatagramPacket packet = udp.readOutbound(); packet != null; packet = udp.readOutbound()) {
            boolean train = packet instanceof SegmentedDatagramPacket;
            int size = train ? ((SegmentedDatagramPacket) packet).segmentSize() : packet.content().readableBytes();
            shapes.add((train ? "train of " : "") + (size - HEADER_BYTES) + " in " + packet.content().readableBytes());
            while (packet.content().isReadable()) {
                int bytes = Math.min(size, packet.content().readableBytes());
                at = verify(packet.content().readSlice(bytes), at);
            }
            packet.release();
        }
        assertEquals(sequence, at, "every byte leaves, in order, once");
        return shapes;
    }

    private static int verify(ByteBuf datagram, int at) {
        Segment read = new Segment();
        assertNull(SegmentParser.parse(datagram, read));
        assertEquals(at, read.sequenceNumber());
        for (int i = 0; i < read.payloadLength(); i++) {
            assertEquals((byte) (at + i), datagram.getByte(read.payloadOffset() + i));
        }
        return at + read.payloadLength();
    }

    @Test
    void equalSegmentsAndAShorterLastOneAreATrain() {
        send(1000, 1000, 1000, 400);
        assertEquals(List.of("train of 1000 in 3448"), departures());
    }

    @Test
    void whatFollowsAShorterSegmentBeginsAnotherTrain() {
        send(1000, 400, 1000, 1000);
        assertEquals(List.of("train of 1000 in 1424", "train of 1000 in 2024"), departures());
    }

    @Test
    void aLongerSegmentBeginsAnotherTrain() {
        send(100, 1000, 1000);
        assertEquals(List.of("100 in 112", "train of 1000 in 2024"), departures());
    }

    @Test
    void aSegmentOfItsOwnIsADatagram() {
        send(1000);
        assertEquals(List.of("1000 in 1012"), departures());
        send(0);
        assertEquals(List.of("0 in 12"), departuresFrom(1000));
    }

    private List<String> departuresFrom(int at) {
        sequence = 0;
        List<String> shapes = new ArrayList<>();
        udp.flush();
        for (DatagramPacket packet = udp.readOutbound(); packet != null; packet = udp.readOutbound()) {
            shapes.add(packet.content().readableBytes() - HEADER_BYTES + " in " + packet.content().readableBytes());
            assertEquals(at, verify(packet.content(), at));
            packet.release();
        }
        return shapes;
    }

    @Test
    void anotherPeersSegmentBeginsAnotherTrain() {
        send(500, PEER);
        send(500, OTHER);
        send(500, PEER);
        udp.flush();
        for (InetSocketAddress expected : List.of(PEER, OTHER, PEER)) {
            DatagramPacket packet = assertInstanceOf(DatagramPacket.class, udp.readOutbound());
            assertEquals(expected, packet.recipient());
            packet.release();
        }
    }

    @Test
    void aTrainHasNoMoreSegmentsThanTheKernelTakes() {
        for (int i = 0; i < 100; i++) {
            send(10, PEER);
        }
        assertEquals(List.of("train of 10 in " + 64 * 22, "train of 10 in " + 36 * 22), departures());
    }

    @Test
    void aTrainIsNoLongerThanADatagramMayBe() {
        for (int i = 0; i < 50; i++) {
            send(1448, PEER);
        }
        assertEquals(List.of("train of 1448 in " + 44 * 1460, "train of 1448 in " + 6 * 1460), departures());
    }

    @Test
    void aFullTrainLeavesBeforeTheRest() {
        for (int i = 0; i < 50; i++) {
            send(1448, PEER);
        }
        DatagramPacket first = assertInstanceOf(SegmentedDatagramPacket.class, udp.readOutbound());
        assertEquals(44 * 1460, first.content().readableBytes());
        first.release();
        assertNull(udp.readOutbound());
    }

    @Test
    void aSegmentAsLongAsATrainLeavesByItself() {
        send(40_000, 40_000);
        for (int i = 0; i < 2; i++) {
            DatagramPacket packet = assertInstanceOf(DatagramPacket.class, udp.readOutbound());
            assertEquals(40_012, packet.content().readableBytes());
            packet.release();
        }
    }

    @Test
    void whereTheSocketDoesNotSegmentDatagramsLeaveOneByOne() {
        carrier.offload(Offload.NONE);
        send(1000, 1000, 400);
        assertEquals(List.of("1000 in 1012", "1000 in 1012", "400 in 412"), departures());
    }

    @ParameterizedTest
    @CsvSource({"22", "90", "5"})
    void aTrainThatIsRefusedLeavesDatagramByDatagram(int error) {
        socket.refusal = refusal(error);
        send(1000, 1000, 400);
        assertEquals(List.of("1000 in 1012", "1000 in 1012", "400 in 412"), departures());
        assertEquals(1, socket.refused);
    }

    @Test
    void aDriverThatCannotSegmentIsAskedOnce() {
        socket.refusal = refusal(5);
        for (int i = 0; i < 3; i++) {
            send(1000, 1000, 400);
            udp.flush();
        }
        assertEquals(1, socket.refused);
        assertFalse(carrier.offload().segmentsOnSend());
        assertEquals(9, departures().size());
    }

    /** EINVAL says, too, that the path's MTU has shrunk: the next trains are shorter and leave again. */
    @Test
    void aSocketThatGoesOnRefusingIsAskedNoMore() {
        socket.refusal = refusal(22);
        for (int i = 0; i < 100; i++) {
            send(1000, 1000);
            udp.flush();
        }
        assertEquals(65, socket.refused);
        assertFalse(carrier.offload().segmentsOnSend());
        assertEquals(200, departures().size());
    }

    @Test
    void aTrainThatLeavesMakesUpForThoseRefused() {
        for (int i = 0; i < 100; i++) {
            socket.refusal = i % 2 == 0 ? refusal(22) : null;
            send(1000, 1000);
            udp.flush();
        }
        assertTrue(carrier.offload().segmentsOnSend());
        assertEquals(150, departures().size());
    }

    @Test
    void aSegmentThatCannotBeWrittenLeavesNothingOfItselfBehind() {
        send(1000, 1000);
        transit.segment().clear().flags(SegmentFlags.ACK).payload((offset, length, target) -> {
            target.writeZero(length / 2);
            throw new IllegalStateException("no more");
        }, 0, 1000);
        udp.pipeline().context("router").write(transit.with(PEER, session, 0), udp.voidPromise());
        send(1000);
        assertEquals(List.of("train of 1000 in 3036"), departures());
    }

    /** ENOBUFS, EHOSTUNREACH and the like say nothing about trains. */
    @ParameterizedTest
    @ValueSource(ints = {105, 113, 1})
    void anErrorOfTheNetworkLosesTheTrainAsItWouldADatagram(int error) {
        socket.refusal = refusal(error);
        send(1000, 1000, 400);
        udp.flush();
        assertNull(udp.readOutbound());
        assertTrue(carrier.offload().segmentsOnSend());
        assertEquals(1, socket.refused);
    }
}
