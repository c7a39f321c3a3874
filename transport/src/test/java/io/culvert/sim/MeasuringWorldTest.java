/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeasuringWorldTest {
    private static final InetAddress A = SimulatedNetwork.host("10.0.0.1");
    private static final InetAddress B = SimulatedNetwork.host("10.0.0.2");

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final SimulatedWorld world = SimulatedWorld.forMeasuring(1, allocator);
    private final Mailbox left = Mailbox.bound(world, A, 1);
    private final Mailbox right = Mailbox.bound(world, B, 2);

    @AfterEach
    void everyBufferIsReleased() {
        world.close();
        assertEquals(0, allocator.metric().usedDirectMemory());
        assertEquals(0, allocator.metric().usedHeapMemory());
    }

    @Test
    void countsDatagramsAndKeepsNone() {
        world.network().between(A, B).delay(ofMillis(5));
        left.send(right, "one");
        left.send(right, "two");
        world.runFor(ofMillis(5));
        assertEquals(List.of("one", "two", "."), right.events);
        assertEquals(2, world.log().count(Fate.DELIVERED));
        assertEquals(List.of(), world.log().datagrams());
    }

    @Test
    void theReceiverGetsTheBufferThatWasSent() {
        left.channel().writeAndFlush(new DatagramPacket(left.text("same"), right.address()));
        long before = allocator.metric().usedDirectMemory();
        assertTrue(before > 0);
        right.channel().config().setAutoRead(false);
        world.runFor(ofMillis(1));
        assertEquals(before, allocator.metric().usedDirectMemory());
    }

    @Test
    void aTrainArrivesAsItsSegments() {
        ByteBuf train = left.text("abcabcx");
        left.channel().writeAndFlush(new SegmentedDatagramPacket(train, 3, right.address()));
        world.runFor(ofMillis(1));
        assertEquals(List.of("abc", "abc", "x"), right.texts);
    }

    @Test
    void whatIsLostIsReleased() {
        world.network().path(A, B).loss(1);
        left.send(right, "lost");
        world.network().path(A, B).loss(0).mtu(100);
        left.sendBytes(right, 200);
        world.network().path(A, B).duplicate(1).rate(1_000, 40);
        left.send(right, "twice");
        left.send(right, "queue is full");
        world.runFor(ofMillis(1));
        assertEquals(1, world.log().count(Fate.LOST));
        assertEquals(1, world.log().count(Fate.MTU_DROP));
        assertEquals(1, world.log().count(Fate.QUEUE_DROP));
        assertEquals(2, world.log().count(Fate.IN_FLIGHT));
    }

    @Test
    void whatNobodyReadIsReleased() {
        right.channel().config().setAutoRead(false);
        left.send(right, "first");
        world.runFor(ofMillis(1));
        left.send(right, "unread");
        right.channel().config().setReceiveBufferSize(20);
        left.send(right, "no room for that any more");
        world.runFor(ofMillis(1));
        assertEquals(1, world.log().count(Fate.BUFFER_DROP));
    }

    @Test
    void whatIsOnItsWayIsReleased() {
        world.network().between(A, B).delay(ofMillis(50));
        left.send(right, "late");
        world.network().path(A, B).reorder(1, ofMillis(50));
        left.send(right, "later");
        world.runFor(ofMillis(1));
        assertEquals(2, world.log().count(Fate.IN_FLIGHT));
    }
}
