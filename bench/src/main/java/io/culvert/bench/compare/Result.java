/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.culvert.bench.Figures;
import io.culvert.bench.Statistics;
import io.culvert.bench.compare.contender.Setup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one contender did in one benchmark: a figure for each round, and others beside it. */
final class Result {
    private final Setup setup;
    private final String unit;
    private final List<Double> rounds = new ArrayList<>();
    private final Map<String, List<Double>> others = new LinkedHashMap<>();
    private final JsonObject extras = new JsonObject();

    Result(Setup setup, String unit) {
        this.setup = setup;
        this.unit = unit;
    }

    Setup setup() {
        return setup;
    }

    /** A round's figure. */
    void round(double figure) {
        rounds.add(figure);
    }

    List<Double> rounds() {
        return rounds;
    }

    /** Another figure of a round, of which the median is reported. */
    void other(String name, double figure) {
        others.computeIfAbsent(name, key -> new ArrayList<>()).add(figure);
    }

    /** The median of that other figure, or NaN. */
    double other(String name) {
        return others.containsKey(name) ? Statistics.median(others.get(name)) : Double.NaN;
    }

    /** The rounds of that other figure. */
    List<Double> others(String name) {
        return others.getOrDefault(name, List.of());
    }

    /** What else is to be in the file. */
    JsonObject extras() {
        return extras;
    }

    double median() {
        return Statistics.median(rounds);
    }

    /** How far the rounds lie apart, over their median. */
    double spread() {
        return Statistics.spread(rounds);
    }

    /** The ratios to another contender's figures of the same rounds. */
    List<Double> ratios(Result to) {
        return Statistics.ratios(rounds, to.rounds);
    }

    /** As it stands in the file. */
    JsonObject toJson(String benchmark, int mtu, JsonObject path) {
        JsonObject json = new JsonObject();
        json.addProperty("benchmark", benchmark);
        json.addProperty("system", setup.system());
        json.addProperty("io", setup.io());
        json.addProperty("mtu", mtu);
        json.addProperty("tls", setup.tls());
        if (!setup.congestion().isEmpty()) {
            json.addProperty("congestion", setup.congestion());
        }
        json.add("path", path);
        json.add("rounds", array(rounds));
        json.addProperty("median", Figures.rounded(median()));
        json.addProperty("spread", Figures.rounded(spread()));
        json.addProperty("unit", unit);
        others.keySet().forEach(name -> json.addProperty(name, Figures.rounded(other(name))));
        extras.entrySet().forEach(extra -> json.add(extra.getKey(), extra.getValue()));
        return json;
    }

    static JsonArray array(List<Double> numbers) {
        JsonArray array = new JsonArray();
        numbers.forEach(number -> array.add(Figures.rounded(number)));
        return array;
    }
}
