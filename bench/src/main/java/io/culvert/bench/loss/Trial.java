/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.SessionInfo;
import io.culvert.sim.Bottleneck;
import io.culvert.sim.Fate;
import java.time.Duration;

/**
 * One bulk session over a link, with one seed.
 *
 * @param warmUp is not measured; begins with the connect
 * @param span is measured
 */
record Trial(Controller controller, Link link, long seed, Buffers buffers, Duration warmUp, Duration span) {
    /** Runs it. */
    Sample run() {
        CpuClock clock = new CpuClock();
        try (Lab lab = new Lab(link, buffers, seed)) {
            Flow flow = lab.open(controller).sendForever();
            lab.run(warmUp);
            Bottleneck bottleneck = lab.bottleneck();
            bottleneck.restartAccount(lab.nowNanos());
            SessionInfo before = flow.info();
            long receivedBefore = flow.receivedBytes();
            long lostBefore = lab.world().log().count(Fate.LOST);
            lab.run(span);
            SessionInfo after = flow.info();
            long bytes = flow.receivedBytes() - receivedBefore;
            double seconds = span.toNanos() / 1e9;
            double goodputMbit = 8 * bytes / seconds / 1e6;
            return new Sample(goodputMbit, goodputMbit / (link.capacityMbit() * payloadShare(after)),
                    after.retransmissions() - before.retransmissions(),
                    after.retransmissionTimeouts() - before.retransmissionTimeouts(),
                    after.segmentsSent() - before.segmentsSent(),
                    lab.world().log().count(Fate.LOST) - lostBefore, bottleneck.drops(),
                    bottleneck.averageQueueBytes(lab.nowNanos()) / link.productBytes(),
                    after.smoothedRttNanos() / 1e6, after.segmentsSent(), clock.elapsedNanos());
        }
    }

    /** How much of a full packet is payload, when the packet is counted as the bottleneck counts it. */
    static double payloadShare(SessionInfo info) {
        return (double) info.segmentBytes() / info.mtu();
    }

    /** How long it takes in comparison with others, about. */
    double cost() {
        return link.capacityMbit() * warmUp.plus(span).toMillis() * Math.exp(-link.lossPercent() / 5);
    }

    @Override
    public String toString() {
        return controller + ", " + link + ", seed " + seed;
    }
}
