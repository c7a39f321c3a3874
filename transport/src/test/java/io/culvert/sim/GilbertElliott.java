/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import java.util.SplittableRandom;

/** Losses in bursts: E. O. Elliott, "Estimates of error rates for codes on burst-noise channels", 1963. */
final class GilbertElliott {
    private final double enter;
    private final double leave;
    private final double lossInBurst;
    private boolean burst;

    GilbertElliott(double enter, double leave, double lossInBurst) {
        this.enter = enter;
        this.leave = leave;
        this.lossInBurst = lossInBurst;
    }

    boolean loses(SplittableRandom random) {
        if (random.nextDouble() < (burst ? leave : enter)) {
            burst = !burst;
        }
        return burst && random.nextDouble() < lossInBurst;
    }
}
