/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.CONGESTION_CONTROL;
import static io.culvert.script.Setting.peerMss;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.netty.channel.ChannelOption.TCP_NODELAY;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.congestion.AckSample;
import io.culvert.congestion.CongestionController;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What congestion control is told of acknowledgments, and of losses that a timer shows. */
final class AckSampleTest {
    private static final int MSS = 1000;

    private record Told(long acked, long lost, long priorDelivered, long transmitInFlight, boolean appLimited) {
    }

    /** A window of ten segments that writes down what it is told. */
    private static final class Scribe implements CongestionController {
        private final List<Told> told = new ArrayList<>();

        @Override
        public long congestionWindow() {
            return 10 * MSS;
        }

        @Override
        public long slowStartThreshold() {
            return 10 * MSS;
        }

        @Override
        public void onAcknowledged(AckSample sample) {
            told.add(new Told(sample.newlyAckedBytes(), sample.newlyLostBytes(), sample.priorDeliveredBytes(),
                    sample.transmitInFlightBytes(), sample.isAppLimited()));
        }

        @Override
        public void onCongestionEvent(long nowNanos, long flightSizeBytes) {
            // only listens
        }

        @Override
        public void onRecoveryExit(long nowNanos, long inFlightBytes) {
            // only listens
        }

        @Override
        public void onRetransmissionTimeout(long nowNanos, long flightSizeBytes, boolean first) {
            // only listens
        }

        @Override
        public void onSpuriousLoss(long nowNanos) {
            // only listens
        }

        @Override
        public void onRestartAfterIdle(long nowNanos) {
            // only listens
        }

        @Override
        public void segmentBytes(int smss) {
            // only listens
        }
    }

    // draft-ietf-ccwg-bbr 4.1.2.3: without a segment delivered there is no sample, and nothing of an earlier one
    @Test
    void theReorderingTimerTellsOfLossesAndOfNoDelivery() {
        Scribe scribe = new Scribe();
        CongestionController.Factory factory = (smss, initialWindow) -> scribe;
        try (Script s = Script.server(with(CONGESTION_CONTROL, factory))) {
            s.peer().sends(syn(1000).mss(MSS).sackPermitted());
            s.peer().expects(synAck().sackPermitted());
            s.after(ofMillis(100));
            s.peer().sends(ack(1001, 1));
            s.app().writes(3 * MSS);
            s.peer().expects(data(1, MSS).noPush(), data(1 + MSS, MSS).noPush(), data(1 + 2 * MSS, MSS));
            s.after(ofMillis(100));
            s.peer().sends(ack(1001, 1).sack(1 + MSS, 1 + 2 * MSS));
            assertEquals(List.of(MSS), scribe.told.stream().map(told -> (int) told.acked).toList());
            s.peer().expectsAfter(ofMillis(25), data(1, MSS).noPush());
            assertEquals(2, scribe.told.size());
            Told timer = scribe.told.get(1);
            assertEquals(0, timer.acked);
            assertEquals(MSS, timer.lost);
            assertEquals(-1, timer.priorDelivered);
            assertEquals(0, timer.transmitInFlight);
            assertFalse(timer.appLimited);
            s.peer().sends(ack(1001, 1 + 3 * MSS));
            s.peer().drain();
        }
    }

    // draft-ietf-ccwg-bbr 4.1.2.4: C.write_seq - SND.NXT < SMSS; a runt that waits is not what the path takes
    @Test
    void aRuntThatNagleHoldsBackLeavesTheFlightToTheApplication() {
        Scribe scribe = new Scribe();
        CongestionController.Factory factory = (smss, initialWindow) -> scribe;
        try (Script s = Script.establishedServer(peerMss(MSS), with(CONGESTION_CONTROL, factory),
                with(TCP_NODELAY, false))) {
            s.app().writes(MSS + MSS / 2);
            s.peer().expects(data(1, MSS).noPush());
            s.peer().expectsNothing();
            s.peer().sends(ack(1001, 1 + MSS));
            s.peer().expects(data(1 + MSS, MSS / 2));
            s.peer().sends(ack(1001, 1 + MSS + MSS / 2));
            assertEquals(2, scribe.told.size());
            assertTrue(scribe.told.get(1).appLimited);
        }
    }
}
