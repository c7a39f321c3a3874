/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.INTERFACE_MTU;
import static io.culvert.CulvertChannelOption.TCP_MAXSEG;
import static io.culvert.script.Setting.peerMss;
import static io.culvert.script.Setting.peerSack;
import static io.culvert.script.Setting.peerTimestamps;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.SessionInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How discovery of the path's MTU looks on the wire: RFC 8899, with the probes of RFC 4821. */
final class PathMtuTest {
    private static final int MSS = 1460;
    private static final int BASE = 1200 - 40;
    private static final int JUMBO = 8960;
    private static final int WINDOW = 10 * MSS;

    /** Both interfaces take 9000. */
    private static Script jumbo(Setting... more) {
        Setting[] all = new Setting[more.length + 2];
        all[0] = with(INTERFACE_MTU, JUMBO + 40);
        all[1] = peerMss(JUMBO);
        System.arraycopy(more, 0, all, 2, more.length);
        return Script.establishedServer(all);
    }

    /** The first window is acknowledged and so much is left; the probe is the next segment. */
    private static Script jumboWithAProbeNext(int left, Setting... more) {
        Script s = jumbo(more);
        s.app().writes(WINDOW + left);
        expectsFull(s, 1, 10);
        s.peer().sends(ack(1001, 1 + WINDOW));
        return s;
    }

    private static void expectsFull(Script s, int seq, int segments) {
        for (int i = 0; i < segments; i++) {
            s.peer().expects(data(seq + i * MSS, MSS).noPush());
        }
    }

    /** Ten segments, one after the other, disappear; at the third timeout the first goes again at the base size. */
    private static void fallsIntoABlackHole(Script s) {
        for (int i = 0; i < 10; i++) {
            s.app().writes(MSS);
            s.peer().expects(data(1 + i * MSS, MSS));
            s.after(Duration.ofMillis(1));
        }
        s.app().writes(10_000);
        s.peer().expectsWithin(s.rto(), data(1, MSS).noPush());
        s.peer().expectsAfter(s.rto(), data(1, MSS).noPush());
        s.peer().expectsAfter(s.rto(), data(1, BASE).noPush());
    }

    // RFC 6928, and RFC 4821 7.4: the first flight carries no probe
    @Test
    void beginsWithEthernetsSize() {
        try (Script s = jumbo()) {
            assertEquals(1500, s.info().mtu());
            s.app().writes(40_000);
            expectsFull(s, 1, 10);
            s.peer().expectsNothing();
        }
    }

    // RFC 8899 4.1, 4.2, and RFC 4821: a probe is data; what is acknowledged is confirmed
    @Test
    void aProbeThatIsAcknowledgedRaisesTheSegmentSize() {
        try (Script s = jumboWithAProbeNext(45_000)) {
            int probe = 1 + WINDOW;
            s.peer().expects(data(probe, JUMBO).noPush());
            expectsFull(s, probe + JUMBO, 13);
            assertEquals(1500, s.info().mtu());
            s.peer().sends(ack(1001, probe + JUMBO));
            assertEquals(9000, s.info().mtu());
            assertEquals(JUMBO, s.info().segmentBytes());
            s.peer().expects(data(probe + JUMBO + 13 * MSS, JUMBO).noPush());
            s.peer().drain();
        }
    }

    // RFC 6691: options count
    @Test
    void optionsCountAgainstTheProbe() {
        try (Script s = jumbo(peerTimestamps())) {
            s.app().writes(60_000);
            s.peer().drain();
            s.peer().sends(ack(1001, 1 + 10 * (MSS - 12)));
            s.peer().expects(data(1 + 10 * (MSS - 12), JUMBO - 12).noPush());
            s.peer().drain();
        }
    }

    // RFC 8899 section 3 item 7: the loss of a probe SHOULD NOT trigger a congestion control reaction
    @Test
    void aLostProbeIsSentAgainAtTheOldSizeAndCostsNoWindow() {
        try (Script s = jumboWithAProbeNext(45_000, peerSack())) {
            int probe = 1 + WINDOW;
            s.peer().expects(data(probe, JUMBO).noPush());
            expectsFull(s, probe + JUMBO, 13);
            long window = s.info().congestionWindowBytes();
            int behind = probe + JUMBO;
            s.peer().sends(ack(1001, probe).sack(behind, behind + 3 * MSS));
            expectsFull(s, probe, 6);
            s.peer().expects(data(probe + 6 * MSS, JUMBO - 6 * MSS).noPush());
            SessionInfo info = s.info();
            assertTrue(info.congestionWindowBytes() >= window, info::toString);
            assertEquals(Long.MAX_VALUE, info.slowStartThresholdBytes());
            assertEquals(0, info.fastRecoveries());
            assertEquals(0, info.retransmissionTimeouts());
            assertEquals(1500, info.mtu());
            s.peer().drain();
        }
    }

    // The same without SACK, by RFC 5681's three duplicate acknowledgments
    @Test
    void withoutSackThreeDuplicatesTellOfALostProbe() {
        try (Script s = jumboWithAProbeNext(45_000)) {
            int probe = 1 + WINDOW;
            s.peer().expects(data(probe, JUMBO).noPush());
            expectsFull(s, probe + JUMBO, 13);
            s.peer().sends(ack(1001, probe));
            s.peer().sends(ack(1001, probe));
            s.peer().drain();
            s.peer().sends(ack(1001, probe));
            expectsFull(s, probe, 6);
            s.peer().expects(data(probe + 6 * MSS, JUMBO - 6 * MSS).noPush());
            assertEquals(Long.MAX_VALUE, s.info().slowStartThresholdBytes());
            assertEquals(0, s.info().fastRecoveries());
            s.peer().drain();
        }
    }

    // RFC 8899 5.1.2: MAX_PROBES is 3
    @Test
    void threeProbesLostInARowMakeTheNextOneSmaller() {
        try (Script s = jumbo(peerSack())) {
            NarrowPath path = new NarrowPath(s, 1500);
            path.carriesUntilProbed(4);
            List<Integer> sizes = path.tooLong.stream().map(got -> got.payload().length).toList();
            assertEquals(List.of(JUMBO, JUMBO, JUMBO), sizes.subList(0, 3));
            assertTrue(sizes.get(3) > MSS && sizes.get(3) < JUMBO, sizes::toString);
            assertEquals(1500, s.info().mtu());
            assertEquals(Long.MAX_VALUE, s.info().slowStartThresholdBytes());
            s.peer().drain();
        }
    }

    // RFC 4821 7.5: one probe at a time, and what it carried has gone again before the next
    @Test
    void whatALostProbeCarriedIsSentAgainBeforeTheNextProbe() {
        try (Script s = jumbo(peerSack())) {
            NarrowPath path = new NarrowPath(s, 1500);
            path.carriesUntilProbed(6);
            for (int i = 1; i < path.tooLong.size(); i++) {
                int probe = path.all.indexOf(path.tooLong.get(i));
                int seq = path.tooLong.get(i - 1).seq();
                assertTrue(path.all.subList(0, probe).stream()
                        .anyMatch(got -> got.seq() == seq && got.payload().length <= MSS), path.tooLong::toString);
            }
            s.peer().drain();
        }
    }

    // RFC 4821 7.4: enough has to be queued for the probe and for what tells of its loss
    @Test
    void noProbeWithoutEnoughToSend() {
        try (Script s = jumboWithAProbeNext(4000)) {
            s.peer().expects(data(1 + WINDOW, MSS).noPush(), data(1 + WINDOW + MSS, MSS).noPush(),
                    data(1 + WINDOW + 2 * MSS, 4000 - 2 * MSS));
        }
    }

    // RFC 4821 7.4: no probe while losses are being recovered from
    @Test
    void noProbeDuringRecovery() {
        try (Script s = jumbo(peerSack())) {
            s.app().writes(60_000);
            s.peer().drain();
            s.peer().sends(ack(1001, 1).sack(1 + MSS, 1 + 9 * MSS));
            for (Received got : s.peer().drain()) {
                assertTrue(got.payload().length <= MSS, got::toString);
            }
        }
    }

    // RFC 9293 3.7.1: the peer's MSS is never exceeded
    @Test
    void noProbeBeyondThePeersMss() {
        try (Script s = Script.establishedServer(with(INTERFACE_MTU, 9000), peerMss(MSS))) {
            s.app().writes(60_000);
            expectsFull(s, 1, 10);
            s.peer().sends(ack(1001, 1 + WINDOW));
            expectsFull(s, 1 + WINDOW, 20);
            s.peer().expectsNothing();
        }
    }

    @Test
    void noProbeBeyondOurOwnSetting() {
        try (Script s = jumbo(with(TCP_MAXSEG, MSS))) {
            s.app().writes(60_000);
            expectsFull(s, 1, 10);
            s.peer().sends(ack(1001, 1 + WINDOW));
            expectsFull(s, 1 + WINDOW, 20);
            s.peer().expectsNothing();
        }
    }

    // RFC 8899 4.3: loss of segments of PLPMTU reduces it to BASE_PLPMTU
    @Test
    void aBlackHoleIsFoundAtTheThirdTimeoutInARow() {
        try (Script s = Script.establishedServer()) {
            fallsIntoABlackHole(s);
            assertEquals(1200, s.info().mtu());
            assertEquals(BASE, s.info().segmentBytes());
            s.peer().sends(ack(1001, 1 + BASE));
            s.peer().expects(data(1 + BASE, MSS - BASE).noPush(), data(1 + MSS, BASE).noPush());
            s.peer().drain();
        }
    }

    // RFC 8899 5.2: from BASE the search goes upward again, first to what had worked
    @Test
    void afterABlackHoleTheOldSizeIsProbedFirst() {
        try (Script s = Script.establishedServer()) {
            fallsIntoABlackHole(s);
            s.peer().sends(ack(1001, 1 + WINDOW));
            s.peer().expects(data(1 + WINDOW, MSS).noPush(), data(1 + WINDOW + MSS, BASE).noPush());
            assertEquals(1200, s.info().mtu());
            s.peer().sends(ack(1001, 1 + WINDOW + MSS));
            assertEquals(1500, s.info().mtu());
            s.peer().drain();
        }
    }

    // RFC 8899 4.3: what is large is lost, what is small is not; too few segments yet to be sure
    @Test
    void whatIsLostThreeTimesInARowIsSentAgainSmall() {
        try (Script s = Script.establishedServer()) {
            s.app().writes(MSS);
            s.peer().expects(data(1, MSS));
            s.peer().expectsAfter(s.rto(), data(1, MSS));
            s.peer().expectsAfter(s.rto(), data(1, MSS));
            s.peer().expectsAfter(s.rto(), data(1, BASE).noPush());
            s.peer().sends(ack(1001, 1 + BASE));
            s.peer().expects(data(1 + BASE, MSS - BASE));
            assertEquals(1500, s.info().mtu());
            s.peer().sends(ack(1001, 1 + MSS));
            s.app().writes(MSS);
            s.peer().expects(data(1 + MSS, MSS));
            s.peer().sends(ack(1001, 1 + 2 * MSS));
            assertEquals(1500, s.info().mtu());
        }
    }

    @Test
    void smallSegmentsLostAreNoBlackHole() {
        try (Script s = Script.establishedServer()) {
            s.app().writes(1000);
            s.peer().expects(data(1, 1000));
            for (int i = 0; i < 6; i++) {
                s.peer().expectsAfter(s.rto(), data(1, 1000));
            }
            assertEquals(1500, s.info().mtu());
        }
    }

    // RFC 8899 5.2, ERROR: BASE_PLPMTU does not get through either
    @Test
    void aPathThatTakesNotEvenTheBaseGetsTheMinimum() {
        try (Script s = Script.establishedServer()) {
            fallsIntoABlackHole(s);
            s.peer().expectsAfter(s.rto(), data(1, BASE).noPush());
            s.peer().expectsAfter(s.rto(), data(1, BASE).noPush());
            s.peer().expectsAfter(s.rto(), data(1, 536).noPush());
            assertEquals(576, s.info().mtu());
        }
    }

    // RFC 8899 5.1.1: PMTU_RAISE_TIMER is 600 s
    @Test
    void searchesAgainAfterTenMinutes() {
        try (Script s = Script.establishedServer(with(INTERFACE_MTU, 1600), peerMss(1560), peerSack())) {
            NarrowPath path = new NarrowPath(s, 1500);
            path.carries(100);
            int probes = path.tooLong.size();
            assertTrue(probes >= 3, path.tooLong::toString);
            path.carries(100);
            assertEquals(probes, path.tooLong.size());
            s.after(Duration.ofSeconds(599));
            path.carries(100);
            assertEquals(probes, path.tooLong.size());
            s.after(Duration.ofSeconds(1));
            path.carriesUntilProbed(probes + 1);
            assertEquals(1560, path.tooLong.get(probes).payload().length);
            s.peer().drain();
        }
    }

    // EMSGSIZE: the interface takes less than was thought
    @Test
    void aProbeThatTheInterfaceRefusesIsSentAtTheOldSizeAtOnce() {
        try (Script s = jumbo()) {
            s.world().network().interfaceMtu(Script.OURS.getAddress(), 1500);
            s.app().writes(WINDOW + 20_000);
            expectsFull(s, 1, 10);
            s.peer().sends(ack(1001, 1 + WINDOW));
            Duration none = Duration.ofNanos(s.world().nowNanos());
            int received = s.peer().drain().stream().mapToInt(got -> got.payload().length).sum();
            assertEquals(20_000, received);
            assertEquals(none, Duration.ofNanos(s.world().nowNanos()));
            assertEquals(1500, s.info().mtu());
            assertEquals(Long.MAX_VALUE, s.info().slowStartThresholdBytes());
            assertEquals(0, s.info().softErrors());
        }
    }

    @Test
    void anInterfaceThatShrinksIsFollowed() {
        try (Script s = jumboWithAProbeNext(45_000, peerSack())) {
            s.peer().drain();
            s.peer().sends(ack());
            s.peer().drain();
            s.peer().sends(ack());
            assertEquals(9000, s.info().mtu());
            s.peer().drain();
            s.world().network().interfaceMtu(Script.OURS.getAddress(), 1500);
            s.app().writes(3 * JUMBO);
            assertEquals(1200, s.info().mtu());
            for (int i = 0; s.info().sendQueueBytes() > 0 && i < 100; i++) {
                for (Received got : s.peer().drain()) {
                    assertTrue(got.payload().length <= MSS, got::toString);
                }
                s.peer().sends(ack());
                s.after(Duration.ofMillis(100));
            }
            assertEquals(0, s.info().sendQueueBytes());
            s.peer().drain();
        }
    }

    /** The way to the peer: what is too long for it disappears, all else is acknowledged, selectively if need be. */
    private static final class NarrowPath {
        private static final int QUEUED = 40_000;

        private final List<Received> all = new ArrayList<>();
        private final List<Received> tooLong = new ArrayList<>();
        private final TreeMap<Integer, Integer> ahead = new TreeMap<>();
        private final Script script;
        private final int mtu;
        private int missing = 1;

        private NarrowPath(Script script, int mtu) {
            this.script = script;
            this.mtu = mtu;
        }

        private void carriesUntilProbed(int probes) {
            for (int round = 0; tooLong.size() < probes && round < 1000; round++) {
                carries(1);
            }
            assertTrue(tooLong.size() >= probes, () -> "probes " + tooLong);
        }

        private void carries(int rounds) {
            for (int round = 0; round < rounds; round++) {
                if (script.info().sendQueueBytes() < QUEUED) {
                    script.app().writes(QUEUED);
                }
                script.peer().drain().forEach(this::carries);
                while (ahead.containsKey(missing)) {
                    missing = ahead.remove(missing);
                }
                ahead.headMap(missing).clear();
                Spec spec = ack(1001, missing);
                script.peer().sends(ahead.isEmpty() ? spec : spec.sack(ahead.firstKey(), contiguous()));
            }
        }

        private void carries(Received got) {
            all.add(got);
            if (got.payload().length + 40 > mtu) {
                tooLong.add(got);
            } else {
                ahead.merge(got.seq(), got.end(), Math::max);
            }
        }

        private int contiguous() {
            int end = ahead.firstKey();
            while (ahead.containsKey(end)) {
                end = ahead.get(end);
            }
            return end;
        }
    }
}
