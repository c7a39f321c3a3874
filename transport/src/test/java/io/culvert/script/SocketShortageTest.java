/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.syn;
import static io.culvert.segment.SegmentFlags.ACK;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

/** No descriptor, or no port, is to be had: what TIME-WAIT does not need any more is given up, and nothing is lost. */
final class SocketShortageTest {
    private static final int MANY = 300;
    private static final int KEPT = 256;

    /** Makes no socket so often, then some. */
    private static Setting descriptorsMissing(Script s, int times) {
        return descriptorsMissing(s, 0, times);
    }

    /** Makes some sockets, then none so often, then others. */
    private static Setting descriptorsMissing(Script s, int before, int times) {
        ChannelFactory<? extends Channel> sockets = s.world().network().socketFactory(Script.OURS.getAddress());
        int[] made = {0};
        return with(CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY, () -> {
            int number = made[0]++;
            if (number >= before && number < before + times) {
                throw new ChannelException("Failed to open a socket.", new IOException("Too many open files"));
            }
            return sockets.newChannel();
        });
    }

    /** Finds no port so often, then one. */
    private static Setting portsMissing(int times, IOException said) {
        return with(CulvertChannelOption.DATAGRAM_HANDLER, new PortsMissing(times, said));
    }

    @Sharable
    private static final class PortsMissing extends ChannelOutboundHandlerAdapter {
        private final IOException said;
        private int left;

        PortsMissing(int times, IOException said) {
            left = times;
            this.said = said;
        }

        @Override
        public void connect(ChannelHandlerContext ctx, SocketAddress remote, SocketAddress local,
                ChannelPromise promise) {
            if (left-- > 0) {
                promise.setFailure(said);
            } else {
                ctx.connect(remote, local, promise);
            }
        }
    }

    private static void comesAndGoes(Script s, Setting... settings) {
        App app = s.connectsFromAnyPort(s.peer(), settings);
        s.peer().expects(syn(0));
        s.peer().sends(syn(1000).and(ACK).mss(1460).timestamps());
        s.peer().expects(ack(1, 1001));
        app.closes();
        s.peer().expects(fin(1).acks(1001));
        s.peer().sends(fin(1001).acks(2));
        s.peer().expects(ack(2, 1002));
        s.expectsState(TIME_WAIT);
    }

    private static int ourSockets(Script s, int peers) {
        return s.world().network().openSockets() - peers;
    }

    @Test
    void aConnectWithoutADescriptorSaysSo() {
        try (Script s = Script.nothing()) {
            App app = s.connectsFromAnyPort(s.peer(), descriptorsMissing(s, 1));
            app.expectsFailure(SocketException.class,
                    "no UDP socket can be opened: Too many open files (of this event loop's, 0 are in TIME-WAIT");
            assertFalse(app.channel().isOpen());
            assertEquals(0, ourSockets(s, 1));
        }
    }

    // the JDK says EADDRINUSE, and a native transport what connect() says to a socket without a port: EAGAIN
    @Test
    void aConnectWithoutAPortSaysSo() {
        for (IOException said : new IOException[] {new BindException("Address already in use"),
            new ConnectException("connect(..) failed with error(-11): Resource temporarily unavailable")}) {
            try (Script s = Script.nothing()) {
                App app = s.connectsFromAnyPort(s.peer(), portsMissing(1, said));
                app.expectsFailure(SocketException.class, "no UDP port is free: " + said.getMessage());
                assertEquals(0, ourSockets(s, 1));
            }
        }
    }

    @Test
    void otherFailuresOfAConnectKeepTheirType() {
        try (Script s = Script.nothing()) {
            App app = s.connectsFromAnyPort(s.peer(), portsMissing(1, new ConnectException("Permission denied")));
            app.expectsFailure(ConnectException.class, "Permission denied");
            assertEquals(0, ourSockets(s, 1));
        }
    }

    @Test
    void aSocketThatMightBeTakenOverGivesWayToAnotherPeersSession() {
        try (Script s = Script.nothing()) {
            comesAndGoes(s);
            s.after(ofSeconds(1));
            s.connectsFromAnyPort(s.peer(40001), descriptorsMissing(s, 1));
            s.peer(40001).expects(syn(0));
            s.expectsState(CLOSED);
            assertEquals(1, ourSockets(s, 2));
        }
    }

    // the selector of the JDK, and io_uring, let go of a closed socket with a later turn of the event loop
    // RFC 7323 B.2: the RTO, which is 200 ms here; with sockets to spare it would be a second
    @Test
    void inNeedOfASocketTheNextSessionTakesOneOverAfterTheRto() {
        try (Script s = Script.nothing()) {
            Setting oneSocket = descriptorsMissing(s, 1, 1);
            comesAndGoes(s, oneSocket);
            s.after(ofMillis(201));
            s.connectsFromAnyPort(s.peer(), oneSocket);
            s.peer().expects(syn(0));
            assertEquals(1, ourSockets(s, 1));
        }
    }

    @Test
    void aSocketThatMightBeTakenOverInNeedGivesWayAfterTheRto() {
        try (Script s = Script.nothing()) {
            comesAndGoes(s);
            s.after(ofMillis(201));
            s.connectsFromAnyPort(s.peer(40001), descriptorsMissing(s, 1));
            s.peer(40001).expects(syn(0));
            s.expectsState(CLOSED);
        }
    }

    @Test
    void aSocketThatGivesWayIsWaitedForUntilItIsGone() {
        try (Script s = Script.nothing()) {
            comesAndGoes(s);
            s.after(ofSeconds(1));
            App app = s.connectsFromAnyPort(s.peer(40001), descriptorsMissing(s, 2));
            assertTrue(app.channel().isOpen());
            s.after(ofMillis(1));
            s.peer(40001).expects(syn(0));
            assertEquals(1, ourSockets(s, 2));
        }
    }

    @Test
    void aConnectSaysSoWhenNothingIsLeftToGiveWay() {
        try (Script s = Script.nothing()) {
            comesAndGoes(s);
            s.after(ofSeconds(1));
            App app = s.connectsFromAnyPort(s.peer(40001), descriptorsMissing(s, 3));
            s.after(ofMillis(1));
            app.expectsFailure(SocketException.class, "0 are in TIME-WAIT");
            assertFalse(app.channel().isOpen());
            assertEquals(0, ourSockets(s, 2));
        }
    }

    @Test
    void aPortThatMightBeTakenOverGivesWayToAnotherPeersSession() {
        try (Script s = Script.nothing()) {
            comesAndGoes(s);
            s.after(ofSeconds(1));
            s.connectsFromAnyPort(s.peer(40001), portsMissing(1, new BindException("Address already in use")));
            s.peer(40001).expects(syn(0));
            s.expectsState(CLOSED);
        }
    }

    @Test
    void aSocketThatHasToBeQuietYetGivesWayToNobody() {
        try (Script s = Script.nothing()) {
            comesAndGoes(s);
            s.after(ofMillis(199));
            App app = s.connectsFromAnyPort(s.peer(40001), descriptorsMissing(s, 1));
            app.expectsFailure(SocketException.class, "1 are in TIME-WAIT, none for long enough to give way");
            s.expectsState(TIME_WAIT);
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
        }
    }

    @Test
    void afterManySessionsSomeSocketsAreKeptForASecondLongerThanTheOthers() {
        try (Script s = Script.nothing()) {
            for (int i = 0; i < MANY; i++) {
                comesAndGoes(s);
            }
            s.after(ofMillis(1999));
            assertEquals(MANY, ourSockets(s, 1));
            s.after(ofMillis(1));
            assertEquals(KEPT, ourSockets(s, 1));
            s.after(ofSeconds(58));
            assertEquals(0, ourSockets(s, 1));
        }
    }
}
