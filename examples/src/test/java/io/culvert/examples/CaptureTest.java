/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.segment.SegmentFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code --pcap}: what is in such a file is the transport's affair, that it is there is tested here. */
@Timeout(120)
class CaptureTest {
    private static final int PACKET_BLOCK = 6;
    private static final int STATISTICS_BLOCK = 5;
    private static final int PACKET_AT = 28;
    private static final int IPV4_BYTES = 20;
    private static final int FLAGS_AT = 13;

    @TempDir
    private Path directory;

    /** The control bits of every packet; an error unless the file was finished. */
    private static List<Integer> flags(Path file) throws IOException {
        ByteBuffer blocks = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> flags = new ArrayList<>();
        int last = 0;
        for (int at = 0; at < blocks.capacity(); at += blocks.getInt(at + 4)) {
            last = blocks.getInt(at);
            if (last == PACKET_BLOCK) {
                flags.add(Byte.toUnsignedInt(blocks.get(at + PACKET_AT + IPV4_BYTES + FLAGS_AT)));
            }
        }
        assertEquals(STATISTICS_BLOCK, last);
        return flags;
    }

    private static void assertHasSynAndFin(List<Integer> flags) {
        assertEquals(SegmentFlags.SYN, flags.get(0));
        assertEquals(SegmentFlags.SYN | SegmentFlags.ACK, flags.get(1));
        assertTrue(flags.stream().filter(bits -> (bits & SegmentFlags.FIN) != 0).count() >= 2, flags::toString);
    }

    @Test
    void bothEndsOfAnEchoCanBeCaptured() throws Exception {
        Path atServer = directory.resolve("server.pcapng");
        Path atClient = directory.resolve("client.pcapng");
        try (CommandRun server = CommandRun.start("echo-server", "--port", "0", "--pcap", atServer.toString())) {
            try (CommandRun client = CommandRun.start("echo-client", "--port", Integer.toString(server.port()),
                    "--size", "100000", "--pcap", atClient.toString())) {
                assertEquals(0, client.exitCode(), client::toString);
            }
            server.awaitOut("closed 127.0.0.1:");
        }
        assertHasSynAndFin(flags(atClient));
        assertHasSynAndFin(flags(atServer));
    }

    @Test
    void aHalfCloseCanBeCaptured() throws Exception {
        Path file = directory.resolve("greeter.pcapng");
        try (CommandRun server = CommandRun.start("greeter", "--port", "0", "--pcap", file.toString())) {
            try (CommandRun client = CommandRun.start("echo-client", "--port", Integer.toString(server.port()),
                    "--size", "10")) {
                assertEquals(1, client.exitCode(), client::toString);
            }
            server.awaitOut("closed 127.0.0.1:");
        }
        assertEquals(SegmentFlags.SYN, flags(file).get(0));
    }

    /** The ladder shows both ends, the capture is the client's: without loss they are the same. */
    @Test
    void theDemoCapturesWhatItDraws() throws Exception {
        Path file = directory.resolve("demo.pcapng");
        try (CommandRun demo = CommandRun.start("demo", "--pcap", file.toString())) {
            assertEquals(0, demo.exitCode(), demo::toString);
            List<Integer> flags = flags(file);
            assertHasSynAndFin(flags);
            String last = demo.out().lines().reduce((before, after) -> after).orElseThrow();
            assertTrue(last.startsWith(flags.size() + " segments, "), () -> flags.size() + " packets, " + last);
        }
    }

    @Test
    void aFileThatCannotBeWrittenIsOneLine() throws Exception {
        Path file = directory.resolve("none").resolve("demo.pcapng");
        try (CommandRun demo = CommandRun.start("demo", "--pcap", file.toString())) {
            assertEquals(1, demo.exitCode(), demo::toString);
            assertEquals(List.of("demo: cannot write " + file), demo.errLines());
            assertEquals("", demo.out());
        }
    }
}
