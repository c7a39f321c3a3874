/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.peerWin;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.netty.channel.ChannelOption.RECVBUF_ALLOCATOR;
import static io.netty.channel.ChannelOption.SO_RCVBUF;
import static io.netty.channel.ChannelOption.TCP_NODELAY;
import static java.time.Duration.ofMillis;

import io.netty.channel.FixedRecvByteBufAllocator;
import org.junit.jupiter.api.Test;

/** Silly-window avoidance and the Nagle algorithm: RFC 9293 3.8.6.2 and 3.7.4. */
final class SillyWindowTest {
    private static final int MSS = 1460;

    // RFC 9293 3.8.6.2.2: the right edge moves by min(half the buffer, a full segment) at least
    @Test
    void theReceiverOpensItsWindowByAFullSegment() {
        try (Script s = Script.establishedServer(with(SO_RCVBUF, 8000),
                with(RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(100)))) {
            s.app().stopsReading();
            for (int i = 0; i < 8; i++) {
                s.peer().sends(data(1001 + i * 1000, 1000).acks(1));
            }
            s.after(ofMillis(40));
            s.peer().drain();
            for (int i = 0; i < 14; i++) {
                s.app().reads();
            }
            s.app().expectsRead(1400);
            s.peer().expectsNothing();
            s.peer().sends(ack(9000, 1));
            s.peer().expects(ack(1, 9001).win(0));
            s.app().reads();
            s.app().expectsRead(100);
            s.peer().expects(ack(1, 9001).win(1500));
        }
    }

    @Test
    void aSmallBufferOpensByItsHalf() {
        try (Script s = Script.establishedServer(with(SO_RCVBUF, 1000),
                with(RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(100)))) {
            s.app().stopsReading();
            s.peer().sends(data(1001, 1000).acks(1));
            s.peer().expectsWithin(ofMillis(40), ack(1, 2001).win(0));
            for (int i = 0; i < 4; i++) {
                s.app().reads();
                s.peer().expectsNothing();
            }
            s.app().reads();
            s.peer().expects(ack(1, 2001).win(500));
            s.app().expectsRead(500);
        }
    }

    // RFC 9293 3.8.6.2.1 (1) and (4): a small part of a small window waits for the override timeout
    @Test
    void theSenderDoesNotFillASillyWindow() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(ack(1001, 1).win(500));
            s.app().writes(2000);
            s.peer().expectsNothing();
            s.peer().expectsAfter(s.rto(), data(1, 500).noPush());
        }
    }

    // a segment that went is no unanswered question: nothing backs the override timeout off
    @Test
    void everySillyWindowWaitsForOneOverrideTimeout() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(ack(1001, 1).win(500));
            s.app().writes(3000);
            for (int seq = 1; seq <= 2001; seq += 500) {
                s.peer().expectsAfter(s.rto(), data(seq, 500).noPush());
                s.peer().sends(ack(1001, seq + 500).win(500));
            }
            s.peer().expects(data(2501, 500));
        }
    }

    // RFC 9293 3.8.6.2.1 (2): everything queued
    @Test
    void theSenderSendsAllThatIsQueuedIntoASmallWindow() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(ack(1001, 1).win(500));
            s.app().writes(400);
            s.peer().expects(data(1, 400));
        }
    }

    // RFC 9293 3.8.6.2.1 (3): half of the largest window seen
    @Test
    void theSenderFillsHalfOfTheLargestWindow() {
        try (Script s = Script.establishedServer(peerWin(2000))) {
            s.app().writes(5000);
            s.peer().expects(data(1, MSS).noPush());
            s.peer().sends(ack(1001, 1 + MSS).win(999));
            s.peer().expectsNothing();
            s.peer().sends(ack(1001, 1 + MSS).win(1000));
            s.peer().expects(data(1 + MSS, 1000).noPush());
        }
    }

    // RFC 896: one small segment in flight
    @Test
    void nagleGathersSmallWrites() {
        try (Script s = Script.establishedServer(with(TCP_NODELAY, false))) {
            s.app().writes("a");
            s.peer().expects(data(1, "a"));
            s.app().writes("b");
            s.app().writes("c");
            s.peer().expectsNothing();
            s.peer().sends(ack(1001, 2));
            s.peer().expects(data(2, "bc"));
        }
    }

    @Test
    void nagleLetsFullSegmentsGo() {
        try (Script s = Script.establishedServer(with(TCP_NODELAY, false))) {
            s.app().writes(10);
            s.peer().expects(data(1, 10));
            s.app().writes(MSS + 5);
            s.peer().expects(data(11, MSS).noPush());
            s.peer().expectsNothing();
            s.peer().sends(ack(1001, 11 + MSS));
            s.peer().expects(data(11 + MSS, 5));
        }
    }

    @Test
    void nagleDoesNotHoldTheEndOfTheStream() {
        try (Script s = Script.establishedServer(with(TCP_NODELAY, false))) {
            s.app().writes("a");
            s.peer().expects(data(1, "a"));
            s.app().writes("b");
            s.app().shutsOutput();
            s.peer().expects(data(2, "b").and(FIN));
        }
    }

    @Test
    void withoutNagleEveryWriteGoesAtOnce() {
        try (Script s = Script.establishedServer()) {
            s.app().writes("a");
            s.app().writes("b");
            s.peer().expects(data(1, "a"), data(2, "b"));
        }
    }

    // RFC 9293 3.9.1.2: PSH on the segment that empties the send queue
    @Test
    void theSegmentThatEmptiesTheQueueIsPushed() {
        try (Script s = Script.establishedServer()) {
            s.app().writes(3 * MSS);
            s.peer().expects(data(1, MSS).noPush(), data(1 + MSS, MSS).noPush(), data(1 + 2 * MSS, MSS));
            s.app().writes(MSS + 1);
            s.peer().expects(data(1 + 3 * MSS, MSS).noPush(), data(1 + 4 * MSS, 1));
        }
    }
}
