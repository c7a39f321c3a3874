/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.culvert.listen.EndpointKeys;
import io.culvert.observe.CarrierIncident;
import io.culvert.segment.MalformedReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a carrier drops it counts, and never answers. */
class CarrierCountersTest {
    private static final InetSocketAddress OURS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    /** Window, sequence number and acknowledgment number. */
    private static final String NUMBERS = "0000" + "00000000" + "00000000";
    private static final Map<MalformedReason, String> MALFORMED = new EnumMap<>(Map.of(
            MalformedReason.TOO_SHORT, "5010",
            MalformedReason.OFFSET_TOO_SMALL, "4010" + NUMBERS,
            MalformedReason.OFFSET_PAST_END, "6010" + NUMBERS,
            MalformedReason.OPTION_LENGTH, "6002" + NUMBERS + "02000101",
            MalformedReason.OPTION_PAST_END, "6002" + NUMBERS + "01010102",
            MalformedReason.SYN_WITH_RST, "5006" + NUMBERS));

    private EmbeddedChannel udp;
    private Carrier carrier;

    @BeforeEach
    void open() {
        open(null);
    }

    private void open(ChannelHandler foreign) {
        udp = new EmbeddedChannel();
        carrier = new Carrier(udp.eventLoop(), EndpointKeys.ofProcess());
        udp.pipeline().addLast(new CarrierInitializer(carrier, null, foreign));
        carrier.attach(udp);
        carrier.reserve();
    }

    @AfterEach
    void close() {
        udp.finishAndReleaseAll();
    }

    @ParameterizedTest
    @EnumSource(MalformedReason.class)
    void aMalformedDatagramIsCountedByItsReasonAndNeverAnswered(MalformedReason reason) {
        ByteBuf datagram = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(MALFORMED.get(reason)));
        udp.writeInbound(new DatagramPacket(datagram, OURS, PEER));
        for (MalformedReason each : MalformedReason.values()) {
            assertEquals(each == reason ? 1 : 0, carrier.counters().malformedBy(each), each::name);
        }
        assertEquals(0, carrier.counters().of(CarrierIncident.STRAY));
        assertEquals(0, datagram.refCnt());
        assertNull(udp.readOutbound());
    }

    @Test
    void aSegmentOfNoSessionIsAStrayAndItsResetIsCounted() {
        udp.writeInbound(new DatagramPacket(
                Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("5010" + NUMBERS)), OURS, PEER));
        assertEquals(1, carrier.counters().of(CarrierIncident.STRAY));
        assertEquals(1, carrier.counters().of(CarrierIncident.RESET_TO_STRAY));
        DatagramPacket reset = udp.readOutbound();
        assertEquals("5004" + NUMBERS, ByteBufUtil.hexDump(reset.content()));
        reset.release();
    }

    @Test
    void whatIsNoDatagramIsCountedAndReleased() {
        ByteBuf foreign = Unpooled.buffer(1);
        udp.writeInbound(foreign);
        assertEquals(1, carrier.counters().of(CarrierIncident.FOREIGN_MESSAGE));
        assertEquals(0, foreign.refCnt());
    }

    // a STUN message by its first two bits; without a handler of the user's a malformed one, as any other
    @Test
    void aForeignDatagramIsCountedForTheHandlerThatGetsItAndIsNotMalformed() {
        List<Object> got = new ArrayList<>();
        handler(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                got.add(message);
            }
        });
        DatagramPacket stun = packet("0001" + "0000");
        udp.writeInbound(stun, packet("5010" + NUMBERS), packet("4010" + NUMBERS));
        assertEquals(List.of(stun), got);
        assertEquals(1, stun.refCnt());
        stun.release();
        assertEquals(1, carrier.counters().of(CarrierIncident.FOREIGN_DATAGRAM));
        assertEquals(0, carrier.counters().malformedBy(MalformedReason.TOO_SHORT));
        assertEquals(1, carrier.counters().malformedBy(MalformedReason.OFFSET_TOO_SMALL));
        assertEquals(1, carrier.counters().of(CarrierIncident.STRAY));
        DatagramPacket reset = udp.readOutbound();
        reset.release();
    }

    @Test
    void whatTheHandlerOfForeignDatagramsLeavesIsReleasedAndCounted() {
        handler(new ChannelInboundHandlerAdapter());
        DatagramPacket stun = packet("0001" + "0000");
        udp.writeInbound(stun);
        assertEquals(1, carrier.counters().of(CarrierIncident.FOREIGN_MESSAGE));
        assertEquals(0, stun.refCnt());
    }

    @Test
    void whatTheHandlerOfForeignDatagramsThrowsIsCountedAndNoErrorOfTheSocket() {
        handler(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ReferenceCountUtil.release(message);
                throw new IllegalStateException("thrown by the test");
            }
        });
        udp.writeInbound(packet("0001" + "0000"));
        udp.writeInbound(packet("0001" + "0000"));
        assertEquals(2, carrier.counters().of(CarrierIncident.FOREIGN_ERROR));
        assertEquals(0, carrier.counters().of(CarrierIncident.SOCKET_ERROR));
    }

    private void handler(ChannelHandler foreign) {
        udp.finishAndReleaseAll();
        open(foreign);
    }

    private static DatagramPacket packet(String hex) {
        return new DatagramPacket(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)), OURS, PEER);
    }
}
