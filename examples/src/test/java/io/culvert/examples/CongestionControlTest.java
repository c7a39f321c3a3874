/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.congestion.NewReno;
import io.culvert.congestion.bbr.Bbr;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/congestion-control.md tells its readers to write. */
@Timeout(60)
class CongestionControlTest {
    private static final int BYTES = 2_000_000;
    private static final long BYTES_PER_SECOND = 4_000_000;
    /** What leaves at once: the initial window, and a train of the pacer. */
    private static final int BURST_BYTES = 14_600 + 262_144;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS);
    }

    @Test
    void aSessionSendsAtTheRateOfItsOwnController() throws Exception {
        ChannelHandler serverHandler = new Reader();
        ChannelHandler clientHandler = new ChannelInboundHandlerAdapter();
        ServerBootstrap server = new ServerBootstrap().group(group)
                .channel(CulvertServerChannel.class)
                .childOption(CulvertChannelOption.CONGESTION_CONTROL, NewReno::new)
                .childHandler(serverHandler);
        Bootstrap client = new Bootstrap().group(group)
                .channel(CulvertChannel.class)
                .option(CulvertChannelOption.CONGESTION_CONTROL, Bbr.factory())
                .handler(clientHandler);
        client.option(CulvertChannelOption.CONGESTION_CONTROL, FixedRate.factory(BYTES_PER_SECOND));
        Channel listener = server.bind(InetAddress.getLoopbackAddress(), 0).sync().channel();
        CulvertChannel channel = (CulvertChannel) client.connect(listener.localAddress()).sync().channel();
        long startNanos = System.nanoTime();
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[BYTES]));
        channel.delivered().sync();
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        double least = (double) (BYTES - BURST_BYTES) / BYTES_PER_SECOND;
        assertTrue(seconds >= least, () -> seconds + " s for what takes " + least + " s at least");
        channel.close().sync();
    }

    @Test
    void whatTheDocumentShowsIsCompiledHere() throws IOException {
        Path module = Path.of(System.getProperty("basedir", "."));
        Path sources = module.resolve("src/test/java/io/culvert/examples");
        String compiled = lines(Files.readString(sources.resolve("CongestionControlTest.java")))
                + lines(Files.readString(sources.resolve("FixedRate.java")));
        String document = Files.readString(module.resolve("../docs/congestion-control.md"));
        Matcher block = Pattern.compile("^```java\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE).matcher(document);
        int blocks = 0;
        while (block.find()) {
            String shown = lines(block.group(1));
            assertFalse(shown.isBlank());
            assertTrue(compiled.contains(shown), () -> "not in a test:\n" + shown);
            blocks++;
        }
        assertEquals(3, blocks);
    }

    /** Without indentation. */
    private static String lines(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n", "", "\n"));
    }

    @Sharable
    private static final class Reader extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            // the sender's delivered() tells
        }
    }
}
