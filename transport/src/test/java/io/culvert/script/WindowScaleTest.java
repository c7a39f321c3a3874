/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.TCP_WINDOW_SCALING;
import static io.culvert.script.Setting.peerWin;
import static io.culvert.script.Setting.peerWs;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.netty.channel.ChannelOption.SO_RCVBUF;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Window scaling: RFC 7323 section 2. */
final class WindowScaleTest {
    // RFC 7323 2.3: the scale fits the largest receive buffer allowed, 64 MiB by default
    @Test
    void offersTheScaleOfTheLargestBuffer() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0).ws(11));
        }
    }

    @ParameterizedTest
    @CsvSource({"134217728, 12", "1073741824, 14"})
    void aLargerBufferTakesALargerScale(int bufferBytes, int scale) {
        try (Script s = Script.client(with(SO_RCVBUF, bufferBytes))) {
            s.peer().expects(syn(0).ws(scale));
        }
    }

    // RFC 7323 2.2: an answer has the option only when the SYN had it
    @Test
    void answersOnlyWhenOffered() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001).noWs());
            s.peer(40001).sends(syn(1000).mss(1460).ws(0));
            s.peer(40001).expects(synAck(0, 1001).ws(11));
        }
    }

    @Test
    void isNeitherOfferedNorAcceptedWhenSwitchedOff() {
        try (Script s = Script.client(with(TCP_WINDOW_SCALING, false))) {
            s.peer().expects(syn(0).noWs());
            s.peer().sends(synAck(1000, 1).mss(1460).ws(7).win(1000));
            s.peer().expects(ack(1, 1001));
            s.peer().sends(ack(1001, 1).win(2000));
            assertEquals(2000, s.info().peerWindowBytes());
        }
        try (Script s = Script.server(with(TCP_WINDOW_SCALING, false))) {
            s.peer().sends(syn(1000).mss(1460).ws(7));
            s.peer().expects(synAck(0, 1001).noWs());
        }
    }

    // RFC 7323 2.2: the window of a SYN is never scaled
    @Test
    void theWindowOfASynIsNotScaled() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0).win(65535));
            s.peer().sends(synAck(1000, 1).mss(1460).ws(7).win(1000));
            assertEquals(1000, s.info().peerWindowBytes());
            s.peer().expects(ack(1, 1001));
            s.peer().sends(ack(1001, 1).win(1000));
            assertEquals(128_000, s.info().peerWindowBytes());
        }
    }

    @Test
    void thePeersWindowIsScaled() {
        try (Script s = Script.establishedServer(peerWs(7), peerWin(80))) {
            assertEquals(80 << 7, s.info().peerWindowBytes());
            s.app().writes(20_000);
            assertEquals(7 * 1460, s.peer().drain().stream().mapToInt(segment -> segment.payload().length).sum());
        }
    }

    // RFC 7323 2.3: a shift count above 14 counts as 14
    @Test
    void aScaleAbove14CountsAs14() {
        try (Script s = Script.establishedServer(peerWs(15))) {
            s.peer().sends(ack(1001, 1).win(2));
            assertEquals(2 << 14, s.info().peerWindowBytes());
        }
    }

    @Test
    void withoutTheOptionThePeersWindowIsNotScaled() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(ack(1001, 1).win(777));
            assertEquals(777, s.info().peerWindowBytes());
        }
    }

    @Test
    void ourWindowIsScaled() {
        try (Script s = Script.establishedServer(peerWs(7), with(SO_RCVBUF, 1 << 20))) {
            s.peer().sends(data(1001, 10), data(1011, 10));
            s.app().expectsRead(20);
            Received ack = s.peer().next();
            // RFC 7323 2.4: the field is the window shifted right, rounded to a unit
            assertTrue(Math.abs(ack.windowBytes() - (1 << 20)) <= 1 << 11, "window " + ack.windowBytes());
            assertEquals(ack.windowBytes(), (long) ack.win() << 11);
        }
    }
}
