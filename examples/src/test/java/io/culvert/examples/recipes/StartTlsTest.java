/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A session that becomes a TLS session in mid-stream. */
@Timeout(60)
class StartTlsTest {
    private final List<String> obeyed = new CopyOnWriteArrayList<>();

    private Channel listen(Loops loops) throws Exception {
        SslContext tls = TlsRecipe.serverContext(SslProvider.JDK, Identity.LOCALHOST.key(),
                Identity.LOCALHOST.certificate());
        return loops.listen(new ServerBootstrap().group(loops.group()).channel(CulvertServerChannel.class)
                .childHandler(StartTlsRecipe.lines(() -> new StartTlsRecipe.Server(tls) {
                    @Override
                    void line(ChannelHandlerContext ctx, String line) {
                        obeyed.add(line);
                        super.line(ctx, line);
                    }
                })));
    }

    @ParameterizedTest
    @EnumSource
    void goesOnInTlsInMidStream(Io io) throws Exception {
        SslContext tls = TlsRecipe.clientContext(SslProvider.JDK, Identity.LOCALHOST.certificate());
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        try (Loops loops = new Loops(io)) {
            Channel server = listen(loops);
            CulvertChannel client = loops.connect(new Bootstrap().group(loops.group()).channel(CulvertChannel.class)
                    .handler(StartTlsRecipe.lines(() -> new StartTlsRecipe.Client(tls) {
                        @Override
                        void line(ChannelHandlerContext ctx, String line) {
                            answers.add(line);
                            super.line(ctx, line);
                        }
                    })), server);
            for (String answer : List.of("250 in clear: HELLO", "220 go ahead", "250 in private: MY SECRET")) {
                assertEquals(answer, answers.poll(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS));
            }
            client.close().sync();
        }
    }

    @ParameterizedTest
    @CsvSource({"NIO, 'STEAL\n'", "EPOLL, 'STEAL\n'", "NIO, STE", "EPOLL, STE"})
    void whatIsPutInBehindTheCommandIsNotObeyed(Io io, String putIn) throws Exception {
        try (Loops loops = new Loops(io)) {
            Channel server = listen(loops);
            Recorder recorder = new Recorder();
            CulvertChannel client = loops.connect(new Bootstrap().group(loops.group()).channel(CulvertChannel.class)
                    .handler(recorder), server);
            client.writeAndFlush(Unpooled.copiedBuffer("STARTTLS\n" + putIn, StandardCharsets.US_ASCII));
            recorder.awaitEnd();
            assertEquals(List.of("STARTTLS"), obeyed);
        }
    }
}
