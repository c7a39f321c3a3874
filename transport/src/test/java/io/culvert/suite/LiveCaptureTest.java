/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.PATIENCE_SECONDS;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.culvert.observe.Tshark;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Wireshark, with the dissector of the documentation, makes of the datagrams that the kernel's loopback shows:
 * with epoll whole trains, which nothing has cut. Needs dumpcap and the right to use it; skipped without.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LiveCaptureTest {
    private static final int BYTES = 1 << 18;

    @TempDir
    private Path directory;

    /** The program that captures, from when it has begun. */
    private static final class Dumpcap implements AutoCloseable {
        private final Process process;

        Dumpcap(Path file, int port) throws Exception {
            process = new ProcessBuilder("dumpcap", "-q", "-i", "lo", "-B", "8", "-f", "udp port " + port,
                    "-w", file.toString()).redirectErrorStream(true).start();
            BufferedReader lines = new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder said = new StringBuilder();
            String line = lines.readLine();
            while (line != null && !line.startsWith("File: ")) {
                said.append(line).append('\n');
                line = lines.readLine();
            }
            boolean captures = line != null;
            if (!captures) {
                said.append("exit ").append(process.waitFor());
            }
            assumeTrue(captures, () -> "skipped: dumpcap does not capture here: " + said);
        }

        @Override
        public void close() throws InterruptedException {
            process.destroy();
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @CsvSource({"NIO, IPV4", "EPOLL, IPV6"})
    void aCaptureOfTheLoopbackIsAnalysedAsTcp(Io io, Loopback loopback) throws Exception {
        Tshark.assumeInstalled("dumpcap");
        Path file = directory.resolve("lo.pcapng");
        boolean trains;
        try (SocketWorld world = new SocketWorld(new Setting(io, loopback))) {
            SeededPattern pattern = new SeededPattern(1);
            StreamEnd end = new StreamEnd(pattern, BYTES, world.allocator());
            CulvertServerChannel listener = world.bind(world.server(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new EchoHandler());
                }
            }).childOption(ChannelOption.ALLOW_HALF_CLOSURE, true));
            try (Dumpcap dumpcap = new Dumpcap(file, listener.localAddress().getPort())) {
                CulvertChannel client = (CulvertChannel) finished(world.client(end)
                        .option(ChannelOption.ALLOW_HALF_CLOSURE, true).connect(listener.localAddress())).channel();
                end.ended().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                trains = client.info().offload().segmentsOnSend();
                finished(client.close());
                Tshark tshark = Tshark.of(file).withDissector();
                Awaitility.await().atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                        .until(() -> tshark.frames("tcp.completeness == 31").size() > 0);
                assertAnalysed(tshark, bytes(pattern), trains);
                assertTrue(dumpcap.process.isAlive());
            }
        }
    }

    private static void assertAnalysed(Tshark tshark, byte[] stream, boolean trains) throws Exception {
        for (byte[] said : tshark.streams()) {
            assertArrayEquals(stream, said);
        }
        assertEquals(List.of(), tshark.frames("not tcp or _ws.malformed or tcp.analysis.lost_segment"));
        assertEquals(trains, !tshark.frames("culvert.segments > 1").isEmpty());
    }

    private static byte[] bytes(SeededPattern pattern) {
        ByteBuf bytes = Unpooled.buffer(BYTES);
        pattern.writeTo(bytes, 0, BYTES);
        return ByteBufUtil.getBytes(bytes);
    }
}
