/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static io.culvert.segment.SegmentFlags.ACK;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import io.culvert.segment.SequenceNumber;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A client's next session to the same peer takes the port of one in TIME-WAIT over: RFC 9293 3.6.1, RFC 6191, RFC 7323
 * B.2, and tcp_twsk_unique() of Linux.
 */
final class TimeWaitReuseTest {
    private static final int ISS_GAP = 65_537;
    private static final byte[] OTHER_SECRET = "fedcba9876543210".getBytes(StandardCharsets.US_ASCII);

    private static void establishes(Script s, App app, long peerIsn) {
        s.peer().sends(syn(peerIsn).and(ACK).mss(1460).timestamps());
        s.peer().expects(ack(1, peerIsn + 1).timestamps());
        app.expectsConnected();
    }

    /** Our side closes first, before anything was written; the peer's next number is its ISN + 2, ours 2. */
    private static void closes(Script s, App app, long peerIsn) {
        app.closes();
        s.peer().expects(fin(1).acks(peerIsn + 1));
        s.peer().sends(fin(peerIsn + 1).acks(2));
        s.peer().expects(ack(2, peerIsn + 2));
        app.expectsClosed();
        s.expectsState(TIME_WAIT);
    }

    /** A session from a port that the system chose is in TIME-WAIT; the peer's next number is 1002, ours 2. */
    private static Script inTimeWait(Setting... settings) {
        Script s = Script.nothing(settings);
        App app = s.connectsFromAnyPort(s.peer());
        s.peer().expects(syn(0).timestamps());
        establishes(s, app, 1000);
        closes(s, app, 1000);
        return s;
    }

    /** Our side has begun to connect again, from the same port; the number is how far the ISS went on. */
    private static int reopens(Script s) {
        InetSocketAddress before = s.peer().ours();
        int oldIss = s.peer().iss();
        s.connectsFromAnyPort(s.peer());
        s.peer().expects(syn(0).timestamps());
        assertEquals(before, s.peer().ours(), "another port");
        return s.peer().iss() - oldIss;
    }

    /** Our side has begun to connect again, but not from the same port. */
    private static void opensElsewhere(Script s, Peer peer, Setting... settings) {
        InetSocketAddress before = s.peer().ours();
        s.connectsFromAnyPort(peer, settings);
        peer.expects(syn(0));
        assertNotEquals(before, peer.ours(), "the same port");
    }

    private static void opensElsewhere(Script s, Setting... settings) {
        opensElsewhere(s, s.peer(), settings);
    }

    // ---- what the new session begins with

    // RFC 9293 3.6.1 (1): "larger than the largest sequence number it used on the previous connection incarnation"
    @Test
    void theIssLiesBeyondEverythingThatTheOldSessionCanHaveSent() {
        try (Script s = inTimeWait()) {
            s.after(ofSeconds(1));
            int advance = reopens(s);
            assertTrue(SequenceNumber.greaterOrEqual(advance, 2 + ISS_GAP), () -> "ISS went on by " + advance);
            establishes(s, s.app(1), 5000);
            s.app(1).writes("again");
            s.peer().expects(data(1, "again").acks(5001));
            s.peer().sends(ack(5001, 6));
            s.expectsStates(SYN_SENT, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, TIME_WAIT, CLOSED, SYN_SENT, ESTABLISHED);
        }
    }

    // the clock of RFC 6528 alone would lie behind: a second is 250,000 numbers
    @Test
    void theIssLiesBeyondWhatAFastSessionHasSent() {
        try (Script s = Script.nothing()) {
            App app = s.connectsFromAnyPort(s.peer());
            s.peer().expects(syn(0));
            establishes(s, app, 1000);
            int sent = 0;
            while (sent < 400_000) {
                app.writes(10_000);
                sent += 10_000;
                s.peer().drain();
                s.peer().sends(ack().acks(sent + 1));
            }
            app.closes();
            s.peer().expects(fin(sent + 1));
            s.peer().sends(fin(1001).acks(sent + 2));
            s.peer().expects(ack(sent + 2, 1002));
            s.after(ofSeconds(1));
            assertEquals(sent + 2 + ISS_GAP, reopens(s));
        }
    }

    // RFC 7323 5.4: one clock for the four-tuple, so that PAWS at the peer refuses what is old
    @Test
    void theTimestampsGoOn() {
        try (Script s = inTimeWait()) {
            int before = s.peer().lastTsVal();
            s.after(ofMillis(1500));
            reopens(s);
            assertEquals(before + 1500, s.peer().lastTsVal());
        }
    }

    @Test
    void onePortServesManySessions() {
        try (Script s = inTimeWait()) {
            for (int session = 1; session <= 20; session++) {
                s.after(ofSeconds(1));
                int advance = reopens(s);
                assertTrue(advance >= 2 + ISS_GAP, () -> "ISS went on by " + advance);
                long peerIsn = 1000 + 100_000L * session;
                establishes(s, s.app(session), peerIsn);
                closes(s, s.app(session), peerIsn);
            }
        }
    }

    // hosts that share an address are told apart by name, for TLS above all: none may get another one's
    @Test
    void thePeerHasTheNameThatItWasConnectedBy() throws UnknownHostException {
        try (Script s = inTimeWait()) {
            InetSocketAddress before = s.peer().ours();
            s.after(ofSeconds(1));
            InetSocketAddress peer = s.peer().address();
            InetAddress named = InetAddress.getByAddress("b.example", peer.getAddress().getAddress());
            App app = s.connects(null, new InetSocketAddress(named, peer.getPort()));
            s.peer().expects(syn(0).timestamps());
            assertEquals(before, s.peer().ours(), "another port");
            establishes(s, app, 5000);
            assertEquals("b.example", app.channel().remoteAddress().getHostString());
        }
    }

    // ---- when it may

    // RFC 6298 (2.4): by then a peer that missed our last ACK has sent its FIN again; Linux: tcp_tw_reuse_delay
    @Test
    void notBeforeASecondIsOver() {
        try (Script s = inTimeWait()) {
            s.after(ofMillis(999));
            opensElsewhere(s);
        }
    }

    @Test
    void notBeforeThePeersRetransmissionTimeoutIsOver() {
        for (int millis : new int[] {2900, 3100}) {
            try (Script s = inTimeWait(with(CulvertChannelOption.RTO_MIN_MILLIS, 3000))) {
                s.after(ofMillis(millis));
                if (millis < 3000) {
                    opensElsewhere(s);
                } else {
                    reopens(s);
                }
            }
        }
    }

    @Test
    void theSecondBeginsAgainWithEverythingThatTimeWaitAnswers() {
        for (Spec old : new Spec[] {fin(1001).acks(2), data(900, "old").acks(1)}) {
            for (int millis : new int[] {999, 1000}) {
                try (Script s = inTimeWait()) {
                    s.after(ofMillis(900));
                    s.peer().sends(old);
                    s.peer().expects(ack(2, 1002));
                    s.after(ofMillis(millis));
                    if (millis < 1000) {
                        opensElsewhere(s);
                    } else {
                        reopens(s);
                    }
                }
            }
        }
    }

    @Test
    void notWithoutThePeersTimestamps() {
        try (Script s = Script.nothing()) {
            App app = s.connectsFromAnyPort(s.peer());
            s.peer().expects(syn(0));
            s.peer().sends(syn(1000).and(ACK).mss(1460));
            s.peer().expects(ack(1, 1001));
            closes(s, app, 1000);
            s.after(ofSeconds(10));
            opensElsewhere(s);
        }
    }

    @Test
    void notForASessionThatOffersNoTimestamps() {
        try (Script s = inTimeWait()) {
            s.after(ofSeconds(10));
            opensElsewhere(s, with(CulvertChannelOption.TCP_TIMESTAMPS, false));
        }
    }

    @Test
    void notForAnotherPeer() {
        try (Script s = inTimeWait()) {
            s.after(ofSeconds(10));
            opensElsewhere(s, s.peer(40001));
            opensElsewhere(s, s.peer(new InetSocketAddress("10.0.0.3", 40000)));
        }
    }

    // who binds a port has chosen it: it is nobody else's
    @Test
    void notAPortThatItsChannelWasBoundTo() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            establishes(s, s.app(), 1000);
            closes(s, s.app(), 1000);
            s.after(ofSeconds(10));
            opensElsewhere(s);
        }
    }

    @Test
    void notForAChannelThatIsBoundToAnAddress() {
        try (Script s = inTimeWait()) {
            InetSocketAddress before = s.peer().ours();
            s.after(ofSeconds(10));
            s.connects();
            s.peer().expects(syn(0));
            assertEquals(Script.OURS, s.peer().ours());
            assertNotEquals(before, Script.OURS);
        }
    }

    @Test
    void notWhereTheSocketWouldBeOpenedInAnotherWay() {
        try (Script s = inTimeWait()) {
            s.after(ofSeconds(10));
            opensElsewhere(s, with(CulvertChannelOption.SECRET_KEY, OTHER_SECRET));
            opensElsewhere(s, with(CulvertChannelOption.DATAGRAM_HANDLER, new ChannelInboundHandlerAdapter()));
            opensElsewhere(s, with(CulvertChannelOption.FOREIGN_DATAGRAM_HANDLER, new ChannelInboundHandlerAdapter()));
            opensElsewhere(s, with(CulvertChannelOption.RENDEZVOUS, true));
            opensElsewhere(s, with(ChannelOption.IP_TOS, 8));
            opensElsewhere(s, with(CulvertChannelOption.UDP_OFFLOAD, false));
            opensElsewhere(s, with(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT));
        }
    }

    @Test
    void onlyOneSessionAtATimeTakesAPortOver() {
        try (Script s = inTimeWait()) {
            s.after(ofSeconds(1));
            reopens(s);
            opensElsewhere(s);
        }
    }

    @Test
    void whatNobodyTakesOverLastsTwoMaximumSegmentLifetimes() {
        try (Script s = inTimeWait()) {
            s.after(ofSeconds(50));
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.after(ofMillis(59_999));
            s.expectsState(TIME_WAIT);
            s.after(ofMillis(1));
            s.expectsState(CLOSED);
            opensElsewhere(s);
        }
    }

    // ---- what the peer may still hold of the old session

    /** Peer's SEG.ACK for all of the old session; its numbers count from the new ISS. */
    private static int oldSndNxt(int advance) {
        return 2 - advance;
    }

    // RFC 5961 4: LAST-ACK challenges the SYN; with the ACK that was lost its application learns that all went well
    @Test
    void aPeerInLastAckGetsTheAckThatItHasMissedAndTheSynAtOnce() {
        try (Script s = inTimeWait()) {
            s.after(ofSeconds(1));
            int advance = reopens(s);
            s.peer().sends(ack(1002, oldSndNxt(advance)));
            s.peer().expects(ack(oldSndNxt(advance), 1002).timestamps(), syn(0).timestamps());
            establishes(s, s.app(1), 5000);
        }
    }

    @Test
    void aFinThatComesAgainGetsTheLastAckAndTheSynAtOnce() {
        try (Script s = inTimeWait()) {
            s.after(ofSeconds(1));
            int advance = reopens(s);
            s.peer().sends(fin(1001).acks(oldSndNxt(advance)));
            s.peer().expects(ack(oldSndNxt(advance), 1002).timestamps(), syn(0).timestamps());
            // the SYN hurries once
            s.peer().sends(fin(1001).acks(oldSndNxt(advance)));
            s.peer().expects(ack(oldSndNxt(advance), 1002).timestamps());
            s.peer().expectsAfter(ofSeconds(1), syn(0));
            establishes(s, s.app(1), 5000);
        }
    }

    // no loss is concluded from a SYN that was sent again for that reason: RFC 6928 2 lowers nothing
    @Test
    void theInitialWindowIsWholeAfterwards() {
        try (Script s = inTimeWait()) {
            s.after(ofSeconds(1));
            int advance = reopens(s);
            s.peer().sends(ack(1002, oldSndNxt(advance)));
            s.peer().expects(ack(oldSndNxt(advance), 1002), syn(0));
            establishes(s, s.app(1), 5000);
            s.app(1).writes(20_000);
            assertEquals(10, s.peer().drain().size());
        }
    }

    // RFC 9293 3.10.7.3, first: any other unacceptable ACK is reset
    @Test
    void whatWeDoNotKnowOfIsReset() {
        try (Script s = inTimeWait()) {
            s.after(ofSeconds(1));
            int advance = reopens(s);
            s.peer().sends(ack(77_000, oldSndNxt(advance)));
            s.peer().expects(rst(oldSndNxt(advance)), syn(0));
            s.peer().sends(ack(1002, oldSndNxt(advance) - 1));
            s.peer().expects(rst(oldSndNxt(advance) - 1));
        }
    }

    // ---- old duplicates

    @Test
    void anOldSynAckOpensNothing() {
        try (Script s = inTimeWait()) {
            s.after(ofSeconds(1));
            int advance = reopens(s);
            s.peer().sends(syn(1000).and(ACK).acks(1 - advance).mss(1460).timestamps());
            s.peer().expects(rst(1 - advance), syn(0));
            s.expectsState(SYN_SENT);
        }
    }

    // as Linux: TS.Recent is kept for what nothing else shows to be old
    @Test
    void anOldSynOpensNothing() {
        try (Script s = inTimeWait()) {
            int recent = s.peer().clock();
            s.after(ofSeconds(1));
            reopens(s);
            s.peer().sends(syn(1000).mss(1460).timestamps(recent - 1, 0));
            s.peer().expectsNothing();
            s.expectsState(SYN_SENT);
            s.peer().sends(syn(9000).mss(1460).timestamps());
            s.expectsState(SYN_RECEIVED);
            s.peer().drain();
        }
    }

    @Test
    void anOldResetEndsNothing() {
        try (Script s = inTimeWait()) {
            s.after(ofSeconds(1));
            int advance = reopens(s);
            s.peer().sends(rst(1002), rst(1002).acks(oldSndNxt(advance)));
            s.peer().expectsNothing();
            establishes(s, s.app(1), 5000);
        }
    }

    // RFC 7323 5.3 R1, with numbers that lie in the window of the new session
    @Test
    void oldDataIsRefused() {
        try (Script s = inTimeWait()) {
            int recent = s.peer().clock();
            s.after(ofSeconds(1));
            reopens(s);
            establishes(s, s.app(1), 900);
            s.peer().sends(data(901, "old").acks(1).timestamps(recent, 0));
            s.peer().expects(ack(1, 901));
            s.app(1).expectsNothingRead();
            s.peer().sends(data(901, "new").acks(1));
            s.app(1).expectsRead("new");
            s.after(ofSeconds(1));
            s.peer().expects(ack(1, 904));
        }
    }

    // ---- the old channel

    @Test
    void aChannelThatIsStillOpenKeepsWhatItHasNotRead() {
        try (Script s = Script.nothing()) {
            App app = s.connectsFromAnyPort(s.peer());
            s.peer().expects(syn(0));
            establishes(s, app, 1000);
            app.stopsReading();
            app.shutsOutput();
            s.peer().expects(fin(1));
            s.peer().sends(data(1001, "unread").acks(2).and(FIN));
            s.peer().expects(ack(2, 1008));
            s.expectsState(TIME_WAIT);
            s.after(ofSeconds(1));
            reopens(s);
            establishes(s, s.app(1), 5000);
            app.resumesReading();
            app.expectsRead("unread");
            app.expectsInputEnd();
            app.closes();
            app.expectsClosed();
            s.app(1).expectsOpen();
            s.peer().expectsNothingFor(Duration.ofMinutes(2));
        }
    }

    @Test
    void aConnectThatFailsLeavesNoSocketBehind() {
        try (Script s = inTimeWait()) {
            s.after(ofSeconds(1));
            int advance = reopens(s);
            assertTrue(advance > 0);
            s.peer().sends(rst(0).acks(1));
            s.app(1).expectsFailure(ConnectException.class, "refused");
            s.expectsState(CLOSED);
            assertEquals(1, s.world().network().openSockets(), "sockets: the peer's alone");
        }
    }
}
