/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.TCP_TIMESTAMPS;
import static io.culvert.script.Setting.peerTimestamps;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.segment;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.segment.SegmentFlags.PSH;
import static io.culvert.state.ConnectionState.CLOSED;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The timestamps option: RFC 7323 sections 3 to 5. */
final class TimestampsTest {
    // RFC 7323 5.3 R1: a segment with an older TSval gets an ACK and is dropped
    @Test
    void dropsAnOldSegmentWithAnAck() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            int recent = s.peer().clock();
            s.after(ofMillis(10));
            s.peer().sends(data(1001, 10).timestamps(recent - 1, s.peer().lastTsVal()));
            s.peer().expects(ack(1, 1001).tsEcr(recent));
            s.app().expectsNothingRead();
            s.peer().sends(data(1001, 10).timestamps(recent, s.peer().lastTsVal()));
            s.app().expectsRead(10);
            s.peer().expectsWithin(ofMillis(40), ack(1, 1011));
        }
    }

    // RFC 7323 5.3: RST segments are exempt, with an old TSval or none
    @Test
    void takesAnOldReset() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            s.peer().sends(rst(1001).timestamps(s.peer().clock() - 1000, 0));
            s.app().expectsFailure(IOException.class, "reset");
            s.expectsState(CLOSED);
        }
    }

    @Test
    void takesAResetWithoutTheOption() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            s.peer().sends(rst(1001).noTimestamps());
            s.app().expectsFailure(IOException.class, "reset");
            s.expectsState(CLOSED);
        }
    }

    // RFC 7323 3.2: once negotiated, a segment without the option is dropped silently
    @Test
    void dropsASegmentWithoutTheOption() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            s.peer().sends(data(1001, 10).noTimestamps());
            s.peer().expectsNothingFor(ofSeconds(1));
            s.app().expectsNothingRead();
        }
    }

    // RFC 7323 3.2: not negotiated, an option that comes nevertheless means nothing
    @Test
    void ignoresTheOptionWhenItWasNotNegotiated() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, 10).timestamps(5, 5), data(1011, 10).timestamps(4, 4));
            s.peer().expects(ack(1, 1021).noTimestamps());
            s.app().expectsRead(20);
        }
    }

    // RFC 7323 3.2
    @Test
    void everySegmentHasTheOptionOnceNegotiated() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello").timestamps());
            s.peer().sends(data(1001, 10), data(1011, 10));
            s.peer().expects(ack(6, 1021).timestamps());
            s.app().expectsRead(20);
            s.app().closes();
            s.peer().expects(fin(6).timestamps());
        }
    }

    @Test
    void isNotOfferedWhenSwitchedOff() {
        try (Script s = Script.client(with(TCP_TIMESTAMPS, false))) {
            s.peer().expects(syn(0).noTimestamps());
            s.peer().sends(synAck(1000, 1).mss(1460).timestamps(7, 0));
            s.peer().expects(ack(1, 1001).noTimestamps());
        }
    }

    @Test
    void isNotAcceptedWhenSwitchedOff() {
        try (Script s = Script.server(with(TCP_TIMESTAMPS, false))) {
            s.peer().sends(syn(1000).mss(1460).timestamps());
            s.peer().expects(synAck(0, 1001).noTimestamps());
        }
    }

    // RFC 7323 4.3 (2): a segment to the right of Last.ACK.sent leaves TS.Recent
    @Test
    void aSegmentAheadOfAHoleIsNotEchoed() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            int first = s.peer().clock();
            s.after(ofMillis(5));
            s.peer().sends(data(1011, 10));
            s.peer().expects(ack(1, 1001).tsEcr(first));
            s.after(ofMillis(5));
            int filling = s.peer().clock();
            s.peer().sends(data(1001, 10));
            s.peer().expects(ack(1, 1021).tsEcr(filling));
            s.app().expectsRead(20);
        }
    }

    // RFC 7323 4.3 (2): with delayed ACKs the echo is that of the first segment not acknowledged
    @Test
    void aDelayedAckEchoesTheFirstSegment() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            s.peer().sends(data(1001, 1000), data(2001, 1000));
            s.peer().expects(ack(1, 3001));
            s.after(ofMillis(5));
            int first = s.peer().clock();
            s.peer().sends(data(3001, 500));
            s.after(ofMillis(10));
            s.peer().sends(data(3501, 100));
            s.peer().expectsAfter(ofMillis(30), ack(1, 3601).tsEcr(first));
            s.app().expectsRead(2600);
        }
    }

    // RFC 7323 5.3 R3 with RFC 5961 5.2: only a segment that passes every check moves TS.Recent
    @Test
    void aSegmentThatFailsTheAckCheckLeavesTheEcho() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            int recent = s.peer().clock();
            s.peer().sends(data(1001, 10).acks(5000).timestamps(recent + 100_000, 0));
            s.peer().expects(ack(1, 1001).tsEcr(recent));
            s.peer().sends(data(1001, 10));
            s.peer().expectsWithin(ofMillis(40), ack(1, 1011).tsEcr(recent));
            s.app().expectsRead(10);
        }
    }

    @Test
    void aSegmentOutsideTheWindowLeavesTheEcho() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            int recent = s.peer().clock();
            s.peer().sends(data(901, new byte[100]).acks(1).timestamps(recent + 100_000, 0));
            s.peer().expects(ack(1, 1001).tsEcr(recent));
            s.peer().sends(ack(1001, 1));
            s.peer().expectsNothing();
            s.app().writes("a");
            s.peer().expects(data(1, "a").tsEcr(recent));
        }
    }

    @Test
    void aSegmentWithoutAckBitLeavesTheEcho() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            int recent = s.peer().clock();
            s.peer().sends(segment(PSH).seq(1001).timestamps(recent + 100_000, 0));
            s.app().writes("a");
            s.peer().expects(data(1, "a").tsEcr(recent));
        }
    }

    // RFC 7323 5.3: timestamps are compared modulo 2^32
    @Test
    void comparesTimestampsAcrossTheirWrap() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(1460).timestamps(0xfffffff0L, 0));
            s.peer().expects(synAck(0, 1001).tsEcr(0xfffffff0L));
            s.peer().sends(ack(1001, 1).timestamps(0xfffffff8L, s.peer().lastTsVal()));
            s.peer().sends(data(1001, 10).timestamps(3, s.peer().lastTsVal()));
            s.app().expectsRead(10);
            s.peer().expectsWithin(ofMillis(40), ack(1, 1011).tsEcr(3));
        }
    }

    // RFC 7323 5.5: a TS.Recent of more than 24 days is no longer compared
    @Test
    void forgetsTheLatestTimestampAfter24Days() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            int recent = s.peer().clock();
            s.after(Duration.ofDays(24).plusSeconds(1));
            s.peer().sends(data(1001, 10).timestamps(recent - 1, s.peer().lastTsVal()));
            s.app().expectsRead(10);
            s.peer().expectsWithin(ofMillis(40), ack(1, 1011).tsEcr(recent - 1));
        }
    }

    // RFC 7323 5.4: a clock of one tick a millisecond
    @Test
    void theClockTicksInMilliseconds() {
        try (Script s = Script.establishedServer(peerTimestamps())) {
            int before = s.peer().lastTsVal();
            s.after(ofMillis(123));
            s.app().writes("a");
            s.peer().expects(data(1, "a").tsVal(before + 123));
        }
    }

    // RFC 7323 5.4: not the same clock for every peer
    @Test
    void peersSeeClocksOfDifferentOffsets() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(1460).timestamps());
            s.peer().expects(synAck(0, 1001).timestamps());
            s.peer(40001).sends(syn(1000).mss(1460).timestamps());
            s.peer(40001).expects(synAck(0, 1001).timestamps());
            assertNotEquals(s.peer().lastTsVal(), s.peer(40001).lastTsVal());
        }
    }
}
