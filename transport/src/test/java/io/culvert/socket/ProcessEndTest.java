/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** The end of a process whose sockets are on the event loops that factories share. */
class ProcessEndTest {
    private static final int BYTES = 150_000;
    private static final int SEED = 31;

    @CulvertKind
    void whatAClosedSocketHasLeftIsDeliveredFirst(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            ServerSocket server = sockets.newServer();
            server.setReceiveBufferSize(20_000);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    ClosingProgram.class.getName(), String.valueOf(server.getLocalPort()), String.valueOf(BYTES),
                    String.valueOf(SEED)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
                Socket accepted = sockets.kept(server.accept());
                assertEquals("closed", out.readLine());
                // most of it is still with the other process, which has nothing more to do
                assertArrayEquals(Sockets.randomBytes(BYTES, SEED), accepted.getInputStream().readAllBytes());
                accepted.close();
                assertTrue(process.waitFor(Sockets.PATIENCE_SECONDS, TimeUnit.SECONDS), "the process does not end");
                assertEquals(0, process.exitValue());
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
