/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** A {@link RendezvousProgram} in a network namespace. */
final class RendezvousPeer implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final PrintWriter in;
    private final String outside;

    RendezvousPeer(String namespace, String address, Io io, int keepaliveSeconds) throws IOException {
        process = SystemCommand.java(namespace, RendezvousProgram.class, io.name(), address, "" + keepaliveSeconds,
                NatNetwork.STUN.getHostString(), "" + NatNetwork.STUN.getPort());
        out = process.inputReader();
        in = new PrintWriter(process.outputWriter(), true);
        outside = out.readLine();
    }

    /** Where the STUN server has seen it: address, blank, port. */
    String outside() {
        return outside;
    }

    void connectsTo(RendezvousPeer other) {
        in.println(other.outside);
    }

    void hasMet() throws IOException {
        hears("met");
    }

    void says(String line) {
        in.println(line);
    }

    /** The next thing that it says is this. */
    void hears(String line) throws IOException {
        assertEquals(line, out.readLine());
    }

    @Override
    public void close() throws Exception {
        in.close();
        if (!process.waitFor(SocketWorld.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
