/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.CONGESTION_CONTROL;
import static io.culvert.script.Flight.MSS;
import static io.culvert.script.Flight.acked;
import static io.culvert.script.Setting.peerWin;
import static io.culvert.script.Setting.with;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.culvert.congestion.NewReno;
import org.junit.jupiter.api.Test;

/** New segments for the first duplicate acknowledgments: RFC 3042. */
final class LimitedTransmitTest {
    private static final Setting RENO = with(CONGESTION_CONTROL, NewReno::new);

    private static Flight plain(int segments, int waiting, Setting... settings) {
        Flight f = Flight.plain(settings);
        f.sends(segments, waiting);
        f.after(100);
        return f;
    }

    private static Flight sack(int segments, int waiting, Setting... settings) {
        Flight f = Flight.sack(settings);
        f.sends(segments, waiting);
        f.after(100);
        return f;
    }

    // RFC 3042 section 2
    @Test
    void eachOfTheFirstTwoDuplicatesLetsANewSegmentGo() {
        try (Flight f = plain(10, 5)) {
            f.hears(0);
            f.expects(10);
            f.after(5);
            f.hears(0);
            f.expects(11);
            f.after(5);
            f.hears(0);
            f.expects(0);
        }
    }

    // RFC 3042 section 2: cwnd must not be changed
    @Test
    void theWindowStays() {
        try (Flight f = plain(10, 5)) {
            f.hears(0);
            f.hears(0);
            assertEquals(10 * MSS, f.cwnd());
            f.expects(10, 11);
        }
        try (Flight f = sack(10, 5)) {
            f.hears(0, 1, 2);
            f.hears(0, 1, 3);
            assertEquals(10 * MSS, f.cwnd());
            f.expects(10, 11);
        }
    }

    // RFC 3042 section 2: the advertised window has to allow it
    @Test
    void notBeyondThePeersWindow() {
        try (Flight f = plain(10, 5, peerWin(11 * MSS))) {
            f.hears(0);
            f.expects(10);
            f.after(5);
            f.hears(0);
            f.expects();
        }
    }

    @Test
    void withoutNewDataNothingGoes() {
        try (Flight f = plain(10, 0)) {
            f.hears(0);
            f.hears(0);
            f.expects();
            assertEquals(0, f.s.info().retransmissions());
        }
    }

    // RFC 3042 section 2: with SACK a duplicate has to tell something new
    @Test
    void withSackADuplicateWithoutNewsLetsNothingGo() {
        try (Flight f = sack(10, 5)) {
            f.hears(0);
            f.hears(0);
            f.expects();
            f.hears(0, 3, 4);
            f.expects(10);
            f.after(5);
            f.hears(0, 3, 4);
            f.expects();
        }
    }

    // RFC 3042 section 2: with SACK, too
    @Test
    void withSackEachNewBlockLetsANewSegmentGo() {
        try (Flight f = sack(10, 5)) {
            f.hears(0, 5, 6);
            f.expects(10);
            f.after(5);
            f.hears(0, 5, 7);
            f.expects(11);
        }
    }

    // RFC 3042 section 1: what it is for. Two duplicates of a flight of three make the others that a retransmission
    // needs
    @Test
    void aSmallFlightIsRepairedWithoutATimeout() {
        try (Flight f = Flight.plain(RENO)) {
            f.sends(3, 0);
            f.after(100);
            f.hears(0);
            f.hears(0);
            f.writes(2);
            f.expects(3, 4);
            f.after(90);
            f.hears(0);
            f.expects(0);
            f.after(100);
            f.hears(5);
            assertEquals(0, f.s.info().retransmissionTimeouts());
        }
    }

    // RFC 5681 3.2 step 2: what limited transmit has sent does not count in FlightSize
    @Test
    void whatItSentRaisesNoThreshold() {
        try (Flight f = plain(10, 5, RENO)) {
            f.hears(0);
            f.hears(0);
            f.hears(0);
            assertEquals(5 * MSS, f.ssthresh());
            f.expects(10, 11, 0);
        }
        try (Flight f = sack(10, 5, RENO)) {
            f.peer.sends(acked(0, 1, 2), acked(0, 1, 3), acked(0, 1, 4));
            assertEquals(5 * MSS, f.ssthresh());
            f.drain();
        }
    }
}
