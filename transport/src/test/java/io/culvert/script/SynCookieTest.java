/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.BacklogTest.drainFlooders;
import static io.culvert.script.BacklogTest.flooded;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.state.ConnectionState.CLOSE_WAIT;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.LISTEN;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SYN cookies (RFC 4987 3.6): what comes past the bound of half-open sessions is kept nowhere and still connects. */
final class SynCookieTest {
    // ---- real clients during a flood

    @Test
    void aRealClientConnectsDuringAFlood() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.after(ofMillis(50));
            s.peer().sends(ack(1001, 1));
            s.expectsStates(LISTEN, ESTABLISHED);
            s.app().expectsConnected();
            s.app().writes("welcome");
            s.peer().expects(data(1, "welcome").acks(1001));
            s.peer().sends(data(1001, "thanks").acks(8));
            s.app().expectsRead("thanks");
            s.app().expectsWritten();
            s.peer().expectsAfter(ofMillis(40), ack(8, 1007));
        }
    }

    @Test
    void theAckOfACookieMayCarryData() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(data(1001, "request").acks(1));
            s.app().expectsConnected();
            s.app().expectsRead("request");
            s.peer().expectsAfter(ofMillis(40), ack(1, 1008));
        }
    }

    @Test
    void theAckOfACookieMayCarryDataAndFin() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(data(1001, "all").acks(1).and(FIN));
            s.app().expectsRead("all");
            s.app().expectsInputEnd();
            s.peer().expects(ack(1, 1005));
            s.expectsStates(LISTEN, ESTABLISHED, CLOSE_WAIT);
        }
    }

    // the ACK was lost: the first data brings the cookie back as well
    @Test
    void dataBringsACookieBackWhenTheAckWasLost() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.after(ofSeconds(2));
            drainFlooders(s);
            s.peer().sends(data(1001, 1460).acks(1), data(2461, 1460).acks(1));
            s.app().expectsRead(2920);
            s.peer().expects(ack(1, 3921));
        }
    }

    // ---- what a cookie keeps

    @Test
    void mssAndWindowScaleAreKeptWithTimestamps() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460).ws(7).timestamps());
            Received answer = s.peer().next();
            assertTrue(answer.windowScale() > 0 && answer.timestamps(), answer::toString);
            assertEquals(s.peer().clock(), answer.tsEcr());
            // 24 by 128 is 3072
            s.peer().sends(ack(1001, 1).win(24));
            s.app().expectsConnected();
            s.app().writes(5000);
            s.peer().expects(data(1, 1448).noPush().timestamps(), data(1449, 1448).noPush().timestamps());
            s.peer().drain();
            s.peer().sends(data(1001, 2000).acks(2897).win(24));
            s.app().expectsRead(2000);
            s.peer().drain();
        }
    }

    // what our own scale is must be as it was said in the cookie's SYN,ACK
    @Test
    void ourWindowScaleIsTheOneThatWasSaid() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460).ws(7).timestamps());
            Received answer = s.peer().next();
            s.peer().sends(ack(1001, 1));
            s.app().writes("x");
            Received first = s.peer().next();
            assertTrue(first.windowBytes() >= 65_535 && first.windowBytes() <= 128 * 1024, first::toString);
            assertEquals(first.windowBytes(), (long) first.win() << answer.windowScale());
        }
    }

    @Test
    void noWindowScaleIsOfferedWithoutTimestamps() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460).ws(7).sackPermitted());
            s.peer().expects(synAck(0, 1001).noWs().noSackPermitted().noTimestamps());
            s.peer().sends(ack(1001, 1).win(1000));
            s.app().writes(5000);
            s.peer().expects(data(1, 1000).noPush());
        }
    }

    @Test
    void sackIsKeptWithTimestamps() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460).sackPermitted().timestamps());
            s.peer().expects(synAck(0, 1001).sackPermitted().noWs().timestamps());
            s.peer().sends(ack(1001, 1));
            s.expectsState(ESTABLISHED);
            s.peer().sends(data(1011, 10));
            s.peer().expects(ack(1, 1001).sack(1011, 1021));
        }
    }

    // RFC 2018 2: a block only to a peer that was told, and without a timestamp the cookie could not remember it
    @Test
    void sackIsNotPermittedWithoutTimestamps() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460).sackPermitted());
            s.peer().expects(synAck(0, 1001).noSackPermitted().noTimestamps());
            s.peer().sends(ack(1001, 1));
            s.peer().sends(data(1011, 10));
            s.peer().expects(ack(1, 1001).sack());
        }
    }

    @Test
    void sackIsNotPermittedToAPeerThatDidNotOfferIt() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460).ws(7).timestamps());
            s.peer().expects(synAck(0, 1001).noSackPermitted().timestamps());
            s.peer().sends(ack(1001, 1));
            s.peer().sends(data(1011, 10));
            s.peer().expects(ack(1, 1001).sack());
        }
    }

    @Test
    void sackSwitchedOffStaysOffAfterACookie() {
        try (Script s = flooded(with(CulvertChannelOption.TCP_SACK, false))) {
            s.peer().sends(syn().mss(1460).sackPermitted().timestamps());
            s.peer().expects(synAck(0, 1001).noSackPermitted().timestamps());
            s.peer().sends(ack(1001, 1));
            s.peer().sends(data(1011, 10));
            s.peer().expects(ack(1, 1001).sack());
        }
    }

    @Test
    void withTimestampsButNoScaleOfThePeerNothingIsScaled() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460).timestamps());
            s.peer().expects(synAck(0, 1001).noWs().timestamps());
            s.peer().sends(ack(1001, 1).win(1000));
            s.app().writes(5000);
            s.peer().expects(data(1, 1000).noPush().win(65_535));
        }
    }

    // our clock must not run backwards for the peer's PAWS (RFC 7323 5.3)
    @Test
    void theTimestampsThatFollowACookieAreNotOlder() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460).ws(14).timestamps());
            s.peer().expects(synAck(0, 1001).ws(11).timestamps());
            int said = s.peer().lastTsVal();
            s.peer().sends(ack(1001, 1));
            s.app().writes("x");
            s.peer().expects(data(1, "x").timestamps());
            int step = s.peer().lastTsVal() - said;
            assertTrue(step >= 0 && step < 128, () -> "a step of " + step + " ms");
        }
    }

    // RFC 9293 3.7.1: whatever a cookie can say, the peer's MSS is never exceeded
    @Test
    void theMssOfThePeerIsNeverExceeded() {
        try (Script s = flooded()) {
            int port = 41_000;
            for (int mss : new int[] {64, 100, 216, 500, 536, 1000, 1220, 1400, 1460, 9000, 65_000}) {
                Peer peer = s.peer(port++);
                peer.sends(syn().mss(mss));
                peer.expects(synAck(0, 1001));
                peer.sends(ack(1001, 1));
                App app = s.apps().get(s.apps().size() - 1);
                app.writes(1460);
                Received first = peer.next();
                assertTrue(first.payload().length <= mss, () -> "MSS " + mss + ": " + first);
                // those in common use are kept to the byte
                assertTrue(!List.of(536, 1220, 1460).contains(mss) || first.payload().length == mss,
                        () -> "MSS " + mss + ": " + first);
                peer.drain();
                app.aborts();
                peer.drain();
            }
        }
    }

    @Test
    void anAbsentMssIs536AfterACookieToo() {
        try (Script s = flooded()) {
            s.peer().sends(syn());
            s.peer().expects(synAck(0, 1001).noMss());
            s.peer().sends(ack(1001, 1));
            s.app().writes(600);
            s.peer().expects(data(1, 536).noPush(), data(537, 64));
        }
    }

    @Test
    void optionsSwitchedOffStayOff() {
        try (Script s = flooded(with(CulvertChannelOption.TCP_TIMESTAMPS, false))) {
            s.peer().sends(syn().mss(1460).ws(7).timestamps());
            s.peer().expects(synAck(0, 1001).noWs().noTimestamps());
            s.peer().sends(ack(1001, 1).win(1000));
            s.app().writes(2000);
            s.peer().expects(data(1, 1000).noPush().noTimestamps());
        }
    }

    // ---- cookies that are none

    @Test
    void anInvalidCookieGetsAReset() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            for (int wrong : new int[] {0, 2, 257, -300, 1 << 30}) {
                s.peer().sends(ack(1001, wrong));
                s.peer().expects(rst(wrong));
            }
            // the peer's own number is part of it
            s.peer().sends(ack(1002, 1));
            s.peer().expects(rst(1));
            s.expectsStates();
            s.peer().sends(ack(1001, 1));
            s.expectsState(ESTABLISHED);
        }
    }

    @Test
    void aCookieOfAnotherPeerGetsAReset() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            Peer thief = s.peer(40_001);
            thief.sends(ack(1001, s.peer().iss() + 1));
            thief.expects(rst(s.peer().iss() + 1));
            s.expectsStates(thief);
        }
    }

    @Test
    void anExpiredCookieGetsAReset() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.after(ofSeconds(120));
            s.peer().sends(ack(1001, 1));
            s.peer().expects(rst(1));
            s.expectsApps(0);
            drainFlooders(s);
        }
    }

    @Test
    void aCookieIsGoodForAMinuteAtLeast() {
        for (int begin : new int[] {0, 30, 59}) {
            try (Script s = flooded()) {
                s.after(ofSeconds(begin));
                s.peer().sends(syn().mss(1460));
                s.peer().expects(synAck(0, 1001));
                s.after(ofSeconds(60));
                s.peer().sends(ack(1001, 1));
                s.expectsState(ESTABLISHED);
                drainFlooders(s);
            }
        }
    }

    // the counter of minutes is short: it must not come around to the same cookie soon
    @Test
    void anOldCookieStaysExpired() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.after(ofSeconds(60));
            for (int minute = 2; minute < 30; minute++) {
                s.after(Duration.ofMinutes(1));
                s.peer().sends(ack(1001, 1));
                s.peer().expects(rst(1));
            }
            drainFlooders(s);
        }
    }

    @Test
    void aResetOrSynAckNeverBringsACookieBack() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(rst(1001).acks(1));
            s.peer().expectsNothing();
            s.peer().sends(synAck(1001, 1));
            s.peer().expects(rst(1));
            s.expectsStates();
        }
    }

    @Test
    void aCookieIsNoLargerThanItsSyn() {
        try (Script s = flooded()) {
            int port = 41_000;
            List<Spec> syns = List.of(syn(), syn().mss(1460), syn().ws(7), syn().timestamps(),
                    syn().ws(7).timestamps(), syn().mss(9).ws(7).timestamps(), syn().sackPermitted());
            for (Spec spec : syns) {
                Peer peer = s.peer(port++);
                byte[] datagram = peer.bytes(spec);
                peer.sendsRaw(datagram);
                assertTrue(peer.next().bytes() <= datagram.length, spec::toString);
            }
        }
    }
}
