/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import io.culvert.observe.CulvertMetrics;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.EventLoopGroup;
import java.util.Map;
import java.util.TreeMap;

/** What Prometheus gets to see of a group's meters at one moment. */
final class Scrape {
    private final Map<String, Double> values = new TreeMap<>();

    private Scrape(String text) {
        for (String line : text.split("\n")) {
            if (!line.startsWith("#")) {
                int blank = line.lastIndexOf(' ');
                values.put(line.substring(0, blank), Double.valueOf(line.substring(blank + 1)));
            }
        }
    }

    /** A registry with the meters of a group. */
    static PrometheusMeterRegistry registryOf(EventLoopGroup group) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new CulvertMetrics(group, Tags.empty()).bindTo(registry);
        return registry;
    }

    static Scrape of(PrometheusMeterRegistry registry) {
        return new Scrape(registry.scrape());
    }

    /** {@code culvert_sessions{state="established"}}. */
    long value(String line) {
        Double value = values.get(line);
        if (value == null) {
            throw new AssertionError("no " + line + " in\n" + String.join("\n", values.keySet()));
        }
        return value.longValue();
    }

    /** The sum over all tags. */
    long sum(String name) {
        long sum = 0;
        for (Map.Entry<String, Double> entry : values.entrySet()) {
            if (entry.getKey().equals(name) || entry.getKey().startsWith(name + "{")) {
                sum += entry.getValue().longValue();
            }
        }
        return sum;
    }

    Map<String, Double> values() {
        return values;
    }
}
