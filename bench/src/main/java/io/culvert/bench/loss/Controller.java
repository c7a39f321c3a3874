/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.congestion.CongestionController;
import io.culvert.congestion.Cubic;
import io.culvert.congestion.NewReno;
import io.culvert.congestion.bbr.Bbr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The congestion controllers to measure; the one place to add another. */
enum Controller {
    /** RFC 9438, the default. */
    CUBIC(true, Cubic::new),
    /** RFC 5681 and 6582. */
    NEWRENO(true, NewReno::new),
    /** BBR version 3 as its draft says. */
    BBR(true, Bbr.factory()),
    /** BBR with its loss threshold raised from 2 % to 20 %. */
    BBR_RAISED(false, Bbr.factory(0.2));

    private final boolean compared;
    private final CongestionController.Factory factory;

    /**
     * A controller.
     *
     * @param compared whether it runs wherever controllers are compared, or only where it is asked for
     */
    Controller(boolean compared, CongestionController.Factory factory) {
        this.compared = compared;
        this.factory = factory;
    }

    CongestionController.Factory factory() {
        return factory;
    }

    /** Those that run wherever controllers are compared. */
    static List<Controller> compared() {
        List<Controller> compared = new ArrayList<>();
        for (Controller controller : values()) {
            if (controller.compared) {
                compared.add(controller);
            }
        }
        return compared;
    }

    boolean isNamed(String name) {
        return toString().equals(name);
    }

    /** As on the command line and in files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
