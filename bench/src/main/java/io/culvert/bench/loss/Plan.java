/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What the command line asks for.
 *
 * @param controllers which to compare
 * @param lossPercents the table's losses
 * @param rttMillis the table's round trips
 * @param capacityMbit the table's bottlenecks
 * @param seeds how many runs where chance plays a part
 * @param warmUp what is not measured
 * @param span what is measured, where the scenario does not say otherwise
 * @param buffers socket buffers, where the scenario does not say otherwise
 */
record Plan(List<Controller> controllers, List<Double> lossPercents, List<Double> rttMillis,
        List<Double> capacityMbit, int seeds, Duration warmUp, Duration span, Buffers buffers) {
    /** Fixed seeds: two runs of the same build measure the same. */
    List<Long> seedList() {
        return LongStream.rangeClosed(1, seeds).boxed().toList();
    }

    /** One seed is enough where nothing is random. */
    List<Long> seedsFor(Link link) {
        return link.isRandom() ? seedList() : List.of(1L);
    }

    Trial trial(Controller controller, Link link, long seed) {
        return new Trial(controller, link, seed, buffers, warmUp, span);
    }

    double seconds() {
        return span.toNanos() / 1e9;
    }
}
