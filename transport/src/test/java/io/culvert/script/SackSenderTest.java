/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.SackFlight.MSS;
import static io.culvert.script.SackFlight.acked;
import static io.culvert.script.SackFlight.blocks;
import static io.culvert.script.SackFlight.edge;
import static io.culvert.script.Setting.peerIsn;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.fin;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the peer's selective acknowledgments make us do: RFC 2018 sections 5 and 8, and the pipe of RFC 6675. */
final class SackSenderTest {
    // ---- what is retransmitted

    // RFC 2018 5: what is not selectively acknowledged below what is
    @Test
    void onlyHolesAreRetransmitted() {
        try (SackFlight f = new SackFlight()) {
            f.sends(10);
            f.after(100);
            f.hears(0, 1, 4, 5, 7, 9, 10);
            f.expects(0, 4, 7, 8);
            f.after(100);
            f.hears(10);
            f.peer.expectsNothingFor(ofSeconds(10));
            assertEquals(4, f.s.info().retransmissions());
            assertEquals(0, f.s.info().retransmissionTimeouts());
            assertEquals(1, f.s.info().fastRecoveries());
        }
    }

    @Test
    void ofEverythingButTheHeadSackedTheHeadIsRetransmitted() {
        try (SackFlight f = new SackFlight()) {
            f.sends(10);
            f.after(100);
            f.hears(0, 1, 10);
            f.expects(0);
            f.after(100);
            f.hears(10);
            f.peer.expectsNothingFor(ofSeconds(10));
            f.s.app().expectsWritten();
        }
    }

    // RFC 2018 5: the SACKed bit; a block tells of a segment once and for all
    @Test
    void whatIsSackedIsNotRetransmittedThoughLaterBlocksDoNotTellOfIt() {
        try (SackFlight f = new SackFlight()) {
            f.sends(10);
            f.after(100);
            f.hears(0, 2, 3);
            f.hears(0, 4, 5);
            f.hears(0, 6, 7);
            f.expects(0, 1, 3, 5);
            f.after(100);
            f.hears(0, 8, 9);
            f.expects(7);
            f.after(100);
            f.hears(10);
            f.peer.expectsNothing();
        }
    }

    // RFC 2018 5 wants the marks cleared by a timeout for the fear of reneging; RFC 6675 5.1 and Linux keep them
    @Test
    void whatIsSackedIsNotRetransmittedByATimeout() {
        try (SackFlight f = new SackFlight()) {
            f.sends(5);
            f.after(100);
            f.hears(0, 1, 3, 4, 5);
            f.expects(0, 3);
            f.expectsAfter(f.s.rto(), 0, 3);
            f.after(100);
            f.hears(5);
            f.peer.expectsNothingFor(ofSeconds(10));
            assertEquals(1, f.s.info().retransmissionTimeouts());
        }
    }

    // ---- the pipe

    // RFC 6675 4: neither what is SACKed nor what is lost is in the network
    @Test
    void whatIsSackedOrLostMakesRoomInTheWindow() {
        try (SackFlight f = new SackFlight()) {
            f.window.bytes = 10 * MSS;
            f.writes(30);
            f.expects(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            f.after(100);
            f.hears(0, 1, 2);
            f.expects(10);
            f.hears(0, 1, 3);
            f.expects(11);
            // 0 is lost and sent again: only what is SACKed makes room
            f.hears(0, 1, 6);
            f.expects(0, 12, 13, 14);
            // 6 and 7 are lost
            f.hears(0, 8, 10, 1, 6);
            f.expects(6, 7, 15, 16);
        }
    }

    // RFC 6675 5 step C, NextSeg: what is lost in the order of the stream, then what is new
    @Test
    void lossesAreRetransmittedInOrderAndBeforeNewData() {
        try (SackFlight f = new SackFlight()) {
            f.window.bytes = 10 * MSS;
            f.writes(30);
            f.expects(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            f.window.bytes = 2 * MSS;
            f.after(100);
            f.hears(0, 6, 10);
            f.expects(0, 1);
            f.after(100);
            f.hears(1, 6, 10);
            f.expects(2);
            f.hears(2, 6, 10);
            f.expects(3);
            f.hears(3, 6, 10);
            f.expects(4);
            f.hears(4, 6, 10);
            f.expects(5);
            f.hears(5, 6, 10);
            f.expects(10);
            f.hears(10);
            f.expects(11);
        }
    }

    // RFC 6675 5 step 4.3: the first retransmission leaves however full the network is
    @Test
    void theFirstRetransmissionNeedsNoRoomInTheWindow() {
        try (SackFlight f = new SackFlight()) {
            f.sends(10);
            f.window.bytes = MSS;
            f.after(100);
            f.hears(0, 2, 5);
            f.expects(0);
        }
    }

    // ---- blocks that say nothing

    // RFC 2018 3: a block holds what was received, so part of a segment does not make the segment so
    @Test
    void aSegmentOfWhichAPartIsSackedIsNot() {
        try (SackFlight f = new SackFlight()) {
            f.sends(4);
            f.after(100);
            f.peer.sends(acked(0).sack(edge(1) + 1, edge(3) + MSS - 1));
            f.expectsAfter(ofMillis(25), 0, 1);
            f.peer.sends(acked(0).sack(edge(1) + 1, edge(4)));
            f.peer.expectsNothing();
            f.after(100);
            f.peer.sends(acked(2).sack(edge(2), edge(4)));
            f.peer.expectsNothing();
        }
    }

    @Test
    void blocksBeyondWhatWasSentAreIgnored() {
        try (SackFlight f = new SackFlight()) {
            f.sends(5);
            f.after(100);
            f.peer.sends(acked(0).sack(edge(1), edge(5) + 1),
                    acked(0).sack(edge(5), edge(9)),
                    acked(0).sack(edge(2), edge(3) + (1 << 30)));
            f.peer.expectsNothingFor(ofMillis(90));
            f.expectsAfter(ofMillis(10), 4);
            assertEquals(1, f.s.info().tailLossProbes());
        }
    }

    @Test
    void blocksThatEndBeforeTheyBeginAreIgnored() {
        try (SackFlight f = new SackFlight()) {
            f.sends(5);
            f.after(100);
            f.peer.sends(acked(0).sack(edge(4), edge(1)), acked(0).sack(edge(2), edge(2)),
                    acked(0).sack(edge(1), edge(1) + (1L << 31)));
            f.peer.expectsNothingFor(ofMillis(90));
            f.expectsAfter(ofMillis(10), 4);
        }
    }

    // an acknowledgment that was overtaken on its way
    @Test
    void blocksOfWhatIsAcknowledgedAreIgnored() {
        try (SackFlight f = new SackFlight()) {
            f.sends(8);
            f.after(100);
            f.hears(5);
            f.peer.sends(acked(0).sack(blocks(2, 5, 1, 2)), acked(5).sack(edge(1) - 100_000, edge(0)));
            f.peer.expectsNothingFor(ofMillis(150));
            assertEquals(0, f.s.info().retransmissions());
        }
    }

    // RFC 2018 3: the byte just below a block was not received, so SND.UNA lies in none
    @Test
    void aBlockThatHoldsWhatIsMissingIsIgnored() {
        try (SackFlight f = new SackFlight()) {
            f.sends(6);
            f.after(100);
            f.hears(0, 0, 4);
            f.peer.expectsNothingFor(ofMillis(50));
            f.hears(2, 3, 6);
            f.expects(2);
            f.hears(2, 1, 5, 3, 6);
            f.peer.expectsNothing();
        }
    }

    // what is new in an acknowledgment that was overtaken counts all the same
    @Test
    void newBlocksOfAnOldAcknowledgmentCount() {
        try (SackFlight f = new SackFlight()) {
            f.sends(8);
            f.after(100);
            f.hears(2, 3, 4);
            f.hears(1, 5, 7);
            f.expects(2, 4);
        }
    }

    // RFC 2883 4: the first block may tell of a duplicate, which is no news of what is missing
    @Test
    void aDuplicateSackIsNoSack() {
        try (SackFlight f = new SackFlight()) {
            f.sends(8);
            f.after(100);
            f.hears(2, 0, 1);
            f.hears(2, 0, 2, 4, 5);
            f.hears(2, 4, 5, 4, 5);
            f.peer.expectsNothing();
            // 50 ms and not 25, as RFC 8985 6.2 step 4 says
            f.expectsAfter(ofMillis(50), 2, 3);
        }
    }

    // sequence numbers go around
    @Test
    void blocksMayStraddleTheEndOfTheSequenceSpace() {
        try (SackFlight f = new SackFlight(peerIsn(0xFFFF_FF00L))) {
            f.sends(5);
            f.after(100);
            f.peer.sends(ack().acks(edge(0)).sack(blocks(1, 5)));
            f.expects(0);
        }
    }

    // ---- reneging

    // RFC 2018 8: SND.UNA stands at what was SACKed, so the peer has it no more; as Linux, after half a round trip
    @Test
    void whatThePeerHasDroppedIsRetransmitted() {
        try (SackFlight f = new SackFlight()) {
            f.sends(5);
            f.after(100);
            f.hears(0, 1, 5);
            f.expects(0);
            f.after(100);
            f.hears(1);
            f.expectsAfter(ofMillis(50), 1, 2, 3, 4);
            f.after(100);
            f.hears(5);
            f.peer.expectsNothingFor(ofSeconds(10));
            f.s.app().expectsWritten();
        }
    }

    // acknowledgments of what fills the hole may come one by one
    @Test
    void anAcknowledgmentThatFollowsSoonShowsThatNothingWasDropped() {
        try (SackFlight f = new SackFlight()) {
            f.sends(5);
            f.after(100);
            f.hears(0, 1, 5);
            f.expects(0);
            f.after(100);
            f.hears(1);
            f.after(30);
            f.hears(5);
            f.peer.expectsNothingFor(ofMillis(100));
            assertEquals(0, f.s.info().retransmissionTimeouts());
        }
    }

    @Test
    void afterRenegingNewBlocksCount() {
        try (SackFlight f = new SackFlight()) {
            f.sends(5);
            f.after(100);
            f.hears(0, 1, 5);
            f.expects(0);
            f.after(100);
            f.hears(1);
            f.expectsAfter(ofMillis(50), 1, 2, 3, 4);
            f.after(100);
            f.hears(1, 2, 5);
            f.expects(1);
            f.after(100);
            f.hears(5);
            f.peer.expectsNothingFor(ofSeconds(10));
        }
    }

    // RFC 2018 8: on a short path the peer is given 10 ms
    @Test
    void aPeerOnAShortPathIsGivenTenMilliseconds() {
        try (SackFlight f = new SackFlight(ofMillis(2), false)) {
            f.sends(5);
            f.after(2);
            f.hears(0, 1, 5);
            f.expects(0);
            f.after(2);
            f.hears(1);
            f.expectsAfter(ofMillis(10), 1, 2, 3, 4);
        }
    }

    // ---- the peer's window

    // RFC 7323 2.4: only the first segment goes beyond a window that has shrunk
    @Test
    void lossesBeyondAShrunkWindowWait() {
        try (SackFlight f = new SackFlight()) {
            f.sends(10);
            f.after(100);
            f.peer.sends(acked(0).sack(blocks(5, 10)).win(3 * MSS));
            f.expects(0, 1, 2);
            f.after(100);
            f.peer.sends(acked(3).sack(blocks(5, 10)).win(MSS));
            f.expects(3);
            f.after(100);
            f.peer.sends(acked(4).sack(blocks(5, 10)).win(7 * MSS));
            f.expects(4);
        }
    }

    @Test
    void theHeadIsRetransmittedIntoAClosedWindow() {
        try (SackFlight f = new SackFlight()) {
            f.sends(5);
            f.after(100);
            f.peer.sends(acked(0).sack(blocks(2, 5)).win(0));
            f.expects(0);
        }
    }

    // ---- FIN

    // RFC 9293 3.4: FIN takes a sequence number, which a block can hold
    @Test
    void aSackedFinIsNotRetransmitted() {
        try (SackFlight f = new SackFlight()) {
            f.sends(3);
            f.s.app().shutsOutput();
            f.peer.expects(fin(edge(3)));
            f.after(100);
            f.peer.sends(acked(0).sack(edge(1), edge(3) + 1));
            f.expects(0);
            f.after(100);
            f.peer.sends(ack(1001, edge(3) + 1));
            f.s.expectsState(FIN_WAIT_2);
            f.peer.expectsNothingFor(ofSeconds(5));
        }
    }

    @Test
    void aFinThatWasLostIsRetransmitted() {
        try (SackFlight f = new SackFlight()) {
            f.sends(3);
            f.s.app().shutsOutput();
            f.peer.expects(fin(edge(3)));
            f.after(100);
            // SND.NXT - 1 is the FIN
            f.hears(0, 1, 3);
            f.expectsAfter(ofMillis(25), 0);
            f.after(100);
            f.hears(3);
            f.peer.expects(fin(edge(3)));
            f.after(100);
            f.peer.sends(ack(1001, edge(3) + 1));
            f.s.expectsState(FIN_WAIT_2);
        }
    }

    // ---- a hostile peer

    /** Whatever acknowledgments say, only what was written leaves, whole and in bounds, and all of it gets there. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomBlocksNeverSpoilTheStream(long seed) {
        int segments = 300;
        try (SackFlight f = new SackFlight(peerIsn(0xFFFF_F000L + seed))) {
            HostilePeer hostile = new HostilePeer(f, seed);
            f.writes(segments);
            for (int i = 0; i < 1000; i++) {
                hostile.acts();
                List<Received> got = f.peer.drain();
                assertTrue(got.size() <= 2 * f.window.bytes / MSS, () -> "a burst of " + got.size());
                hostile.checks(got);
            }
            hostile.behaves();
            f.s.app().expectsWritten();
            assertEquals(0, f.s.info().flightBytes());
            assertEquals(0, f.s.info().sendQueueBytes());
            f.s.app().expectsOpen();
        }
    }
}
