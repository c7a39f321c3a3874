/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trains of segments: how long they are, and how far apart. */
final class PacerTest {
    private static final int SMSS = 1000;
    private static final int QUANTUM = 256 << 10;
    private static final long MILLI = 1_000_000;
    private static final long RTT = 100 * MILLI;

    private final Pacer pacer = new Pacer();
    private final FixedWindow control = new FixedWindow();
    private int quantum = QUANTUM;
    private long now = 1_000 * MILLI;

    /** A controller that stays as it is. */
    private static final class FixedWindow implements CongestionController {
        private long cwnd = 100_000;
        private long ssthresh = 50_000;
        private long rate;

        @Override
        public long congestionWindow() {
            return cwnd;
        }

        @Override
        public long slowStartThreshold() {
            return ssthresh;
        }

        @Override
        public long pacingRate() {
            return rate;
        }

        @Override
        public void onAcknowledged(AckSample sample) {
        }

        @Override
        public void onCongestionEvent(long nowNanos, long flightSizeBytes) {
        }

        @Override
        public void onRecoveryExit(long nowNanos, long inFlightBytes) {
        }

        @Override
        public void onRetransmissionTimeout(long nowNanos, long flightSizeBytes, boolean first) {
        }

        @Override
        public void onSpuriousLoss(long nowNanos) {
        }

        @Override
        public void onRestartAfterIdle(long nowNanos) {
        }

        @Override
        public void segmentBytes(int smss) {
        }
    }

    /** What leaves at this instant if there is no end of it, in bytes. */
    private int burst(int segmentBytes) {
        pacer.begin(control, RTT, SMSS, quantum, now);
        int bytes = 0;
        while (pacer.allows(segmentBytes, now)) {
            pacer.onSent(segmentBytes);
            bytes += segmentBytes;
        }
        return bytes;
    }

    /** Leaves the credit behind that a session begins with, as after any pause. */
    private void begins() {
        burst(SMSS);
        now = pacer.nextNanos();
    }

    private long untilNext() {
        return pacer.nextNanos() - now;
    }

    // Linux tcp_pacing_ss_ratio, tcp_pacing_ca_ratio: 200 % and 120 % of cwnd / SRTT; slow start near its end is paced
    // as avoidance
    @ParameterizedTest
    @CsvSource({"49999, 100000, 2.0", "50000, 100000, 1.2", "100000, 100000, 1.2", "100000, 50000, 1.2",
        "100000, 9223372036854775807, 2.0"})
    void theRateFollowsTheWindowAndTheRoundTrip(long cwnd, long ssthresh, double gain) {
        control.cwnd = cwnd;
        control.ssthresh = ssthresh;
        begins();
        int bytes = burst(SMSS);
        assertEquals(bytes / (gain * cwnd / RTT), untilNext(), bytes / SMSS);
    }

    @Test
    void theRateOfTheControllerGoesBeforeTheWindow() {
        control.rate = 1_000_000;
        begins();
        assertEquals(2 * SMSS, burst(SMSS));
        assertEquals(2 * MILLI, untilNext());
    }

    // Linux tcp_tso_autosize: what the rate carries in a millisecond
    @Test
    void aTrainIsWhatTheRateCarriesInAMillisecond() {
        control.rate = 25_500_000;
        begins();
        assertEquals(25 * SMSS, burst(SMSS));
    }

    @Test
    void onAShortPathATrainIsAnEighthOfTheRoundTrip() {
        control.rate = 160_000_000;
        begins();
        pacer.begin(control, 400_000, SMSS, QUANTUM, now);
        int sent = 0;
        for (; pacer.allows(SMSS, now); sent++) {
            pacer.onSent(SMSS);
        }
        assertEquals(8, sent);
    }

    @Test
    void aTrainHasAtLeastTwoSegments() {
        control.rate = 100_000;
        begins();
        assertEquals(2 * SMSS, burst(SMSS));
        assertEquals(20 * MILLI, untilNext());
        quantum = SMSS;
        now = pacer.nextNanos();
        assertEquals(2 * SMSS, burst(SMSS));
    }

    @ParameterizedTest
    @CsvSource({"10000, 1000, 10000", "10999, 1000, 10000", "10000, 700, 9800", "10000, 999, 9990"})
    void aTrainIsNoLongerThanTheQuantum(int quantumBytes, int segmentBytes, int most) {
        control.rate = 1_000_000_000;
        quantum = quantumBytes;
        assertEquals(most, burst(segmentBytes));
        now = pacer.nextNanos();
        assertEquals(most, burst(segmentBytes));
        now = pacer.nextNanos() + 50 * MILLI;
        int afterAPause = burst(segmentBytes);
        assertTrue(afterAPause <= quantumBytes, () -> afterAPause + " bytes");
    }

    // rates that are no whole number of nanoseconds for each segment
    @ParameterizedTest
    @CsvSource({"3000001", "7777777", "13131313", "999999937"})
    void roundingNeitherLengthensTrainsNorLosesTime(long rate) {
        control.rate = rate;
        quantum = 20 * SMSS;
        begins();
        long start = now;
        int longest = Math.max(2, (int) Math.min(20, rate / 1000 / SMSS)) * SMSS;
        long bytes = 0;
        for (int i = 0; i < 1000; i++) {
            assertEquals(longest, burst(SMSS));
            bytes += longest;
            now = pacer.nextNanos();
        }
        double expected = bytes * 1e9 / rate;
        assertEquals(expected, now - start, bytes / SMSS);
    }

    @Test
    void nothingLeavesUntilTheNextTrain() {
        control.rate = 1_000_000;
        burst(SMSS);
        now = pacer.nextNanos() - 1;
        assertEquals(0, burst(1));
        now++;
        assertEquals(2 * SMSS, burst(SMSS));
    }

    @Test
    void aTrainMayBeCompletedLater() {
        control.rate = 1_000_000;
        begins();
        pacer.begin(control, RTT, SMSS, quantum, now);
        assertTrue(pacer.allows(SMSS, now));
        pacer.onSent(SMSS);
        assertTrue(pacer.allows(SMSS, now));
        assertEquals(SMSS, burst(SMSS));
        assertEquals(2 * MILLI, untilNext());
    }

    @Test
    void aLateTimerIsMadeUpFor() {
        pacer.timerNanos(4 * MILLI);
        control.rate = 10_000_000;
        long start = now;
        long bytes = burst(SMSS);
        for (int i = 0; i < 100; i++) {
            now = pacer.nextNanos() + 3 * MILLI;
            bytes += burst(SMSS);
        }
        assertEquals(bytes * 100, pacer.nextNanos() - start + 4 * MILLI);
    }

    @Test
    void aPauseEarnsNoMoreThanATimersDelay() {
        control.rate = 10_000_000;
        burst(SMSS);
        now += 1_000 * MILLI;
        // a millisecond of credit, and the train
        assertEquals(20 * SMSS, burst(SMSS));
        assertEquals(MILLI, untilNext());
    }

    @Test
    void whatLeavesUnaskedIsTakenOffTheNextTrains() {
        control.rate = 1_000_000;
        burst(SMSS);
        pacer.onSent(3 * SMSS);
        assertEquals(5 * MILLI, untilNext());
        assertFalse(pacer.allows(SMSS, now + 5 * MILLI - 1));
        assertTrue(pacer.allows(SMSS, now + 5 * MILLI));
    }

    // a path without delay in a simulation: nothing can be spread over it
    @Test
    void aPathWithoutDelayIsNotPaced() {
        pacer.begin(control, 1, SMSS, quantum, now);
        for (int i = 0; i < 1000; i++) {
            assertTrue(pacer.allows(SMSS, now));
            pacer.onSent(SMSS);
        }
    }
}
