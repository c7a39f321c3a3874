/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.onServer;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.segment.SegmentFlags.ACK;
import static io.culvert.segment.SegmentFlags.SYN;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.LISTEN;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SO_BACKLOG bounds half-open sessions and those not accepted (RFC 4987 3.1), and nothing is amplified. */
final class BacklogTest {
    private static final int BACKLOG = 4;
    private static final int FIRST_FLOODER = 50_000;

    private static Setting backlog(int size) {
        return with(ChannelOption.SO_BACKLOG, size);
    }

    /** A server whose half-open sessions are as many as it may have, of peers that never answer. */
    static Script flooded(Setting... settings) {
        Setting all = setup -> {
            backlog(BACKLOG).applyTo(setup);
            for (Setting setting : settings) {
                setting.applyTo(setup);
            }
        };
        Script s = Script.server(all);
        for (int i = 0; i < BACKLOG; i++) {
            Peer flooder = s.peer(FIRST_FLOODER + i);
            flooder.sends(syn(1).mss(1460));
            flooder.expects(synAck(0, 2));
            s.expectsState(flooder, SYN_RECEIVED);
        }
        return s;
    }

    /** Forgets the SYN,ACKs to those. */
    static void drainFlooders(Script s) {
        for (int i = 0; i < BACKLOG; i++) {
            s.peer(FIRST_FLOODER + i).drain();
        }
    }

    // ---- half-open sessions

    @Test
    void halfOpenSessionsAreBounded() {
        try (Script s = flooded()) {
            for (int i = 0; i < 200; i++) {
                Peer flooder = s.peer(20_000 + i);
                flooder.sends(syn(1).mss(1460));
                flooder.expects(synAck(0, 2));
                // RFC 4987 3.6: no state is kept
                s.expectsStates(flooder);
            }
            s.expectsApps(0);
        }
    }

    // past the bound one SYN,ACK for a SYN, and none by a timer
    @Test
    void aCookieIsSentOnceForEachSyn() {
        try (Script s = flooded()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().expectsNothingFor(ofSeconds(30));
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().expectsNothingFor(ofSeconds(300));
            drainFlooders(s);
        }
    }

    @Test
    void aHalfOpenSessionThatEndsMakesRoom() {
        try (Script s = flooded()) {
            s.peer(FIRST_FLOODER).sends(rst(2));
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.expectsStates(LISTEN, SYN_RECEIVED);
        }
    }

    @Test
    void aHalfOpenSessionThatOpensMakesRoom() {
        try (Script s = flooded()) {
            s.peer(FIRST_FLOODER).sends(ack(2, 1));
            s.expectsState(s.peer(FIRST_FLOODER), ESTABLISHED);
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.expectsStates(LISTEN, SYN_RECEIVED);
        }
    }

    @Test
    void theBacklogIsFreeAgainWhenTheFloodHasTimedOut() {
        try (Script s = flooded()) {
            s.after(ofSeconds(63));
            drainFlooders(s);
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.expectsStates(LISTEN, SYN_RECEIVED);
        }
    }

    // ---- established sessions that nobody accepts

    private static Script fullAcceptQueue() {
        Script s = Script.server(backlog(1), onServer(ChannelOption.AUTO_READ, false));
        Peer first = s.peer(41_000);
        first.sends(syn().mss(1460));
        first.expects(synAck(0, 1001));
        first.sends(ack(1001, 1));
        s.expectsState(first, ESTABLISHED);
        s.expectsApps(0);
        return s;
    }

    private static void accepts(Script s) {
        s.serverChannel().read();
        s.after(Duration.ZERO);
    }

    @Test
    void theLastAckIsDroppedWhileTheAcceptQueueIsFullAndTheSessionIsAcceptedLater() {
        try (Script s = fullAcceptQueue()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.peer().expectsNothing();
            s.expectsStates(LISTEN, SYN_RECEIVED);
            // the SYN,ACK comes again and asks for it
            s.peer().expectsAfter(ofSeconds(1), synAck(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.peer().expectsNothing();
            accepts(s);
            s.expectsApps(1);
            s.peer().expectsWithin(ofSeconds(3), synAck(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.expectsState(ESTABLISHED);
            accepts(s);
            s.expectsApps(2);
            s.app(1).writes("late");
            s.peer().expects(data(1, "late"));
        }
    }

    @Test
    void dataIsDroppedWithTheLastAckAndNeverReset() {
        try (Script s = fullAcceptQueue()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(data(1001, "early").acks(1), data(1006, "bird").acks(1), fin(1010).acks(1));
            s.peer().expectsNothing();
            s.expectsState(SYN_RECEIVED);
            accepts(s);
            s.peer().sends(data(1001, "early").acks(1), data(1006, "bird").acks(1), fin(1010).acks(1));
            accepts(s);
            s.app(1).expectsRead("earlybird");
            s.app(1).expectsInputEnd();
            s.peer().expects(ack(1, 1011));
        }
    }

    @Test
    void aCookieThatComesBackToAFullAcceptQueueIsDroppedAndComesAgain() {
        try (Script s = fullAcceptQueue()) {
            Peer flooder = s.peer(FIRST_FLOODER);
            flooder.sends(syn(1).mss(1460));
            flooder.expects(synAck(0, 2));
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.peer().sends(data(1001, "x").acks(1));
            s.peer().expectsNothing();
            s.expectsStates();
            accepts(s);
            s.peer().sends(data(1001, "x").acks(1));
            s.expectsState(ESTABLISHED);
            accepts(s);
            s.app(1).expectsRead("x");
            s.peer().drain();
            flooder.drain();
        }
    }

    // more than one segment of a client whose cookie had to be dropped: none of them draws a reset
    @Test
    void theDataBehindADroppedCookieIsNotReset() {
        try (Script s = fullAcceptQueue()) {
            Peer flooder = s.peer(FIRST_FLOODER);
            flooder.sends(syn(1).mss(1460));
            flooder.expects(synAck(0, 2));
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(1001, 1), data(1001, 1460).acks(1), data(2461, 1460).acks(1));
            s.peer().expectsNothing();
        }
    }

    @Test
    void aResetFreesAPlaceInTheAcceptQueue() {
        try (Script s = fullAcceptQueue()) {
            s.peer(41_000).sends(rst(1001));
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.expectsState(ESTABLISHED);
            accepts(s);
            s.expectsApps(1);
        }
    }

    // ---- amplification

    @Test
    void anUnverifiedAddressGetsSixSynAcksAtMostAndNothingElse() {
        try (Script s = Script.server()) {
            byte[] syn = s.peer().bytes(syn().mss(1460).ws(7).timestamps());
            s.peer().sendsRaw(syn);
            s.after(ofSeconds(300));
            List<Received> got = s.peer().drain();
            assertEquals(6, got.size());
            for (Received answer : got) {
                assertTrue(answer.has(SYN | ACK));
                assertTrue(answer.bytes() <= syn.length, answer::toString);
            }
        }
    }

    @Test
    void aStraySegmentGetsAtMostOneBareReset() {
        try (Script s = Script.server()) {
            s.peer().sends(data(1, 1400).acks(7).timestamps(1, 2).sack(10, 20));
            Received reset = s.peer().next();
            assertEquals(12, reset.bytes());
            s.peer().expectsNothingFor(ofSeconds(300));
        }
    }
}
