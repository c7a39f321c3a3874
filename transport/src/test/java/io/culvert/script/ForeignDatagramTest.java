/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.FOREIGN_DATAGRAM_HANDLER;
import static io.culvert.script.Setting.onServer;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.sim.Datagram;
import io.culvert.sim.LoggedFaults;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 8489, section 5, and wire-format: what is no segment by its first two bits is the user's, if he wants it. */
final class ForeignDatagramTest {
    private static final byte[] STUN = ByteBufUtil.decodeHexDump("000100002112a4420102030405060708090a0b0c");

    /** Notes everything it sees, and answers what it is told to. */
    private static final class Notes extends ChannelDuplexHandler {
        final List<String> read = new ArrayList<>();
        final List<Object> written = new ArrayList<>();
        ChannelHandlerContext ctx;
        int batches;
        byte[] answer;

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            this.ctx = ctx;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            read.add(ByteBufUtil.hexDump(packet.content()));
            if (answer != null) {
                ctx.write(new DatagramPacket(ctx.alloc().directBuffer().writeBytes(answer), packet.sender()));
            }
            packet.release();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            batches++;
            ctx.flush();
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            written.add(message);
            ctx.write(message, promise);
        }
    }

    private static Setting foreign(ChannelHandler handler) {
        return setup -> {
            setup.server.put(FOREIGN_DATAGRAM_HANDLER, handler);
            setup.channel.put(FOREIGN_DATAGRAM_HANDLER, handler);
        };
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void aClientsHandlerGetsThem() {
        Notes notes = new Notes();
        try (Script s = Script.establishedClient(with(FOREIGN_DATAGRAM_HANDLER, notes))) {
            s.peer().sendsRaw(STUN);
            s.peer().expectsNothing();
            assertEquals(List.of(ByteBufUtil.hexDump(STUN)), notes.read);
            s.expectsState(ESTABLISHED);
        }
    }

    @Test
    void aServersHandlerGetsThemFromAnybody() {
        Notes notes = new Notes();
        try (Script s = Script.establishedServer(onServer(FOREIGN_DATAGRAM_HANDLER, notes))) {
            s.peer().sendsRaw(STUN);
            s.peer(50000).sendsRaw(bytes(0x3f));
            s.peer(50000).expectsNothing();
            assertEquals(List.of(ByteBufUtil.hexDump(STUN), "3f"), notes.read);
        }
    }

    @Test
    void itAnswersThroughItsContext() {
        Notes notes = new Notes();
        notes.answer = bytes(1, 1, 0, 0);
        try (Script s = Script.establishedServer(onServer(FOREIGN_DATAGRAM_HANDLER, notes))) {
            s.peer(50000).sendsRaw(STUN);
            s.peer(50000).drain();
            assertEquals("01010000", ByteBufUtil.hexDump(last(s).bytes()));
            assertEquals(s.peer(50000).address(), last(s).to());
            s.peer().expectsNothing();
        }
    }

    private static Datagram last(Script s) {
        List<Datagram> all = s.world().log().datagrams();
        return all.get(all.size() - 1);
    }

    // the first two bits alone decide: the rest is a segment, or malformed, and nobody's
    @Test
    void segmentsAndMalformedOnesDoNotReachIt() {
        Notes notes = new Notes();
        try (Script s = Script.establishedClient(with(FOREIGN_DATAGRAM_HANDLER, notes))) {
            s.peer().sends(data(1001, "hello").acks(1));
            s.app().expectsRead("hello");
            s.peer().expectsAfter(ofMillis(40), ack(1, 1006));
            s.peer().sendsRaw(new byte[0]);
            for (int first = 0x40; first <= 0xff; first++) {
                s.peer().sendsRaw(bytes(first));
                s.peer().sendsRaw(bytes(first, 0x06, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
            }
            s.peer().expectsNothing();
            assertEquals(List.of(), notes.read);
            for (int first = 0; first <= 0x3f; first++) {
                s.peer().sendsRaw(bytes(first));
            }
            s.peer().expectsNothing();
            assertEquals(0x40, notes.read.size());
        }
    }

    // what the sessions send does not pass a handler of the user's that they have nothing to do with
    @Test
    void itSeesNothingOfWhatSessionsSend() {
        Notes notes = new Notes();
        try (Script s = Script.establishedClient(with(FOREIGN_DATAGRAM_HANDLER, notes))) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.app().aborts();
            s.peer().expects(Spec.rst(6).acks(1001));
            assertEquals(List.of(), notes.written);
        }
    }

    @Test
    void itHearsTheEndOfABatch() {
        Notes notes = new Notes();
        try (Script s = Script.establishedClient(with(FOREIGN_DATAGRAM_HANDLER, notes))) {
            int before = notes.batches;
            s.peer().sendsRaw(STUN);
            s.peer().expectsNothing();
            assertEquals(before + 1, notes.batches);
        }
    }

    // an IOException above all: those of the socket mean something for its session
    @Test
    void whatItThrowsEndsWithItAndIsLoggedOnce() {
        ChannelHandler throwing = new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
                ((DatagramPacket) message).release();
                throw new IOException("Connection refused by the handler");
            }
        };
        try (LoggedFaults logged = new LoggedFaults();
                Script s = Script.client(with(FOREIGN_DATAGRAM_HANDLER, throwing))) {
            s.peer().expects(Spec.syn(0));
            for (int i = 0; i < 100; i++) {
                s.peer().sendsRaw(STUN);
            }
            s.app().expectsNotConnected();
            s.peer().sends(Spec.synAck(1000, 1).mss(1460));
            s.app().expectsConnected();
            s.peer().expects(ack(1, 1001));
            assertEquals(1, logged.take().stream().filter(line -> line.contains("foreign datagrams")).count());
        }
    }

    @Test
    void whatItPassesOnIsReleasedWithoutAWord() {
        ChannelHandler passing = new ChannelInboundHandlerAdapter();
        try (LoggedFaults logged = new LoggedFaults();
                Script s = Script.establishedClient(with(FOREIGN_DATAGRAM_HANDLER, passing))) {
            s.peer().sendsRaw(STUN);
            s.peer().expectsNothingFor(ofSeconds(1));
            assertEquals(List.of(), logged.take());
        }
    }

    @Test
    void aHandlerThatGoesLeavesThemToBeDropped() {
        Notes notes = new Notes();
        try (Script s = Script.establishedClient(with(FOREIGN_DATAGRAM_HANDLER, notes))) {
            notes.ctx.pipeline().remove(notes);
            s.peer().sendsRaw(STUN);
            s.peer().expectsNothing();
            assertEquals(List.of(), notes.read);
            s.expectsState(ESTABLISHED);
        }
    }

    @Test
    void theOptionIsReadBack() {
        Notes notes = new Notes();
        try (Script s = Script.establishedClient(with(FOREIGN_DATAGRAM_HANDLER, notes))) {
            assertTrue(s.app().channel().config().getOption(FOREIGN_DATAGRAM_HANDLER) == notes);
            assertFalse(s.app().channel().config().getOptions().isEmpty());
        }
    }
}
