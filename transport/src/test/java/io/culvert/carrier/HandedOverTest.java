/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.listen.EndpointKeys;
import io.culvert.observe.CarrierIncident;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What other loops hand to a carrier. */
final class HandedOverTest {
    private static final InetSocketAddress OURS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    /** ACK of nobody's: what it is answered with tells that it has come. */
    private static final byte[] STRAY = {0x50, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private final EmbeddedChannel udp = new EmbeddedChannel();
    private final Carrier carrier = new Carrier(udp.eventLoop(), EndpointKeys.ofProcess());
    private final HandedOver handedOver = new HandedOver(carrier);

    HandedOverTest() {
        udp.pipeline().addLast(new CarrierInitializer(carrier, null, null));
        carrier.attach(udp);
        carrier.reserve();
    }

    @AfterEach
    void close() {
        udp.finishAndReleaseAll();
    }

    @Test
    void sessionsAndDatagramsKeepTheirOrder() {
        List<Long> straysAtArrival = new ArrayList<>();
        ByteBuf stray = Unpooled.wrappedBuffer(STRAY);
        handedOver.add(datagram(stray));
        handedOver.add(() -> straysAtArrival.add(carrier.counters().of(CarrierIncident.STRAY)));
        handedOver.add(datagram(stray));
        handedOver.add(() -> straysAtArrival.add(carrier.counters().of(CarrierIncident.STRAY)));
        udp.runPendingTasks();
        assertEquals(List.of(1L, 2L), straysAtArrival);
        stray.release();
        assertEquals(0, stray.refCnt());
    }

    @Test
    void aSmallDatagramDoesNotKeepTheBufferItCameIn() {
        ByteBuf large = Unpooled.buffer(65536).writeBytes(STRAY);
        handedOver.add(datagram(large));
        assertEquals(1, large.refCnt());
        udp.runPendingTasks();
        assertEquals(1, carrier.counters().of(CarrierIncident.STRAY));
        large.release();
    }

    @Test
    void norDoesOneOfATrainWhichIsASliceOfIt() {
        ByteBuf train = Unpooled.buffer(65536).writeBytes(STRAY).writeBytes(STRAY);
        handedOver.add(datagram(train.slice(0, STRAY.length)));
        assertEquals(1, train.refCnt());
        udp.runPendingTasks();
        assertEquals(1, carrier.counters().of(CarrierIncident.STRAY));
        train.release();
    }

    @Test
    void whatWaitsIsBounded() {
        ByteBuf large = Unpooled.buffer(65536).writeBytes(STRAY).writeZero(60_000);
        int taken = 0;
        while (handedOver.add(datagram(large))) {
            taken++;
        }
        assertEquals(HandedOver.MAX_BYTES / (large.readableBytes() + 256), taken);
        udp.runPendingTasks();
        assertEquals(taken, carrier.counters().of(CarrierIncident.STRAY));
        assertTrue(handedOver.add(datagram(large)));
        udp.runPendingTasks();
        large.release();
        assertEquals(0, large.refCnt());
    }

    @Test
    void aClosedCarrierReleasesWhatItIsHanded() {
        udp.close();
        ByteBuf stray = Unpooled.wrappedBuffer(STRAY);
        handedOver.add(datagram(stray));
        udp.runPendingTasks();
        assertEquals(0, carrier.counters().of(CarrierIncident.STRAY));
        stray.release();
        assertEquals(0, stray.refCnt());
    }

    private static DatagramPacket datagram(ByteBuf content) {
        return new DatagramPacket(content, OURS, PEER);
    }
}
