/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One of a tunnel's two processes is killed: the other one finds out. */
@Timeout(120)
class TunnelKillTest {
    private static final Pattern LISTENING = Pattern.compile("listening on \\S+:(\\d+) .*");
    private static final int BYTE = 7;

    private static Process process(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), Examples.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    }

    private static String port(Process tunnel) throws IOException {
        String line = new BufferedReader(new InputStreamReader(tunnel.getInputStream())).readLine();
        Matcher listening = LISTENING.matcher(String.valueOf(line));
        assertTrue(listening.matches(), line);
        return listening.group(1);
    }

    private static String tcp(ServerSocket server) {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    private static void exchange(Socket client, Socket socket) throws IOException {
        client.getOutputStream().write(BYTE);
        assertEquals(BYTE, socket.getInputStream().read());
        socket.getOutputStream().write(BYTE);
        assertEquals(BYTE, client.getInputStream().read());
    }

    /** Waits, or writes without end, until the connection is reset. */
    private static void awaitReset(Socket socket, boolean busy) {
        byte[] chunk = new byte[16 * 1024];
        assertThrows(IOException.class, () -> {
            while (busy) {
                socket.getOutputStream().write(chunk);
            }
            int end = socket.getInputStream().read();
            throw new AssertionError("no reset, but " + end);
        });
    }

    private static Socket connect(int port) throws IOException {
        Socket client = new Socket("127.0.0.1", port);
        client.setSoTimeout(30_000);
        return client;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theServerIsResetWhenTheEntranceIsKilled(boolean busy) throws Exception {
        try (ServerSocket server = TunnelPair.newServer();
                CommandRun exit = CommandRun.start("tunnel", "--listen", "culvert://127.0.0.1:0", "--to", tcp(server),
                        "--timeout", "1")) {
            Process entrance = process("tunnel", "--listen", "tcp://127.0.0.1:0", "--to",
                    "culvert://127.0.0.1:" + exit.port(), "--timeout", "1");
            try (Socket client = connect(Integer.parseInt(port(entrance)));
                    Socket socket = TunnelPair.accepted(server)) {
                exchange(client, socket);
                entrance.destroyForcibly().waitFor();
                awaitReset(socket, busy);
                exit.awaitOut("): culvert: timed out: ");
            } finally {
                entrance.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theClientIsResetWhenTheExitIsKilled(boolean busy) throws Exception {
        try (ServerSocket server = TunnelPair.newServer()) {
            Process exit = process("tunnel", "--listen", "culvert://127.0.0.1:0", "--to", tcp(server));
            try (CommandRun entrance = CommandRun.start("tunnel", "--listen", "tcp://127.0.0.1:0", "--to",
                            "culvert://127.0.0.1:" + port(exit), "--timeout", "1");
                    Socket client = connect(entrance.port());
                    Socket socket = TunnelPair.accepted(server)) {
                exchange(client, socket);
                exit.destroyForcibly().waitFor();
                awaitReset(client, busy);
                entrance.awaitOut("): culvert: timed out: ");
            } finally {
                exit.destroyForcibly();
            }
        }
    }
}
