/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import io.culvert.bench.Figures;
import io.culvert.bench.Statistics;
import io.culvert.bench.compare.contender.Setup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What everybody did in one benchmark, and how that compares. */
final class Results {
    /** The kernel's TCP. */
    static final String KERNEL_TCP = "KernelTcp";
    /** The kernel's TCP with TLS. */
    static final String KERNEL_TCP_TLS = "KernelTcpTls";
    /** Bare UDP. */
    static final String RAW_UDP = "RawUdp";
    /** Netty's QUIC. */
    static final String QUIC = "Quic";

    private static final Map<String, String> BASELINES = new LinkedHashMap<>();

    static {
        BASELINES.put(KERNEL_TCP, "tcp");
        BASELINES.put(KERNEL_TCP_TLS, "tcp+tls");
        BASELINES.put(RAW_UDP, "udp");
        BASELINES.put(QUIC, "quic");
    }

    private final Map<Setup, Result> results = new LinkedHashMap<>();
    private final String unit;

    Results(String unit) {
        this.unit = unit;
    }

    /** The one of that contender. */
    Result of(Setup setup) {
        return results.computeIfAbsent(setup, key -> new Result(key, unit));
    }

    /** Those who were measured at least once. */
    List<Result> all() {
        return results.values().stream().filter(result -> !result.rounds().isEmpty()).toList();
    }

    /**
     * Who somebody is compared with: the baseline with the same congestion control if that is measured, of the same
     * MTU, that the same thing drives, or else epoll, or whatever there is.
     */
    Optional<Result> baseline(String baseline, Setup setup) {
        String name = BASELINES.get(baseline);
        return named(name + "+" + setup.congestion(), setup).or(() -> named(name, setup));
    }

    private Optional<Result> named(String name, Setup setup) {
        List<Result> candidates = new ArrayList<>();
        for (Result result : all()) {
            Setup other = result.setup();
            if (other.name().equals(name) && other.mtu() == setup.mtu()) {
                candidates.add(result);
            }
        }
        return candidates.stream().filter(result -> result.setup().io().equals(setup.io())).findFirst()
                .or(() -> candidates.stream().filter(result -> result.setup().io().equals("epoll")).findFirst())
                .or(() -> candidates.stream().findFirst());
    }

    /** The median of the ratios to a baseline, or NaN. */
    double ratio(String baseline, Result result) {
        return baseline(baseline, result.setup()).map(base -> Statistics.median(result.ratios(base)))
                .orElse(Double.NaN);
    }

    /** Adds to every result how it compares with each baseline that was measured. */
    void addRatios() {
        for (Result result : all()) {
            for (String baseline : BASELINES.keySet()) {
                baseline(baseline, result.setup()).ifPresent(base -> {
                    List<Double> ratios = result.ratios(base);
                    result.extras().addProperty("ratioTo" + baseline, Figures.rounded(Statistics.median(ratios)));
                    result.extras().add("ratiosTo" + baseline, Result.array(ratios));
                });
            }
        }
    }
}
