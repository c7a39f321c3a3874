/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns: the first ones to the left, numbers to the right. */
public final class TextTable {
    private static final String GAP = "  ";

    private final int leftColumns;
    private final List<String[]> rows = new ArrayList<>();

    /**
     * A table.
     *
     * @param leftColumns how many columns stand to the left
     */
    public TextTable(int leftColumns, String... heads) {
        this.leftColumns = leftColumns;
        rows.add(heads);
    }

    /** Adds a row, as many cells as there are heads. */
    public TextTable row(String... cells) {
        rows.add(cells);
        return this;
    }

    /** Whether there is no row yet. */
    public boolean isEmpty() {
        return rows.size() == 1;
    }

    /** Prints it, every column as wide as it has to be. */
    public void print(PrintWriter out) {
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String padding = " ".repeat(widths[i] - row[i].length());
                line.append(i == 0 ? "" : GAP).append(i < leftColumns ? row[i] + padding : padding + row[i]);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
