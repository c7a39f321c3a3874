/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.culvert.SessionInfo;

/** What the recovery tests saw, as one table in a file beside the other results of the build. */
final class RecoveryReport {
    private static final Path FILE = Path.of(System.getProperty("basedir", "."), "target/interop/recovery.txt");
    private static final String SIDE = "%5s/%-5s%6s%5s%4s%4s%6s%5s";
    private static final String HEADER = String.format(Locale.ROOT, "%-38s %-22s | " + SIDE + " | " + SIDE + " | %s",
            "weather", "ends", "lost", "sent", "again", "vain", "TLP", "RTO", "SACK", "DSCK",
            "lost", "sent", "again", "vain", "TLP", "RTO", "SACK", "DSCK", "MB/s");

    private final List<String> rows = new ArrayList<>();

    /**
     * One end, as a sender. What it was told is what passed the bridge the other way.
     *
     * @param needless segments sent again that had been sent on before
     * @param probes tail loss probes, -1 where that is not known
     * @param sacks segments with SACK blocks that it was sent
     * @param dsacks how many of them reported a duplicate
     */
    record Side(long lost, long sent, long again, long needless, long probes, long timeouts, long sacks, long dsacks) {
        static Side of(SessionInfo ours, Map<String, Long> path) {
            return of(path, "to_kernel", "to_udp", ours.tailLossProbes(), ours.retransmissionTimeouts());
        }

        static Side of(TcpInfo kernel, Map<String, Long> path, String way, String back) {
            return of(path, way, back, -1, kernel.retransmissionTimeouts());
        }

        private static Side of(Map<String, Long> path, String way, String back, long probes, long timeouts) {
            return new Side(path.get(way + "_data_dropped"), path.get(way + "_data_segments"),
                    path.get(way + "_retransmitted"), path.get(way + "_needless"), probes, timeouts,
                    path.get(back + "_sack_segments"), path.get(back + "_dsack_blocks"));
        }

        private String columns() {
            return String.format(Locale.ROOT, SIDE, lost, sent, again, needless, probes < 0 ? "-" : probes, timeouts,
                    sacks, dsacks);
        }
    }

    /** Adds a row and returns it with the table's header, for messages. */
    String add(Enum<?> weather, String ends, Side first, Side second, long bytes, Duration taken) {
        String row = String.format(Locale.ROOT, "%-38s %-22s | %s | %s | %.1f", weather, ends, first.columns(),
                second.columns(), bytes * 1e3 / taken.toNanos());
        rows.add(row);
        return System.lineSeparator() + HEADER + System.lineSeparator() + row;
    }

    /** Writes the table, unless it is empty because everything was skipped. */
    void write() throws IOException {
        if (!rows.isEmpty()) {
            Files.createDirectories(FILE.getParent());
            rows.add(0, HEADER);
            Files.write(FILE, rows);
        }
    }
}
