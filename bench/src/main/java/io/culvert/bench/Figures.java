/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench;

import java.util.Locale;

/** Numbers as they are printed. */
public final class Figures {
    private Figures() {
    }

    /** Without a fraction that is 0. */
    public static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** With so many places behind the point. */
    public static String fixed(double value, int places) {
        return String.format(Locale.ROOT, "%." + places + "f", value);
    }

    /** A share in percent, one place behind the point. */
    public static String percent(double share) {
        return fixed(100 * share, 1);
    }

    /** With three significant digits or so; whole numbers as they are. */
    public static String rough(double value) {
        if (value == Math.rint(value)) {
            return plain(value);
        }
        double size = Math.abs(value);
        return fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
    }

    /** With two places, or nothing if there is no such ratio. */
    public static String ratio(double value) {
        return Double.isNaN(value) ? "" : fixed(value, 2);
    }

    /** So many places behind the point are enough in a file. */
    public static double rounded(double value) {
        return Double.isFinite(value) ? Math.rint(value * 1e5) / 1e5 : 0;
    }
}
