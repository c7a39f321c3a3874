/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.observe.PcapTap;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option to see what a command's sessions say: a mixin for every command that has any. */
final class Capture {
    @Option(names = "--pcap", paramLabel = "FILE",
            description = "Write every segment to FILE as a TCP/IP packet, for Wireshark (pcapng).")
    private Path file;

    /**
     * Begins the capture, to be set as {@code SESSION_OBSERVER} and closed after the sessions; {@code null} if none is
     * asked for, which is nothing to both an option and a try.
     */
    PcapTap open() throws IOException {
        try {
            return file == null ? null : PcapTap.open(file);
        } catch (FileSystemException e) {
            throw new Failure("cannot write " + file + (e.getReason() == null ? "" : ": " + e.getReason()));
        }
    }
}
