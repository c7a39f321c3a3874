/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.TCP_MAXSEG;
import static io.culvert.script.Setting.peerMss;
import static io.culvert.script.Setting.peerTimestamps;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a segment is: RFC 9293 3.7.1, RFC 6691. */
final class SegmentSizeTest {
    // RFC 9293 3.7.1: the peer's MSS is never exceeded
    @ParameterizedTest
    @ValueSource(ints = {64, 536, 1000, 1460})
    void neverExceedsThePeersMss(int mss) {
        try (Script s = Script.establishedServer(peerMss(mss))) {
            s.app().writes(3 * mss);
            s.peer().expects(data(1, mss).noPush(), data(1 + mss, mss).noPush(), data(1 + 2 * mss, mss));
        }
    }

    // RFC 6691: options come off the payload
    @Test
    void optionsCountAgainstThePeersMss() {
        try (Script s = Script.establishedServer(peerMss(1000), peerTimestamps())) {
            s.app().writes(2 * 988);
            s.peer().expects(data(1, 988).noPush(), data(989, 988));
            assertEquals(988, s.info().segmentBytes());
        }
    }

    // RFC 9293 3.7.1: absent means 536
    @Test
    void absentMssMeans536() {
        try (Script s = Script.establishedServer(peerMss(0))) {
            s.app().writes(1000);
            s.peer().expects(data(1, 536).noPush(), data(537, 464));
        }
    }

    @Test
    void absentMssOnASynAckMeans536() {
        try (Script s = Script.establishedClient(peerMss(0))) {
            s.app().writes(1000);
            s.peer().expects(data(1, 536).noPush(), data(537, 464));
        }
    }

    @Test
    void thePathBoundsWhatThePeerWouldTake() {
        try (Script s = Script.establishedServer(peerMss(65000))) {
            s.app().writes(3000);
            s.peer().expects(data(1, 1460).noPush(), data(1461, 1460).noPush(), data(2921, 80));
        }
    }

    // RFC 9293 3.7.1, RFC 6691: interface MTU - IP header - 20
    @Test
    void announcesWhatTheInterfaceTakes() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0).mss(1460));
        }
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(500));
            s.peer().expects(synAck(0, 1001).mss(1460));
        }
    }

    @Test
    void maxsegIsAnnouncedAndKept() {
        try (Script s = Script.client(with(TCP_MAXSEG, 600))) {
            s.peer().expects(syn(0).mss(600));
            s.peer().sends(synAck(1000, 1).mss(1460));
            s.peer().expects(ack(1, 1001));
            s.app().writes(1000);
            s.peer().expects(data(1, 600).noPush(), data(601, 400));
        }
    }

    @Test
    void maxsegOfAServerIsAnnouncedAndKept() {
        try (Script s = Script.server(with(TCP_MAXSEG, 600))) {
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001).mss(600));
            s.peer().sends(ack(1001, 1));
            s.app().writes(1000);
            s.peer().expects(data(1, 600).noPush(), data(601, 400));
        }
    }

    @Test
    void maxsegDoesNotRaiseThePeersMss() {
        try (Script s = Script.establishedServer(with(TCP_MAXSEG, 1400), peerMss(700))) {
            s.app().writes(1000);
            s.peer().expects(data(1, 700).noPush(), data(701, 300));
        }
    }
}
