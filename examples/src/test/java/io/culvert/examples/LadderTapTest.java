/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.examples.Ladder.Side;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class LadderTapTest {
    private static final InetSocketAddress PEER = new InetSocketAddress("127.0.0.1", 9);
    private static final String ACK_1001_8001 = "50100200000003e900001f41";

    private final StringWriter text = new StringWriter();
    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final Ladder ladder =
            new Ladder(loop.eventLoop(), new LadderPrinter(new PrintWriter(text, true), new Terminal(true, false)));

    @Test
    void seesADatagramAtBothEndsAndItsLossBelow() {
        EmbeddedChannel client = socket(Side.CLIENT, 0);
        EmbeddedChannel server = socket(Side.SERVER, 1);
        client.writeOutbound(segment());
        DatagramPacket datagram = client.readOutbound();
        server.writeInbound(datagram);
        server.writeOutbound(segment());
        assertEquals(0, server.outboundMessages().size());
        loop.runPendingTasks();
        List<String> rows = text.toString().lines().skip(2).toList();
        assertTrue(rows.get(0).contains("ACK     seq=1001 (1001) ack=8001 (8001)"), text::toString);
        assertTrue(rows.get(0).endsWith("▶ LISTEN"), text::toString);
        assertTrue(rows.get(1).contains("✕ lost"), text::toString);
        server.finishAndReleaseAll();
        client.finishAndReleaseAll();
    }

    /** As in a transport that puts its own handlers in before the datagram handler gets its turn. */
    private EmbeddedChannel socket(Side side, double loss) {
        EmbeddedChannel socket = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
        String codec = socket.pipeline().names().get(0);
        socket.pipeline().addBefore(codec, null, LadderTap.handler(ladder, side, loss, 0, 1));
        assertEquals(List.of("lossy-path", "ladder-tap", codec), socket.pipeline().names().subList(0, 3));
        return socket;
    }

    private static DatagramPacket segment() {
        return new DatagramPacket(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(ACK_1001_8001)), PEER);
    }
}
