/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.report;

import java.util.Locale;

/** Text and numbers as they stand in HTML and SVG. */
final class Html {
    private Html() {
    }

    /** Text for an element or for an attribute in double quotes. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** An element with text in it. */
    static String element(String name, String text) {
        return "<" + name + ">" + escape(text) + "</" + name + ">\n";
    }

    /** A coordinate, to a hundredth. */
    static String coordinate(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }

    /** A figure of three digits, as a person reads it: 0.0123, 1.23, 12.3, 123, 1234, 12,345. */
    static String figure(double value) {
        double magnitude = Math.abs(value);
        if (magnitude >= 100) {
            return String.format(Locale.ROOT, magnitude < 10_000 ? "%.0f" : "%,.0f", value);
        }
        if (magnitude >= 10) {
            return String.format(Locale.ROOT, "%.1f", value);
        }
        if (magnitude >= 0.1 || value == 0) {
            return String.format(Locale.ROOT, "%.2f", value);
        }
        return String.format(Locale.ROOT, magnitude >= 0.0005 ? "%.3f" : "%.1e", value);
    }

    /** A number without needless zeros: 0.1, 50, 1500, 10,000. */
    static String plain(double value) {
        String text = String.format(Locale.ROOT, Math.abs(value) < 10_000 ? "%.3f" : "%,.3f", value);
        return text.replaceAll("\\.?0+$", "");
    }
}
