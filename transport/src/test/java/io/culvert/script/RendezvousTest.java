/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.FOREIGN_DATAGRAM_HANDLER;
import static io.culvert.CulvertChannelOption.RENDEZVOUS;
import static io.culvert.CulvertChannelOption.TCP_SYNCNT;
import static io.culvert.CulvertChannelOption.TCP_USER_TIMEOUT;
import static io.culvert.script.Setting.nobodyThere;
import static io.culvert.script.Setting.onServer;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static io.netty.channel.ChannelOption.CONNECT_TIMEOUT_MILLIS;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.DatagramPacket;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 9293 3.5, figure 8, between two that may begin at different times, with NATs between: RFC 5128 3.3. */
final class RendezvousTest {
    private static final Setting MEETING = with(RENDEZVOUS, true);
    private static final Setting NO_CONNECT_TIMEOUT = with(CONNECT_TIMEOUT_MILLIS, 0);

    @Test
    void bothSidesConnectAndOneSessionComesOfIt() {
        try (Script s = Script.client(MEETING)) {
            s.peer().expects(syn(0));
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(synAck(1000, 1).mss(1460));
            s.app().expectsConnected();
            s.expectsStates(SYN_SENT, SYN_RECEIVED, ESTABLISHED);
            s.peer().drain();
            s.app().writes("hello");
            s.peer().expects(data(1, "hello").acks(1001));
            s.peer().sends(data(1001, "hello yourself").acks(6));
            s.app().expectsRead("hello yourself");
            s.peer().expectsAfter(ofMillis(40), ack(6, 1015));
        }
    }

    // whose peer has bound, and not begun to connect: its socket answers for nobody
    @Test
    void aResetBeforeThePeerHasAnsweredRefusesNothing() {
        try (Script s = Script.client(MEETING)) {
            s.peer().expects(syn(0));
            s.peer().sends(rst(0).acks(1));
            s.peer().sends(rst(0).acks(1));
            s.app().expectsNotConnected();
            s.expectsStates(SYN_SENT);
            assertEquals(2, s.info().softErrors());
            s.peer().expectsAt(ofSeconds(1), syn(0));
            s.peer().sends(rst(0).acks(1));
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.app().expectsConnected();
        }
    }

    @Test
    void anIcmpPortUnreachableRefusesNothing() {
        try (Script s = Script.client(MEETING, nobodyThere())) {
            s.after(ofMillis(500));
            s.app().expectsNotConnected();
            s.expectsStates(SYN_SENT);
            s.peer().binds();
            s.after(ofMillis(500));
            s.peer().expects(syn(0));
            s.peer().sends(synAck(1000, 1).mss(1460));
            s.app().expectsConnected();
            s.peer().expects(ack(1, 1001));
        }
    }

    @Test
    void anOrdinaryConnectIsRefusedByEither() {
        try (Script s = Script.client(with(RENDEZVOUS, false))) {
            s.peer().expects(syn(0));
            s.peer().sends(rst(0).acks(1));
            s.app().expectsFailure(ConnectException.class, "refused");
        }
        try (Script s = Script.client(with(RENDEZVOUS, false), nobodyThere())) {
            s.app().expectsFailure(ConnectException.class, "refused");
        }
    }

    // RFC 8085 3.1.1: not more than one datagram in three seconds
    @Test
    void theSynGoesOnAtAnEvenPace() {
        try (Script s = Script.client(MEETING, NO_CONNECT_TIMEOUT)) {
            s.peer().expects(syn(0));
            s.peer().expectsAt(ofSeconds(1), syn(0));
            s.peer().expectsAt(ofSeconds(2), syn(0));
            for (int i = 0; i < 30; i++) {
                s.peer().expectsAt(ofSeconds(3), syn(0));
            }
        }
    }

    @Test
    void soDoesTheSynAckThatAnswersThePeersSyn() {
        try (Script s = Script.client(MEETING, NO_CONNECT_TIMEOUT)) {
            s.peer().expects(syn(0));
            s.peer().expectsAt(ofSeconds(1), syn(0));
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().expectsAt(ofSeconds(2), synAck(0, 1001));
            for (int i = 0; i < 5; i++) {
                s.peer().expectsAt(ofSeconds(3), synAck(0, 1001));
            }
        }
    }

    // a repeated SYN of the peer's asks for the answer again, and puts nothing off
    @Test
    void anAnswerAskedForDoesNotPutOffTheNext() {
        try (Script s = Script.client(MEETING)) {
            s.peer().expects(syn(0));
            s.after(ofMillis(900));
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().expectsAt(ofMillis(100), synAck(0, 1001));
        }
    }

    // 1 + 2 + 4 s, which four SYNs take at this pace, and the wait for an answer to the last
    @Test
    void theLimitOfSynsGivesTheTimeThatItGivesAnyConnect() {
        try (Script s = Script.client(MEETING, NO_CONNECT_TIMEOUT, with(TCP_SYNCNT, 2))) {
            s.peer().expects(syn(0));
            s.peer().expectsAt(ofSeconds(1), syn(0));
            s.peer().expectsAt(ofSeconds(2), syn(0));
            s.peer().expectsAt(ofSeconds(3), syn(0));
            s.peer().expectsNothingFor(ofMillis(2999));
            s.app().expectsNotConnected();
            s.after(ofMillis(2));
            s.app().expectsFailure(ConnectTimeoutException.class, "no answer from /10.0.0.1:40000 to 4 SYNs");
            s.app().expectsClosed();
            s.expectsStates(SYN_SENT, CLOSED);
        }
    }

    @Test
    void withoutRetransmissionsOneSynHasOneSecond() {
        try (Script s = Script.client(MEETING, NO_CONNECT_TIMEOUT, with(TCP_SYNCNT, 0))) {
            s.peer().expects(syn(0));
            s.after(ofMillis(1001));
            s.app().expectsFailure(ConnectTimeoutException.class, "to 1 SYNs");
        }
    }

    // 1 + 2 + 4 + 8 + 16 + 32 + 60 s
    @Test
    void unlessSetItWaitsTwoMinutes() {
        try (Script s = Script.client(MEETING, NO_CONNECT_TIMEOUT)) {
            s.after(ofMillis(122_999));
            s.app().expectsNotConnected();
            s.after(ofMillis(2));
            s.app().expectsFailure(ConnectTimeoutException.class, "no answer");
            s.peer().drain();
        }
    }

    @Test
    void theConnectTimeoutEndsItSooner() {
        try (Script s = Script.client(MEETING, with(CONNECT_TIMEOUT_MILLIS, 10_000))) {
            s.after(ofMillis(9_999));
            s.app().expectsNotConnected();
            s.after(ofMillis(2));
            s.app().expectsFailure(ConnectTimeoutException.class, "after 10000 ms");
            s.app().expectsClosed();
            s.peer().drain();
            s.peer().expectsNothingFor(ofDays(1));
        }
    }

    @Test
    void aUserTimeoutEndsItSooner() {
        try (Script s = Script.client(MEETING, with(TCP_USER_TIMEOUT, 5_000))) {
            s.after(ofMillis(5_001));
            s.app().expectsFailure(ConnectTimeoutException.class, "within 5000 ms (TCP_USER_TIMEOUT)");
            s.peer().drain();
        }
    }

    // RFC 9293 3.10.7.4, second: who has answered is there, and his reset means it
    @Test
    void aResetOnceThePeerHasAnsweredIsARefusal() {
        try (Script s = Script.client(MEETING)) {
            s.peer().expects(syn(0));
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(rst(1001));
            s.app().expectsFailure(ConnectException.class, "refused");
            s.app().expectsClosed();
        }
    }

    // the reset that an early SYN of ours got, overtaken by the peer's own SYN: SEQ = 0, outside the window
    @Test
    void aBelatedResetOfTheTimeBeforeRefusesNothing() {
        try (Script s = Script.client(MEETING)) {
            s.peer().expects(syn(0));
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(rst(0).acks(1));
            s.peer().sends(ack(1001, 1));
            s.app().expectsConnected();
        }
    }

    // RFC 9293 3.10.7.3, first: what a session of an earlier attempt says is answered, as ever, and the SYN follows
    @Test
    void anAcknowledgmentOfSomethingElseIsAnsweredWithAReset() {
        try (Script s = Script.client(MEETING)) {
            s.peer().expects(syn(0));
            s.peer().sends(ack(5000, 77));
            s.peer().expects(rst(77));
            s.peer().expects(syn(0));
            s.expectsStates(SYN_SENT);
        }
    }

    @Test
    void aPeerThatListensIsMetAsWell() {
        try (Script s = Script.establishedClient(MEETING)) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
        }
    }

    // the peer behind a NAT that gives it another port for us: a stranger, and no session comes of it
    @Test
    void strangersAreAnsweredAsOnAnySocketThatIsNotConnected() {
        try (Script s = Script.client(MEETING)) {
            s.peer().expects(syn(0));
            s.peer(40001).sends(syn(9000));
            s.peer(40001).expects(rst(0).acks(9001));
            s.peer(40001).sends(rst(9001));
            s.peer(40001).expectsNothing();
            s.expectsStates(SYN_SENT);
            s.peer().sends(synAck(1000, 1).mss(1460));
            s.app().expectsConnected();
            s.peer().expects(ack(1, 1001));
            s.peer(40001).sends(data(9001, "hello").acks(77));
            s.peer(40001).expects(rst(77));
            s.app().expectsNothingRead();
        }
    }

    @Test
    void othersAreHeardOnThePort() {
        List<String> heard = new ArrayList<>();
        ChannelInboundHandlerAdapter handler = new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                DatagramPacket packet = (DatagramPacket) message;
                heard.add(packet.sender().getPort() + " " + ByteBufUtil.hexDump(packet.content()));
                packet.release();
            }
        };
        try (Script s = Script.client(MEETING, with(FOREIGN_DATAGRAM_HANDLER, handler))) {
            s.peer().expects(syn(0));
            s.peer(3478).sendsRaw("0101");
            s.peer().sendsRaw("0001");
            s.peer().expectsNothing();
            assertEquals(List.of("3478 0101", "40000 0001"), heard);
        }
    }

    @Test
    void withoutABindTheSocketHasTheAddressThatLeadsToThePeer() {
        try (Script s = Script.client(MEETING)) {
            s.peer().expects(syn(0));
            InetSocketAddress other = s.peer(40001).address();
            InetSocketAddress local = s.connects(null, other).channel().localAddress();
            assertEquals(Script.OURS.getAddress(), local.getAddress());
            assertTrue(local.getPort() > 0 && local.getPort() != Script.OURS.getPort(), local::toString);
            s.peer(40001).expects(syn(0));
        }
    }

    @Test
    void theSessionEndsAsAnyOther() {
        try (Script s = Script.establishedClient(MEETING)) {
            s.app().closes();
            s.peer().expects(Spec.fin(1).acks(1001));
            s.peer().sends(Spec.fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.app().expectsClosed();
            // TIME-WAIT: the socket is still there, for the peer and for strangers
            s.peer(40001).sends(ack(1, 77));
            s.peer(40001).expects(rst(77));
            s.world().runUntilQuiet(ofSeconds(70));
            s.peer().unbinds();
        }
    }

    @Test
    void itMeansNothingToAServer() {
        try (Script s = Script.server(onServer(RENDEZVOUS, true))) {
            s.peer().sends(syn(1000));
            s.peer().expects(synAck(0, 1001));
            s.peer().expectsAt(ofSeconds(1), synAck(0, 1001));
            s.peer().expectsAt(ofSeconds(2), synAck(0, 1001));
            s.peer().expectsAt(ofSeconds(4), synAck(0, 1001));
        }
    }

    @Test
    void anotherConnectOnABoundPortIsTheSystemsToRefuse() {
        try (Script s = Script.client(MEETING)) {
            s.peer().expects(syn(0));
            s.connects(Script.OURS, new InetSocketAddress(s.peer().address().getAddress(), 40001));
            s.app(1).expectsFailure(SocketException.class, "in use");
            s.expectsStates(SYN_SENT);
        }
    }
}
