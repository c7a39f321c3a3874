/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import java.nio.charset.StandardCharsets;

/**
 * What standard output can show.
 *
 * @param unicode arrows and lines, not only ASCII
 * @param colour ANSI colours
 */
record Terminal(boolean unicode, boolean colour) {
    /** No line of ours is longer. */
    static final int COLUMNS = 100;

    /** Colour only where a person looks at it and has not asked for none (no-color.org). */
    static Terminal detect() {
        boolean utf8 = Examples.outputCharset().equals(StandardCharsets.UTF_8);
        String noColour = System.getenv("NO_COLOR");
        String term = System.getenv("TERM");
        boolean colour = System.console() != null && (noColour == null || noColour.isEmpty())
                && term != null && !term.equals("dumb");
        return new Terminal(utf8, colour);
    }
}
