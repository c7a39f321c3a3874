/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.session.PathMtu.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathMtuTest {
    private static final int HEADER_BYTES = 40;
    private static final int IPV6_HEADER_BYTES = 60;
    private static final int FAR = 1 << 20;
    private static final int LOOPBACK_MTU = 65536;

    private static PathMtu path(int interfaceMtu) {
        PathMtu path = new PathMtu(interfaceMtu, false, true);
        path.open(interfaceMtu - HEADER_BYTES);
        return path;
    }

    /** Probes until no probe is wanted, on a path that takes so many bytes; gives the sizes probed. */
    private static List<Integer> search(PathMtu path, int pathMtu) {
        List<Integer> sizes = new ArrayList<>();
        for (int bytes = path.probeSegmentBytes(FAR); bytes > 0; bytes = path.probeSegmentBytes(FAR)) {
            sizes.add(bytes + HEADER_BYTES);
            path.probeSent();
            if (bytes + HEADER_BYTES <= pathMtu) {
                path.probeAcknowledged();
            } else {
                path.probeLost();
            }
        }
        return sizes;
    }

    private static void lose(PathMtu path, int probes) {
        for (int i = 0; i < probes; i++) {
            assertTrue(path.probeSegmentBytes(FAR) > 0);
            path.probeSent();
            path.probeLost();
        }
    }

    // RFC 6691
    @ParameterizedTest
    @CsvSource({
        "1500, false, 1460", "1500, true, 1440", "65536, false, 65495", "65536, true, 65475", "576, false, 536"
    })
    void announcesInterfaceMtuWithoutHeaders(int interfaceMtu, boolean ipv6, int mss) {
        assertEquals(mss, new PathMtu(interfaceMtu, ipv6, true).announcedMss());
        assertEquals(mss, new PathMtu(interfaceMtu, ipv6, false).announcedMss());
    }

    @ParameterizedTest
    @CsvSource({"1500, 1500", "9000, 1500", "65536, 1500", "1280, 1280", "576, 576"})
    void beginsWithTheInterfaceMtuUpToEthernets(int interfaceMtu, int first) {
        assertEquals(first, path(interfaceMtu).mtu());
        assertEquals(first - HEADER_BYTES, path(interfaceMtu).maxSegmentBytes());
    }

    @Test
    void anEthernetNeedsNoSearch() {
        PathMtu path = path(1500);
        assertEquals(State.SEARCH_COMPLETE, path.state());
        assertEquals(0, path.probeSegmentBytes(FAR));
        assertFalse(path.wantsRaiseTimer());
    }

    // RFC 8899 5.3.2
    @ParameterizedTest
    @ValueSource(ints = {2000, 4352, 9000, 16384, 65535})
    void aPathThatTakesWhatTheInterfaceTakesIsFoundByOneProbe(int mtu) {
        PathMtu path = path(mtu);
        assertEquals(State.SEARCHING, path.state());
        assertEquals(List.of(mtu), search(path, mtu));
        assertEquals(mtu, path.mtu());
        assertEquals(State.SEARCH_COMPLETE, path.state());
        assertFalse(path.wantsRaiseTimer());
    }

    @Test
    void ipv6OverLoopbackReachesTheLongestPacket() {
        PathMtu path = new PathMtu(LOOPBACK_MTU, true, true);
        path.open(path.announcedMss());
        assertEquals(65535 - IPV6_HEADER_BYTES, path.probeSegmentBytes(FAR));
        path.probeSent();
        path.probeAcknowledged();
        assertEquals(65535, path.mtu());
    }

    @ParameterizedTest
    @ValueSource(ints = {1500, 1600, 2002, 4000, 4352, 8000, 9000, 9001, 10_000, 16_384, 20_000, 32_768, 65_534})
    void findsANarrowerPathToWithinAThirtySecondPart(int pathMtu) {
        PathMtu path = path(LOOPBACK_MTU);
        List<Integer> sizes = search(path, pathMtu);
        assertTrue(path.mtu() <= pathMtu && path.mtu() >= pathMtu - pathMtu / 32 - 1, sizes::toString);
        assertTrue(sizes.size() <= 36, sizes::toString);
        assertEquals(State.SEARCH_COMPLETE, path.state());
        assertTrue(path.wantsRaiseTimer());
    }

    // RFC 8899 5.1.2, MAX_PROBES
    @Test
    void aSizeFailsWhenThreeProbesInARowAreLost() {
        PathMtu path = path(9000);
        lose(path, 2);
        assertEquals(9000 - HEADER_BYTES, path.probeSegmentBytes(FAR));
        lose(path, 1);
        assertTrue(path.probeSegmentBytes(FAR) < 9000 - HEADER_BYTES);
    }

    @Test
    void aProbeThatArrivesForgetsThoseLostBefore() {
        PathMtu path = path(9000);
        lose(path, 2);
        path.probeSegmentBytes(FAR);
        path.probeSent();
        path.probeAcknowledged();
        assertEquals(9000, path.mtu());
        assertEquals(State.SEARCH_COMPLETE, path.state());
    }

    @Test
    void aSizeThatTheInterfaceRefusesIsNotTriedAgain() {
        PathMtu path = path(9000);
        path.probeSegmentBytes(FAR);
        path.probeSent();
        path.probeRefused();
        int next = path.probeSegmentBytes(FAR) + HEADER_BYTES;
        assertTrue(next > 1500 && next < 9000, () -> "next " + next);
    }

    // RFC 8899 4.1: one probe at a time
    @Test
    void noProbeWhileOneIsUnderWay() {
        PathMtu path = path(9000);
        path.probeSegmentBytes(FAR);
        path.probeSent();
        assertEquals(0, path.probeSegmentBytes(FAR));
        path.probeLost();
        assertTrue(path.probeSegmentBytes(FAR) > 0);
    }

    @Test
    void whatIsOutOfReachIsApproachedByCommonSizes() {
        PathMtu path = path(LOOPBACK_MTU);
        assertEquals(0, path.probeSegmentBytes(1460));
        assertEquals(0, path.probeSegmentBytes(4311));
        assertEquals(4312, path.probeSegmentBytes(7300));
        path.probeSent();
        path.probeAcknowledged();
        assertEquals(4352, path.mtu());
        assertEquals(16344, path.probeSegmentBytes(20_000));
        assertEquals(65495, path.probeSegmentBytes(65_495));
        path.probeSent();
        path.probeAcknowledged();
        assertEquals(65535, path.mtu());
    }

    @Test
    void probesLostOfOneSizeDoNotCountForAnother() {
        PathMtu path = path(LOOPBACK_MTU);
        lose(path, 2);
        path.probeSegmentBytes(10_000);
        path.probeSent();
        path.probeAcknowledged();
        assertEquals(9000, path.mtu());
        lose(path, 2);
        assertEquals(65495, path.probeSegmentBytes(FAR));
    }

    // RFC 9293 3.7.1
    @ParameterizedTest
    @ValueSource(ints = {536, 1460, 4000})
    void neverProbesMoreThanThePeerTakes(int mss) {
        PathMtu path = new PathMtu(LOOPBACK_MTU, false, true);
        path.open(mss);
        List<Integer> sizes = search(path, LOOPBACK_MTU);
        assertTrue(sizes.stream().allMatch(size -> size <= mss + HEADER_BYTES), sizes::toString);
        assertEquals(Math.max(1500, mss + HEADER_BYTES), path.mtu());
        assertFalse(path.wantsRaiseTimer());
    }

    @Test
    void whereDatagramsMayBeFragmentedNothingAboveEthernetIsTried() {
        PathMtu path = new PathMtu(9000, false, false);
        path.open(8960);
        assertEquals(1500, path.mtu());
        assertEquals(0, path.probeSegmentBytes(FAR));
        assertFalse(path.wantsRaiseTimer());
    }

    // RFC 8899 5.1.1, PMTU_RAISE_TIMER
    @Test
    void searchesAgainAfterAWhile() {
        PathMtu path = path(9000);
        search(path, 1500);
        assertEquals(1500, path.mtu());
        path.raise();
        assertEquals(State.SEARCHING, path.state());
        assertEquals(List.of(9000), search(path, 9000));
        assertEquals(9000, path.mtu());
    }

    // RFC 8899 4.3 and 5.2
    @Test
    void aBlackHoleLeadsToBaseAndTheSearchUpAgain() {
        PathMtu path = path(1500);
        path.blackHole();
        assertEquals(State.BASE, path.state());
        assertEquals(1200, path.mtu());
        assertEquals(0, path.probeSegmentBytes(FAR));
        path.confirmed();
        assertEquals(State.SEARCHING, path.state());
        search(path, 1300);
        assertTrue(path.mtu() > 1260 && path.mtu() <= 1300, () -> "found " + path.mtu());
        assertTrue(path.wantsRaiseTimer());
    }

    @Test
    void whatHadWorkedIsTriedFirst() {
        PathMtu path = path(LOOPBACK_MTU);
        search(path, 9000);
        path.blackHole();
        path.confirmed();
        assertEquals(List.of(9000), search(path, 9000).subList(0, 1));
        assertEquals(9000, path.mtu());
    }

    // RFC 8899 5.2, ERROR
    @Test
    void baseThatDoesNotGetThroughLeadsToTheMinimum() {
        PathMtu path = path(1500);
        path.blackHole();
        assertFalse(path.timedOut());
        assertFalse(path.timedOut());
        assertTrue(path.timedOut());
        assertEquals(State.ERROR, path.state());
        assertEquals(576, path.mtu());
        assertEquals(0, path.probeSegmentBytes(FAR));
        path.confirmed();
        search(path, 1000);
        assertTrue(path.mtu() > 960 && path.mtu() <= 1000, () -> "found " + path.mtu());
    }

    // RFC 8200 section 5: every IPv6 path takes 1280
    @Test
    void ipv6HasNothingBelowBase() {
        PathMtu path = new PathMtu(1500, true, true);
        path.open(1440);
        path.blackHole();
        for (int i = 0; i < 10; i++) {
            assertFalse(path.timedOut());
        }
        assertEquals(1200, path.mtu());
    }

    @Test
    void timeoutsOutsideOfBaseChangeNothing() {
        PathMtu path = path(1500);
        for (int i = 0; i < 10; i++) {
            assertFalse(path.timedOut());
        }
        path.confirmed();
        assertEquals(1500, path.mtu());
        assertEquals(State.SEARCH_COMPLETE, path.state());
    }

    @Test
    void aProbeUnderWayDoesNotOutliveABlackHole() {
        PathMtu path = path(9000);
        path.probeSegmentBytes(FAR);
        path.probeSent();
        path.blackHole();
        path.probeAcknowledged();
        path.probeLost();
        assertEquals(1200, path.mtu());
        assertEquals(State.BASE, path.state());
    }

    @Test
    void anInterfaceThatHasShrunkIsFollowed() {
        PathMtu path = path(9000);
        search(path, 9000);
        path.refused();
        path.refused();
        assertEquals(1200, path.mtu());
        path.confirmed();
        List<Integer> sizes = search(path, 1500);
        assertTrue(sizes.stream().allMatch(size -> size < 9000), sizes::toString);
        assertEquals(1500, path.mtu());
    }
}
