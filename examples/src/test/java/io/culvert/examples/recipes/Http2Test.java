/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP/2 on top, in clear by prior knowledge and over TLS by ALPN. */
@Timeout(60)
class Http2Test {
    private static final int STREAMS = 64;
    private static final int BULK_BYTES = 4 << 20;

    private final BlockingQueue<ChannelHandlerContext> held = HttpService.holding();

    /** What a session may be in. */
    enum Security {
        CLEAR, JDK, OPENSSL;

        boolean isTls() {
            return this != CLEAR;
        }

        SslContextBuilder with(SslContextBuilder tls) {
            assumeTrue(this != OPENSSL || OpenSsl.isAvailable(),
                    () -> "skipped: no native BoringSSL: " + OpenSsl.unavailabilityCause());
            return tls.sslProvider(SslProvider.valueOf(name())).protocols("TLSv1.3");
        }
    }

    /** What each case is tried on. */
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest
    @CsvSource({"NIO, CLEAR", "NIO, JDK", "NIO, OPENSSL", "EPOLL, CLEAR", "EPOLL, JDK", "EPOLL, OPENSSL"})
    @interface OnEach {
    }

    private Channel listen(Loops loops, Security security) throws Exception {
        if (!security.isTls()) {
            return loops.listen(Http2Recipe.server(loops.group(), () -> new HttpService(held)));
        }
        SslContextBuilder tls = SslContextBuilder.forServer(Identity.LOCALHOST.key(),
                Identity.LOCALHOST.certificate());
        return loops.listen(Http2Recipe.server(loops.group(), Http2Recipe.withAlpn(security.with(tls)),
                () -> new HttpService(held)));
    }

    private static Channel connect(Loops loops, Security security, Channel server) throws Exception {
        if (!security.isTls()) {
            return loops.connect(Http2Recipe.client(loops.group()), server);
        }
        SslContextBuilder tls = SslContextBuilder.forClient().trustManager(Identity.LOCALHOST.certificate());
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        return loops.connect(Http2Recipe.client(loops.group(), Http2Recipe.withAlpn(security.with(tls)), "localhost",
                port), server);
    }

    private static CompletableFuture<byte[]> post(Channel session, String path, byte[] body) throws Exception {
        HttpAnswers answers = new HttpAnswers();
        Http2StreamChannel stream = Http2Recipe.stream(session, answers).sync().getNow();
        return answers.post(stream, path, body);
    }

    @OnEach
    void manyStreamsShareASession(Io io, Security security) throws Exception {
        try (Loops loops = new Loops(io)) {
            Channel session = connect(loops, security, listen(loops, security));
            List<CompletableFuture<byte[]>> answers = new ArrayList<>();
            for (int stream = 0; stream < STREAMS; stream++) {
                answers.add(post(session, "/echo", Payload.of(1000 * stream)));
            }
            for (int stream = 0; stream < STREAMS; stream++) {
                assertArrayEquals(Payload.of(1000 * stream), answers.get(stream).get());
            }
            if (security.isTls()) {
                assertEquals("h2", session.pipeline().get(SslHandler.class).applicationProtocol());
            }
            session.close().sync();
        }
    }

    @OnEach
    void carriesLargeBodiesWithinTheStreamsWindow(Io io, Security security) throws Exception {
        byte[] bulk = Payload.of(BULK_BYTES);
        try (Loops loops = new Loops(io)) {
            Channel session = connect(loops, security, listen(loops, security));
            assertArrayEquals(bulk, post(session, "/echo", bulk).get());
            session.close().sync();
        }
    }

    @OnEach
    void aStreamThatIsResetLeavesTheOthers(Io io, Security security) throws Exception {
        try (Loops loops = new Loops(io)) {
            Channel session = connect(loops, security, listen(loops, security));
            CompletableFuture<byte[]> refused = post(session, "/hold", Payload.of(10));
            ChannelHandlerContext first = HttpService.next(held);
            CompletableFuture<byte[]> answered = post(session, "/hold", Payload.of(10));
            ChannelHandlerContext second = HttpService.next(held);
            first.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
            HttpAnswers.failure(refused);
            HttpService.answer(second, Payload.of(20));
            assertArrayEquals(Payload.of(20), answered.get());
            session.close().sync();
        }
    }

    @OnEach
    void aServerThatGoesAwayFinishesWhatItHasBegun(Io io, Security security) throws Exception {
        try (Loops loops = new Loops(io)) {
            Channel session = connect(loops, security, listen(loops, security));
            CompletableFuture<byte[]> begun = post(session, "/hold", Payload.of(10));
            ChannelHandlerContext stream = HttpService.next(held);
            stream.channel().parent().close();
            HttpService.answer(stream, Payload.of(20));
            assertArrayEquals(Payload.of(20), begun.get());
            session.closeFuture().sync();
        }
    }

    @OnEach
    void aSessionThatEndsDuringAStreamEndsIt(Io io, Security security) throws Exception {
        try (Loops loops = new Loops(io)) {
            Channel session = connect(loops, security, listen(loops, security));
            CompletableFuture<byte[]> answer = post(session, "/part", Payload.of(10));
            HttpService.next(held).channel().parent().pipeline().firstContext().close();
            HttpAnswers.failure(answer);
            session.closeFuture().sync();
        }
    }

    @OnEach
    void aResetSessionEndsItsStreams(Io io, Security security) throws Exception {
        try (Loops loops = new Loops(io)) {
            Channel session = connect(loops, security, listen(loops, security));
            CompletableFuture<byte[]> one = post(session, "/hold", Payload.of(10));
            CompletableFuture<byte[]> other = post(session, "/part", Payload.of(10));
            HttpService.next(held);
            Loops.reset(HttpService.next(held).channel().parent());
            HttpAnswers.failure(one);
            HttpAnswers.failure(other);
            session.closeFuture().sync();
        }
    }
}
