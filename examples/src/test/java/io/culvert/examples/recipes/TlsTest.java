/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TLS 1.3 on top, with both providers, and what a peer can do to it. */
@Timeout(60)
class TlsTest {
    private static final int BULK_BYTES = 4 << 20;

    /** What each case is tried on. */
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest
    @CsvSource({"NIO, JDK", "NIO, OPENSSL", "EPOLL, JDK", "EPOLL, OPENSSL"})
    @interface OnEach {
    }

    private static void assumeAvailable(SslProvider provider) {
        assumeTrue(provider == SslProvider.JDK || OpenSsl.isAvailable(),
                () -> "skipped: no native BoringSSL: " + OpenSsl.unavailabilityCause());
    }

    private static Channel listen(Loops loops, SslProvider provider, Supplier<ChannelHandler> application)
            throws Exception {
        assumeAvailable(provider);
        SslContext tls = TlsRecipe.serverContext(provider, Identity.LOCALHOST.key(), Identity.LOCALHOST.certificate());
        return loops.listen(TlsRecipe.server(loops.group(), tls, application));
    }

    private static Channel connect(Loops loops, SslProvider provider, Identity trusted, Channel server,
            ChannelHandler application) throws Exception {
        SslContext tls = TlsRecipe.clientContext(provider, trusted.certificate());
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        return loops.connect(TlsRecipe.client(loops.group(), tls, "localhost", port, application), server);
    }

    @OnEach
    void carriesMegabytesBothWays(Io io, SslProvider provider) throws Exception {
        byte[] bulk = Payload.of(BULK_BYTES);
        try (Loops loops = new Loops(io)) {
            Channel server = listen(loops, provider, Echo::new);
            Recorder recorder = Recorder.of(bulk.length);
            Channel client = connect(loops, provider, Identity.LOCALHOST, server, recorder);
            client.writeAndFlush(Unpooled.wrappedBuffer(bulk));
            assertArrayEquals(bulk, recorder.received());
            SslHandler tls = client.pipeline().get(SslHandler.class);
            assertEquals("TLSv1.3", tls.engine().getSession().getProtocol());
            client.close().sync();
            assertEquals(0, recorder.failures().size(), () -> recorder.failures().toString());
        }
    }

    @OnEach
    void closeSaysGoodbyeWithCloseNotify(Io io, SslProvider provider) throws Exception {
        Recorder atServer = Recorder.of(5);
        try (Loops loops = new Loops(io)) {
            Channel server = listen(loops, provider, () -> atServer);
            Channel client = connect(loops, provider, Identity.LOCALHOST, server, new Recorder());
            client.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII));
            assertEquals("hello", new String(atServer.received(), StandardCharsets.US_ASCII));
            client.close().sync();
            assertTrue(atServer.event(SslCloseCompletionEvent.class).isSuccess());
            assertEquals(0, atServer.failures().size(), () -> atServer.failures().toString());
        }
    }

    @OnEach
    void anEndWithoutCloseNotifyIsTold(Io io, SslProvider provider) throws Exception {
        Recorder atServer = Recorder.of(5);
        try (Loops loops = new Loops(io)) {
            Channel server = listen(loops, provider, () -> atServer);
            Channel client = connect(loops, provider, Identity.LOCALHOST, server, new Recorder());
            client.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII)).sync();
            atServer.received();
            client.pipeline().firstContext().close().sync();
            assertFalse(atServer.event(SslCloseCompletionEvent.class).isSuccess());
        }
    }

    @OnEach
    void aResetIsToldBehindWhatCameBeforeIt(Io io, SslProvider provider) throws Exception {
        Recorder atServer = Recorder.of(5);
        try (Loops loops = new Loops(io)) {
            Channel server = listen(loops, provider, () -> atServer);
            Channel client = connect(loops, provider, Identity.LOCALHOST, server, new Recorder());
            client.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII)).sync();
            atServer.received();
            Loops.reset(client);
            atServer.awaitEnd();
            assertTrue(atServer.failures().stream().anyMatch(cause -> cause instanceof IOException
                    && cause.getMessage().startsWith("Connection reset")), () -> atServer.failures().toString());
        }
    }

    @OnEach
    void aResetInTheHandshakeFailsIt(Io io, SslProvider provider) throws Exception {
        assumeAvailable(provider);
        try (Loops loops = new Loops(io)) {
            Channel server = loops.listen(new ServerBootstrap().group(loops.group())
                    .channel(CulvertServerChannel.class)
                    .childHandler(new SimpleChannelInboundHandler<ByteBuf>() {
                        @Override
                        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf clientHello) {
                            Loops.reset(ctx.channel());
                        }
                    }));
            Recorder recorder = new Recorder();
            connect(loops, provider, Identity.LOCALHOST, server, recorder);
            assertInstanceOf(IOException.class, recorder.event(SslHandshakeCompletionEvent.class).cause());
        }
    }

    @OnEach
    void aServerWithAnotherNameIsRefusedOnBothSides(Io io, SslProvider provider) throws Exception {
        Recorder atServer = new Recorder();
        Recorder atClient = new Recorder();
        try (Loops loops = new Loops(io)) {
            Channel server = listen(loops, provider, () -> atServer);
            connect(loops, provider, Identity.of("elsewhere"), server, atClient);
            assertInstanceOf(SSLHandshakeException.class, atClient.event(SslHandshakeCompletionEvent.class).cause());
            assertInstanceOf(SSLException.class, atServer.event(SslHandshakeCompletionEvent.class).cause());
        }
    }

    @OnEach
    void aPeerThatSpeaksNoTlsIsRefused(Io io, SslProvider provider) throws Exception {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        try (Loops loops = new Loops(io)) {
            Channel server = listen(loops, provider, () -> new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    if (event instanceof SslHandshakeCompletionEvent handshake) {
                        refused.complete(handshake.cause());
                    }
                }

                @Override
                public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                    ctx.close();
                }
            });
            Recorder recorder = new Recorder();
            Channel client = loops.connect(
                    new Bootstrap().group(loops.group()).channel(CulvertChannel.class).handler(recorder), server);
            client.writeAndFlush(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", StandardCharsets.US_ASCII));
            assertInstanceOf(NotSslRecordException.class,
                    refused.get(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS));
            recorder.awaitEnd();
        }
    }
}
