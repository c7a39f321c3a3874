/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "echo-client --size 10", "echo-client --port x", "echo-client --port 0 --size 1",
        "echo-client --port 65536 --size 1", "echo-server --port -1", "echo-client --port 9 --size -1",
        "echo-client --port 9 --size ten", "echo-client --port 9 --size 1 --linger -1", "echo-server --port 0 --io shm",
        "demo --loss 101", "demo --loss -1", "demo --loss NaN", "demo --delay -1", "demo --size -1", "nonsense", "",
        "rendezvous --local 127.0.0.1:0", "rendezvous --local 127.0.0.1 --peer 127.0.0.1:9",
        "rendezvous --local 127.0.0.1:0 --peer :9", "rendezvous --local 127.0.0.1:0 --peer 127.0.0.1:65536",
        "rendezvous --local 127.0.0.1:0 --peer 127.0.0.1:0", "rendezvous --local 127.0.0.1:-1 --peer 127.0.0.1:9",
        "rendezvous --local 127.0.0.1:0 --peer 127.0.0.1:9 --connect-timeout 0",
        "rendezvous --local 127.0.0.1:0 --peer 127.0.0.1:9 --nat-keepalive -1",
        "tunnel", "tunnel --listen tcp://127.0.0.1:0", "tunnel --listen tcp://127.0.0.1:0 --to tcp://127.0.0.1:9",
        "tunnel --listen culvert://127.0.0.1:0 --to culvert://127.0.0.1:9",
        "tunnel --listen tcp://127.0.0.1:0 --to culvert://127.0.0.1:0",
        "tunnel --listen tcp://127.0.0.1:65536 --to culvert://127.0.0.1:9",
        "tunnel --listen tcp://127.0.0.1 --to culvert://127.0.0.1:9",
        "tunnel --listen tcp://::1:0 --to culvert://127.0.0.1:9", "tunnel --listen :0 --to culvert://127.0.0.1:9",
        "tunnel --listen udp://127.0.0.1:0 --to culvert://127.0.0.1:9",
        "tunnel --listen tcp://127.0.0.1:0 --to culvert://127.0.0.1:9/x",
        "tunnel --listen tcp://127.0.0.1:0 --to culvert://127.0.0.1:9 --io shm",
        "tunnel --listen tcp://127.0.0.1:0 --to culvert://127.0.0.1:9 --timeout 0",
        "tunnel --listen tcp://127.0.0.1:0 --to culvert://127.0.0.1:9 --tls-insecure",
        "tunnel --listen tcp://127.0.0.1:0 --to culvert://127.0.0.1:9 --tls --tls-fingerprint 12",
        "tunnel --listen tcp://127.0.0.1:0 --to culvert://127.0.0.1:9 --tls --tls-insecure --tls-ca x",
        "tunnel --listen tcp://127.0.0.1:0 --to culvert://127.0.0.1:9 --tls --tls-cert x --tls-key y",
        "tunnel --listen culvert://127.0.0.1:0 --to tcp://127.0.0.1:9 --tls --tls-cert x",
        "tunnel --listen culvert://127.0.0.1:0 --to tcp://127.0.0.1:9 --tls --tls-insecure"})
    void wrongArgumentsAreTwo(String arguments) throws InterruptedException {
        try (CommandRun run = CommandRun.start(arguments.split(" "))) {
            assertEquals(2, run.exitCode(), run::toString);
            assertTrue(!run.errLines().isEmpty());
            assertEquals("", run.out());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "echo-server --help", "echo-client --help", "greeter --help", "demo --help",
        "rendezvous --help", "tunnel --help"})
    void helpFitsTheTerminal(String arguments) throws InterruptedException {
        try (CommandRun run = CommandRun.start(arguments.split(" "))) {
            assertEquals(0, run.exitCode(), run::toString);
            assertTrue(run.out().lines().allMatch(line -> line.length() <= Terminal.COLUMNS), run::toString);
            assertTrue(run.out().startsWith("Usage: culvert-examples"), run::toString);
        }
    }

    @Test
    void unknownHostIsOneLine() throws InterruptedException {
        try (CommandRun run = CommandRun.start("echo-client", "--host", "nowhere.invalid", "--port", "9",
                "--size", "1")) {
            assertEquals(1, run.exitCode(), run::toString);
            assertEquals(1, run.errLines().size(), run::toString);
        }
    }
}
