/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LossyPathTest {
    private static final InetSocketAddress PEER = new InetSocketAddress("127.0.0.1", 9);
    private static final int DATAGRAMS = 200;

    @Test
    void losesTheSameDatagramsWithTheSameSeed() {
        List<Integer> lost = lostOf(0.3, 5);
        assertEquals(lost, lostOf(0.3, 5));
        assertNotEquals(lost, lostOf(0.3, 6));
        assertTrue(lost.size() > DATAGRAMS / 6 && lost.size() < DATAGRAMS / 2, lost::toString);
    }

    @Test
    void losesNothingAtZeroAndEverythingAtOne() {
        assertEquals(0, lostOf(0, 1).size());
        assertEquals(DATAGRAMS, lostOf(1, 1).size());
    }

    @Test
    void delaysInOrder() {
        EmbeddedChannel channel = new EmbeddedChannel(new LossyPath(0, 20, 1, lost -> { }));
        channel.freezeTime();
        channel.writeOneOutbound(datagram(1));
        channel.advanceTimeBy(10, TimeUnit.MILLISECONDS);
        channel.writeOneOutbound(datagram(2));
        channel.flushOutbound();
        assertNull(channel.readOutbound());
        channel.advanceTimeBy(10, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertEquals(1, number(channel.readOutbound()));
        assertNull(channel.readOutbound());
        channel.advanceTimeBy(10, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertEquals(2, number(channel.readOutbound()));
        channel.finishAndReleaseAll();
    }

    @Test
    void releasesWhatIsOnTheWayWhenTheSocketCloses() {
        EmbeddedChannel channel = new EmbeddedChannel(new LossyPath(0, 20, 1, lost -> { }));
        DatagramPacket datagram = datagram(1);
        channel.writeOneOutbound(datagram);
        channel.close();
        channel.runPendingTasks();
        assertEquals(0, datagram.refCnt());
    }

    private static List<Integer> lostOf(double loss, long seed) {
        List<Integer> lost = new ArrayList<>();
        EmbeddedChannel channel =
                new EmbeddedChannel(new LossyPath(loss, 0, seed, packet -> lost.add(packet.content().getInt(0))));
        for (int i = 0; i < DATAGRAMS; i++) {
            channel.writeOutbound(datagram(i));
        }
        assertEquals(DATAGRAMS - lost.size(), channel.outboundMessages().size());
        channel.finishAndReleaseAll();
        return lost;
    }

    private static DatagramPacket datagram(int number) {
        return new DatagramPacket(Unpooled.copyInt(number), PEER);
    }

    private static int number(DatagramPacket datagram) {
        int number = datagram.content().getInt(0);
        datagram.release();
        return number;
    }
}
