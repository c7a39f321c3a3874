/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command on both sides, over real sockets. */
@Timeout(120)
class RendezvousTest {
    private static String free(String host) throws Exception {
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getByName(host))) {
            return host + ":" + free.getLocalPort();
        }
    }

    private static CommandRun side(String local, String peer, String... more) {
        String[] args = new String[more.length + 5];
        args[0] = "rendezvous";
        args[1] = "--local";
        args[2] = local;
        args[3] = "--peer";
        args[4] = peer;
        System.arraycopy(more, 0, args, 5, more.length);
        return CommandRun.start(args);
    }

    private static void saysOf(CommandRun side, String peer, String text) throws InterruptedException {
        assertEquals(0, side.exitCode(), side::toString);
        assertEquals(peer + " says: " + text + System.lineSeparator(), side.out());
        assertEquals(0, side.errLines().size(), side::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "[::1]"})
    void bothSayWhatTheyHaveToSay(String host) throws Exception {
        String a = free(host);
        String b = free(host);
        try (CommandRun one = side(a, b, "--message", "Grüße von der einen"); CommandRun other = side(b, a)) {
            saysOf(one, b.replace("[::1]", "[0:0:0:0:0:0:0:1]"), "Hello.");
            saysOf(other, a.replace("[::1]", "[0:0:0:0:0:0:0:1]"), "Grüße von der einen");
        }
    }

    @Test
    void aSideThatIsBoundToAnyAddressIsMet() throws Exception {
        String a = free("127.0.0.1");
        String b = free("127.0.0.1");
        try (CommandRun one = side(a.replace("127.0.0.1", "0.0.0.0"), b, "--nat-keepalive", "0");
                CommandRun other = side(b, a)) {
            saysOf(one, b, "Hello.");
            saysOf(other, a, "Hello.");
        }
    }

    @Test
    void nobodyThereIsATimeoutInOneLine() throws Exception {
        try (CommandRun alone = side(free("127.0.0.1"), free("127.0.0.1"), "--connect-timeout", "1500")) {
            assertEquals(4, alone.exitCode(), alone::toString);
            assertEquals(1, alone.errLines().size(), alone::toString);
            assertTrue(alone.errLines().get(0).contains("timed out"), alone::toString);
        }
    }

    @Test
    void aUsedPortIsAFailureInOneLine() throws Exception {
        try (DatagramSocket used = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                CommandRun second = side("127.0.0.1:" + used.getLocalPort(), free("127.0.0.1"))) {
            assertEquals(1, second.exitCode(), second::toString);
            assertEquals(1, second.errLines().size(), second::toString);
            assertTrue(second.errLines().get(0).contains("in use"), second::toString);
        }
    }
}
