/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import com.google.gson.JsonObject;
import io.culvert.bench.Progress;
import io.culvert.bench.compare.contender.Setup;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is measured, and how long.
 *
 * @param setups who takes part, in the order of the table, at every MTU asked for
 * @param quick whether the figures may be rougher
 * @param rounds how often everybody is measured
 * @param windowMillis how long one measurement lasts
 * @param warmUpMillis how long everybody runs first
 * @param daemon who starts the servers, null for this process itself
 * @param path what lies between the two sides, for the file
 * @param jvmArguments what the agents' Java virtual machines are told
 * @param progress tells a person how far it is
 * @param log hears what agents write to standard error
 * @param pairs the agents
 */
record Plan(List<Setup> setups, boolean quick, int rounds, int windowMillis, int warmUpMillis,
        InetSocketAddress daemon, JsonObject path, List<String> jvmArguments, Progress progress,
        Consumer<String> log, Pairs pairs) {
    private static final int TLS_WARM_UPS = 3;

    /** Where clients find servers. */
    String host() {
        return daemon == null ? "127.0.0.1" : daemon.getAddress().getHostAddress();
    }

    /** How long somebody runs first: cryptography is slow until it is compiled. */
    int warmUpMillis(Setup setup) {
        return setup.tls() ? TLS_WARM_UPS * warmUpMillis : warmUpMillis;
    }

    /** For a benchmark to which the MTU makes no difference: everybody once. */
    List<Setup> setupsOfOneMtu() {
        return setups.stream().filter(setup -> setup.mtu() == setups.get(0).mtu()).toList();
    }
}
