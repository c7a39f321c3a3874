/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PathTest {
    private static final InetAddress A = SimulatedNetwork.host("10.0.0.1");
    private static final InetAddress B = SimulatedNetwork.host("10.0.0.2");

    private final SimulatedWorld world = new SimulatedWorld(42);
    private final SimulatedNetwork network = world.network();
    private final Mailbox sender = Mailbox.bound(world, A, 1);
    private final Mailbox receiver = Mailbox.bound(world, B, 2);

    @AfterEach
    void everyBufferIsReleased() {
        world.assertNoLeak();
        world.close();
    }

    /** Sends numbers, one a millisecond. */
    private void sendNumbers(int count) {
        for (int i = 0; i < count; i++) {
            sender.send(receiver, Integer.toString(i));
            world.runFor(ofMillis(1));
        }
        world.runUntilQuiet(ofSeconds(60));
    }

    private static List<String> numbers(int count) {
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(Integer.toString(i));
        }
        return numbers;
    }

    @Test
    void delayIsExactAndOfOneDirection() {
        network.path(A, B).delay(ofMillis(25));
        network.path(B, A).delay(ofNanos(7));
        sender.send(receiver, "there");
        receiver.send(sender, "back");
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of(25_000_000L), receiver.nanos);
        assertEquals(List.of(7L), sender.nanos);
    }

    @Test
    void rateIsExact() {
        // 972 bytes are 1000 in an IPv4 packet: 1 ms at 8 Mbit/s.
        network.path(A, B).delay(ofMillis(10)).rate(8_000_000, 100_000);
        for (int i = 0; i < 3; i++) {
            sender.sendBytes(receiver, 972);
        }
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of(11_000_000L, 12_000_000L, 13_000_000L), receiver.nanos);
    }

    @Test
    void aFullQueueDropsItsTail() {
        network.path(A, B).rate(8_000_000, 5_000);
        for (int i = 0; i < 8; i++) {
            sender.sendBytes(receiver, 972);
        }
        world.runFor(ofMillis(2));
        for (int i = 0; i < 8; i++) {
            sender.sendBytes(receiver, 972);
        }
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(5 + 2, receiver.texts.size());
        assertEquals(3 + 6, world.log().count(Fate.QUEUE_DROP));
        assertEquals(7_000_000L, world.nowNanos());
    }

    @Test
    void jitterStaysInItsBoundsAndKeepsTheOrder() {
        network.path(A, B).delay(ofMillis(10)).jitter(ofMillis(5));
        sendNumbers(200);
        assertEquals(numbers(200), receiver.texts);
        boolean varies = false;
        for (int i = 0; i < 200; i++) {
            long travelled = receiver.nanos.get(i) - i * 1_000_000L;
            assertTrue(travelled >= 10_000_000L && travelled <= 15_000_000L, "travelled " + travelled);
            varies |= travelled != receiver.nanos.get(0);
        }
        assertTrue(varies);
    }

    @Test
    void lossIsAsOftenAsAsked() {
        network.path(A, B).loss(0.1);
        sendNumbers(5000);
        long lost = world.log().count(Fate.LOST);
        assertEquals(5000 - lost, receiver.texts.size());
        // Six standard deviations of the binomial distribution are 127.
        assertTrue(lost > 500 - 127 && lost < 500 + 127, "lost " + lost);
    }

    @Test
    void burstsLoseNeighbours() {
        network.path(A, B).bursts(0.01, 0.2, 1);
        sendNumbers(10_000);
        int runs = 0;
        int lost = 0;
        boolean losing = false;
        for (Datagram datagram : world.log().datagrams()) {
            boolean isLost = datagram.fate() == Fate.LOST;
            lost += isLost ? 1 : 0;
            runs += isLost && !losing ? 1 : 0;
            losing = isLost;
        }
        // A burst is 1 / 0.2 datagrams long, and 0.01 / (0.01 + 0.2) of the time is burst.
        double length = (double) lost / runs;
        assertTrue(lost > 300 && lost < 700, "lost " + lost);
        assertTrue(length > 3.5 && length < 6.5, "mean length of a burst " + length);
    }

    @Test
    void nothingIsReorderedUnlessAsked() {
        network.path(A, B).delay(ofMillis(10)).jitter(ofMillis(20)).duplicate(0.3);
        sendNumbers(300);
        int last = -1;
        for (String text : receiver.texts) {
            assertTrue(Integer.parseInt(text) >= last, text + " after " + last);
            last = Integer.parseInt(text);
        }
    }

    @Test
    void aShorterDelayDoesNotLetLaterDatagramsOvertake() {
        network.path(A, B).delay(ofMillis(10));
        sender.send(receiver, "early");
        network.path(A, B).delay(ofMillis(1));
        sender.send(receiver, "late");
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of("early", "late", "."), receiver.events);
    }

    @Test
    void reorderedDatagramsAreOvertaken() {
        network.path(A, B).delay(ofMillis(10)).reorder(0.2, ofMillis(5));
        sendNumbers(300);
        assertEquals(300, receiver.texts.size());
        assertNotEquals(numbers(300), receiver.texts);
    }

    @Test
    void duplicatesArriveTwice() {
        network.path(A, B).duplicate(0.25);
        sendNumbers(1000);
        long copies = world.log().count(Fate.DUPLICATE);
        assertEquals(1000 + copies, receiver.texts.size());
        assertTrue(copies > 150 && copies < 350, "copies " + copies);
    }

    @Test
    void datagramsLargerThanTheMtuDisappear() {
        network.path(A, B).mtu(1400);
        sender.sendBytes(receiver, 1400 - 28);
        sender.sendBytes(receiver, 1400 - 28 + 1);
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(1, receiver.texts.size());
        assertEquals(1, world.log().count(Fate.MTU_DROP));
    }

    @Test
    void theHeadersOfIpv6AreLonger() {
        Mailbox left = Mailbox.bound(world, SimulatedNetwork.host("fd00::1"), 1);
        Mailbox right = Mailbox.bound(world, SimulatedNetwork.host("fd00::2"), 2);
        network.path(left.address().getAddress(), right.address().getAddress()).mtu(1400);
        left.sendBytes(right, 1400 - 48);
        left.sendBytes(right, 1400 - 48 + 1);
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(1, right.texts.size());
    }

    @Test
    void aBlackoutLosesWhatIsSentWithinIt() {
        network.path(A, B).blackout(ofMillis(2), ofMillis(4));
        sendNumbers(6);
        assertEquals(List.of("0", "1", "4", "5"), receiver.texts);
        assertEquals(2, world.log().count(Fate.BLACKOUT));
    }

    @Test
    void aPathCanGoDownAndUp() {
        network.between(A, B).down();
        sendNumbers(2);
        network.between(A, B).up();
        sendNumbers(1);
        assertEquals(List.of("0"), receiver.texts);
    }

    @Test
    void filtersDecideOneDatagramAtATime() {
        network.path(A, B).delay(ofMillis(10)).filter((datagram, segment) -> switch (datagram.bytes()[0]) {
            case 'd' -> Verdict.DROP;
            case '2' -> Verdict.DUPLICATE;
            case 'l' -> Verdict.delay(ofMillis(3));
            default -> Verdict.PASS;
        });
        for (String text : List.of("late", "dropped", "2", "pass")) {
            sender.send(receiver, text);
        }
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of("2", "2", "pass", ".", "late", "."), receiver.events);
        assertEquals(13_000_000L, world.nowNanos());
        assertEquals(1, world.log().count(Fate.FILTERED));
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        long first = busyRun(7);
        assertEquals(first, busyRun(7));
        assertNotEquals(first, busyRun(8));
    }

    @Test
    void trafficOnOnePathDoesNotChangeTheChancesOfAnother() {
        List<String> alone = lossyRun(false);
        assertTrue(alone.size() < 200);
        assertEquals(alone, lossyRun(true));
    }

    private static long busyRun(long seed) {
        try (SimulatedWorld world = new SimulatedWorld(seed)) {
            world.network().between(A, B).delay(ofMillis(5)).jitter(ofMillis(2)).loss(0.05).bursts(0.01, 0.3, 0.9)
                    .duplicate(0.05).reorder(0.05, ofMillis(4)).rate(10_000_000, 20_000);
            Mailbox left = Mailbox.bound(world, A, 1);
            Mailbox right = Mailbox.bound(world, B, 2);
            for (int i = 0; i < 200; i++) {
                left.sendBytes(right, 100 + i);
                right.sendBytes(left, 300 - i);
                world.runFor(ofNanos(300_000));
            }
            world.runUntilQuiet(ofSeconds(1));
            world.assertNoLeak();
            return world.log().fingerprint();
        }
    }

    private static List<String> lossyRun(boolean otherTraffic) {
        try (SimulatedWorld world = new SimulatedWorld(7)) {
            world.network().between(A, B).loss(0.3);
            Mailbox left = Mailbox.bound(world, A, 1);
            Mailbox right = Mailbox.bound(world, B, 2);
            for (int i = 0; i < 200; i++) {
                left.send(right, Integer.toString(i));
                if (otherTraffic) {
                    right.send(left, "other");
                }
            }
            world.runUntilQuiet(ofSeconds(1));
            return right.texts;
        }
    }

    @Test
    void conditionsThatMakeNoSenseAreRefused() {
        Path path = network.path(A, B);
        assertThrows(IllegalArgumentException.class, () -> path.loss(1.1));
        assertThrows(IllegalArgumentException.class, () -> path.duplicate(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> path.delay(ofMillis(-1)));
        assertThrows(IllegalArgumentException.class, () -> path.rate(0, 1));
    }
}
