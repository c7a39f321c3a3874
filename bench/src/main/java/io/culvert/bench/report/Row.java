/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** One of the results. Whatever it does not say is {@link Double#NaN}, empty or false. */
record Row(JsonObject json) {
    String benchmark() {
        return text("benchmark");
    }

    String system() {
        return text("system");
    }

    String unit() {
        return text("unit");
    }

    double median() {
        return number("median");
    }

    double ratio() {
        return number("ratioToKernelTcp");
    }

    boolean isCulvert() {
        return Systems.of(system()) == Systems.CULVERT;
    }

    /** Whether what it sends is encrypted, by TLS on top or by itself. */
    boolean isEncrypted() {
        return hasTls() || Systems.of(system()).alwaysEncrypts();
    }

    boolean hasTls() {
        JsonElement tls = json.get("tls");
        return tls != null && tls.isJsonPrimitive() && tls.getAsBoolean();
    }

    /** The least and the most of the rounds, or the median twice. */
    double[] range() {
        double least = median();
        double most = median();
        for (double round : numbers("rounds")) {
            least = Math.min(least, round);
            most = Math.max(most, round);
        }
        return new double[] {least, most};
    }

    /** The system, with whatever tells it from another row of the same system. */
    String label() {
        StringBuilder label = new StringBuilder(Systems.title(system()));
        if (hasTls() && !Systems.of(system()).alwaysEncrypts()) {
            label.append(" + TLS");
        }
        for (String name : new String[] {"congestion", "io"}) {
            if (!text(name).isEmpty()) {
                label.append(", ").append(name.equals("congestion") ? congestion() : text(name));
            }
        }
        return label.toString();
    }

    /** The congestion control as it is written in running text. */
    String congestion() {
        return switch (text("congestion")) {
            case "cubic" -> "CUBIC";
            case "bbr" -> "BBR";
            case "newreno" -> "NewReno";
            default -> text("congestion");
        };
    }

    /** The path between the two sides, in words. */
    String path() {
        JsonObject path = object("path");
        Row in = new Row(path);
        List<String> words = new ArrayList<>();
        String kind = in.text("kind").isEmpty() ? "loopback" : in.text("kind");
        words.add(switch (kind) {
            case "veth" -> "two network namespaces (veth)";
            case "emulated" -> "emulated link";
            default -> kind;
        });
        addUnlessUnknown(words, in.number("rateMbit"), " Mbit/s");
        addUnlessUnknown(words, in.number("rttMillis"), " ms round trip");
        addUnlessUnknown(words, in.number("lossPercent"), " % loss");
        return String.join(", ", words);
    }

    private static void addUnlessUnknown(List<String> words, double number, String unit) {
        if (!Double.isNaN(number)) {
            words.add(Html.plain(number) + unit);
        }
    }

    /** Whether delay or loss stands between the two sides. */
    boolean isOverLink() {
        Row path = new Row(object("path"));
        return !Double.isNaN(path.number("rttMillis")) || !Double.isNaN(path.number("lossPercent"));
    }

    /** The largest packet, in words. */
    String mtu() {
        double mtu = number("mtu");
        if (Double.isNaN(mtu)) {
            mtu = new Row(object("path")).number("mtu");
        }
        return Double.isNaN(mtu) ? "" : mtu <= 0 ? "as large as the path takes" : "MTU " + Html.plain(mtu);
    }

    String text(String name) {
        JsonElement value = json.get(name);
        return value == null || !value.isJsonPrimitive() ? "" : value.getAsString();
    }

    double number(String name) {
        return number(json.get(name));
    }

    private static double number(JsonElement value) {
        return value != null && value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber() ? value.getAsDouble()
                : Double.NaN;
    }

    List<Double> numbers(String name) {
        List<Double> numbers = new ArrayList<>();
        for (JsonElement value : array(name)) {
            double number = number(value);
            if (!Double.isNaN(number)) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    JsonArray array(String name) {
        JsonElement value = json.get(name);
        return value != null && value.isJsonArray() ? value.getAsJsonArray() : new JsonArray();
    }

    JsonObject object(String name) {
        JsonElement value = json.get(name);
        return value != null && value.isJsonObject() ? value.getAsJsonObject() : new JsonObject();
    }

    /** Percentile and value in turn, as {@code [[50, 52.1], [99, 80]]} has them. */
    List<double[]> percentiles() {
        List<double[]> points = new ArrayList<>();
        for (JsonElement pair : array("percentiles")) {
            if (pair.isJsonArray() && pair.getAsJsonArray().size() == 2) {
                double percentile = number(pair.getAsJsonArray().get(0));
                double value = number(pair.getAsJsonArray().get(1));
                if (percentile >= 0 && percentile <= 100 && value >= 0) {
                    points.add(new double[] {percentile, value});
                }
            }
        }
        return points;
    }

    /**
     * The percentiles as far as they mean something: from where the greatest value is reached, a higher one would want
     * more messages than there were.
     */
    List<double[]> curve() {
        List<double[]> points = new ArrayList<>();
        double greatest = percentiles().stream().mapToDouble(point -> point[1]).max().orElse(0);
        for (double[] point : percentiles()) {
            if (point[0] == 100) {
                break;
            }
            points.add(point);
            if (point[1] >= greatest) {
                break;
            }
        }
        return points;
    }
}
