/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider;

/** Reactor Netty's HTTP on top. */
@Timeout(60)
class ReactorNettyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Loops.PATIENCE_SECONDS);
    private static final int PIECES = 32;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int REQUESTS = 100;
    private static final int SESSIONS = 4;

    /** The channels of the requests that get no answer, or not all of one. */
    private final BlockingQueue<Channel> held = new LinkedBlockingQueue<>();
    private final Set<Channel> accepted = ConcurrentHashMap.newKeySet();

    private final class Rig implements AutoCloseable {
        final Loops loops;
        final DisposableServer server;
        final ConnectionProvider connections = ConnectionProvider.builder("culvert").maxConnections(SESSIONS)
                .pendingAcquireMaxCount(REQUESTS).build();
        final HttpClient client;

        Rig(Loops loops, UnaryOperator<HttpServer> served, UnaryOperator<HttpClient> asked) {
            this.loops = loops;
            server = served.apply(ReactorNettyRecipe.server(loops.group(), Loops.free()))
                    .option(ChannelOption.ALLOCATOR, loops.buffers())
                    .option(CulvertChannelOption.DATAGRAM_HANDLER, loops.countDatagrams())
                    .childOption(ChannelOption.ALLOCATOR, loops.buffers())
                    .doOnConnection(connection -> accepted.add(connection.channel()))
                    .handle(ReactorNettyTest.this::answer).bindNow(PATIENCE);
            client = asked.apply(ReactorNettyTest.client(loops, connections, server.address()));
        }

        Rig(Loops loops) {
            this(loops, server -> server, client -> client);
        }

        CompletableFuture<byte[]> post(String path, byte[] body) {
            return client.post().uri(path).send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)))
                    .responseSingle((response, bytes) -> bytes.asByteArray()).timeout(PATIENCE).toFuture();
        }

        Channel nextHeld() throws InterruptedException {
            Channel channel = held.poll(Loops.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(channel, "no request came");
            return channel;
        }

        @Override
        public void close() {
            connections.disposeLater().block(PATIENCE);
            server.disposeNow(PATIENCE);
        }
    }

    private static HttpClient client(Loops loops, ConnectionProvider connections, SocketAddress server) {
        return ReactorNettyRecipe.client(loops.group(), connections, server)
                .option(ChannelOption.ALLOCATOR, loops.buffers())
                .option(CulvertChannelOption.DATAGRAM_HANDLER, loops.countDatagrams())
                .disableRetry(true);
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        return switch (request.uri()) {
            case "/echo" -> response.send(request.receive().retain());
            case "/pieces" -> response.send(Flux.range(0, PIECES)
                    .map(piece -> response.alloc().buffer(PIECE_BYTES).writeBytes(GrpcService.piece(piece))));
            case "/part" -> {
                response.withConnection(connection -> held.add(connection.channel()));
                ByteBuf half = response.alloc().buffer().writeZero(HttpService.PROMISED_BYTES / 2);
                yield response.header("Content-Length", Integer.toString(HttpService.PROMISED_BYTES))
                        .send(Flux.concat(Mono.just(half), Mono.never()), bytes -> true);
            }
            case "/hold" -> {
                response.withConnection(connection -> held.add(connection.channel()));
                yield Mono.never();
            }
            default -> response.sendNotFound();
        };
    }

    private static Throwable failure(CompletableFuture<byte[]> answer) {
        return assertThrows(CompletionException.class, answer::join).getCause();
    }

    @ParameterizedTest
    @EnumSource
    void asksAndAnswersOverSessionsOfAPool(Io io) throws Exception {
        try (Loops loops = new Loops(io); Rig rig = new Rig(loops)) {
            List<CompletableFuture<byte[]>> answers = new ArrayList<>();
            for (int request = 1; request <= REQUESTS; request++) {
                answers.add(rig.post("/echo", Payload.of(request * 100)));
            }
            for (int request = 1; request <= REQUESTS; request++) {
                assertArrayEquals(Payload.of(request * 100), answers.get(request - 1).join());
            }
            assertTrue(accepted.size() <= SESSIONS, () -> accepted.toString());
            assertInstanceOf(CulvertChannel.class, accepted.iterator().next());
        }
    }

    @ParameterizedTest
    @EnumSource
    void streamsABodyToAReaderOfPieces(Io io) throws Exception {
        MessageDigest expected = GrpcService.sha256();
        for (int piece = 0; piece < PIECES; piece++) {
            expected.update(GrpcService.piece(piece));
        }
        try (Loops loops = new Loops(io); Rig rig = new Rig(loops)) {
            byte[] got = rig.client.get().uri("/pieces").responseContent().asByteArray().limitRate(1)
                    .collect(GrpcService::sha256, MessageDigest::update).map(MessageDigest::digest).block(PATIENCE);
            assertArrayEquals(expected.digest(), got);
        }
    }

    @ParameterizedTest
    @EnumSource
    void speaksHttp2OverTls(Io io) throws Exception {
        SslProvider.GenericSslContextSpec<?> served = Http2SslContextSpec.forServer(Identity.LOCALHOST.key(),
                Identity.LOCALHOST.certificate());
        SslProvider.GenericSslContextSpec<?> trusting = Http2SslContextSpec.forClient()
                .configure(tls -> tls.trustManager(Identity.LOCALHOST.certificate()));
        try (Loops loops = new Loops(io); Rig rig = new Rig(loops,
                server -> server.protocol(HttpProtocol.H2).secure(tls -> tls.sslContext(served)),
                client -> client.protocol(HttpProtocol.H2).secure(tls -> tls.sslContext(trusting)))) {
            String version = rig.client.post().uri("/echo").send(Mono.just(Unpooled.wrappedBuffer(Payload.of(10))))
                    .response((response, bytes) -> bytes.aggregate().thenReturn(response.version().text()))
                    .blockLast(PATIENCE);
            assertEquals("HTTP/2.0", version);
            byte[] bulk = Payload.of(PIECE_BYTES);
            assertArrayEquals(bulk, rig.post("/echo", bulk).join());
        }
    }

    @ParameterizedTest
    @EnumSource
    void speaksHttp2InClear(Io io) throws Exception {
        try (Loops loops = new Loops(io); Rig rig = new Rig(loops, server -> server.protocol(HttpProtocol.H2C),
                client -> client.protocol(HttpProtocol.H2C))) {
            byte[] bulk = Payload.of(PIECE_BYTES);
            assertArrayEquals(bulk, rig.post("/echo", bulk).join());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetDuringARequestFailsIt(Io io) throws Exception {
        try (Loops loops = new Loops(io); Rig rig = new Rig(loops)) {
            CompletableFuture<byte[]> answer = rig.post("/hold", Payload.of(10));
            Loops.reset(rig.nextHeld());
            IOException reset = assertInstanceOf(IOException.class, failure(answer));
            assertTrue(reset.getMessage().startsWith("Connection reset"), reset::toString);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatEndsEarlyIsNoAnswer(Io io) throws Exception {
        try (Loops loops = new Loops(io); Rig rig = new Rig(loops)) {
            CompletableFuture<byte[]> answer = rig.post("/part", Payload.of(10));
            rig.nextHeld().pipeline().firstContext().close();
            assertInstanceOf(PrematureCloseException.class, failure(answer));
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobodyThereIsRefusedAtOnce(Io io) throws Exception {
        SocketAddress nobody;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            nobody = free.getLocalSocketAddress();
        }
        try (Loops loops = new Loops(io)) {
            ConnectionProvider connections = ConnectionProvider.create("culvert", 1);
            CompletableFuture<byte[]> answer = client(loops, connections, nobody).get().uri("/echo")
                    .responseSingle((response, bytes) -> bytes.asByteArray()).toFuture();
            assertInstanceOf(ConnectException.class, failure(answer));
            connections.disposeLater().block(PATIENCE);
        }
    }
}
