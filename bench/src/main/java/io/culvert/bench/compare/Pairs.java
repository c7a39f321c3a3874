/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.compare.contender.UnavailableException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The agents that run: whoever takes part in several benchmarks keeps its own. */
final class Pairs implements AutoCloseable {
    private final Map<Setup, Pair> pairs = new LinkedHashMap<>();

    /** The one of that setup, started if need be: one after the other, for starting takes both processors. */
    Pair of(Setup setup, Plan plan) throws IOException, InterruptedException, UnavailableException {
        Pair pair = pairs.get(setup);
        if (pair == null) {
            pair = new Pair(setup, plan);
            pairs.put(setup, pair);
            try {
                pair.open();
            } catch (IOException | UnavailableException e) {
                end(pair);
                throw e;
            }
        }
        return pair;
    }

    /** Ends one. */
    void end(Pair pair) {
        pairs.remove(pair.setup());
        pair.close();
    }

    @Override
    public void close() {
        pairs.values().forEach(Pair::close);
    }
}
