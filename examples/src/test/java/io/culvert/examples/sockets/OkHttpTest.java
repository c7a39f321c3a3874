/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertServerChannel;
import io.culvert.examples.recipes.OkHttpRecipe;
import io.culvert.socket.CulvertServerSocketFactory;
import io.culvert.socket.CulvertSocketFactory;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OkHttp, against HTTP servers on Culvert. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OkHttpTest {
    private static final HeldCertificate LOCALHOST =
            new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
    private static final HandshakeCertificates SERVER =
            new HandshakeCertificates.Builder().heldCertificate(LOCALHOST).build();
    private static final HandshakeCertificates CLIENT =
            new HandshakeCertificates.Builder().addTrustedCertificate(LOCALHOST.certificate()).build();

    private EventLoopGroup group;
    private OkHttpClient client;

    @AfterEach
    void end() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private HttpService plain(Io io) throws InterruptedException {
        group = io.newGroup();
        client = OkHttpRecipe.client(new CulvertSocketFactory(group));
        return new HttpService(group, CulvertServerChannel.class, null);
    }

    private HttpService secure(Io io) throws InterruptedException {
        group = io.newGroup();
        client = OkHttpRecipe.client(new CulvertSocketFactory(group), CLIENT.sslSocketFactory(),
                CLIENT.trustManager());
        return new HttpService(group, CulvertServerChannel.class, SERVER.sslContext());
    }

    private static HttpUrl.Builder url(HttpService service) {
        return new HttpUrl.Builder().scheme("http").host("localhost").port(service.port());
    }

    private static Request post(HttpUrl url, byte[] body) {
        return new Request.Builder().url(url).post(RequestBody.create(body)).build();
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource
    void requestsShareAPooledConnection(Io io) throws Exception {
        try (HttpService service = plain(io)) {
            for (int i = 0; i < 50; i++) {
                try (Response response = client.newCall(new Request.Builder().url(url(service).build()).build())
                        .execute()) {
                    assertEquals("hello", response.body().string());
                }
            }
            assertEquals(1, service.accepted());
            assertEquals(1, client.connectionPool().idleConnectionCount());
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodiesComeBackToTheByte(Io io) throws Exception {
        try (HttpService service = plain(io)) {
            echo(url(service).build());
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodiesComeBackOverTls(Io io) throws Exception {
        try (HttpService service = secure(io)) {
            echo(url(service).scheme("https").build());
            assertEquals(1, service.accepted());
        }
    }

    private void echo(HttpUrl url) throws IOException {
        for (int size : new int[] {1, 1_000, 100_000, 8 << 20}) {
            byte[] body = randomBytes(size);
            try (Response response = client.newCall(post(url, body)).execute()) {
                assertArrayEquals(body, response.body().bytes());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyCallsRunAtOnce(Io io) throws Exception {
        try (HttpService service = plain(io)) {
            client.dispatcher().setMaxRequestsPerHost(16);
            List<CompletableFuture<byte[]>> answers = new ArrayList<>();
            for (int i = 1; i <= 200; i++) {
                CompletableFuture<byte[]> answer = new CompletableFuture<>();
                answers.add(answer);
                client.newCall(post(url(service).build(), randomBytes(i * 37))).enqueue(completing(answer));
            }
            for (int i = 1; i <= 200; i++) {
                assertArrayEquals(randomBytes(i * 37), answers.get(i - 1).get(20, TimeUnit.SECONDS));
            }
            assertTrue(service.accepted() < 50, () -> service.accepted() + " connections");
        }
    }

    private static Callback completing(CompletableFuture<byte[]> answer) {
        return new Callback() {
            @Override
            public void onFailure(Call call, IOException e) {
                answer.completeExceptionally(e);
            }

            @Override
            public void onResponse(Call call, Response response) throws IOException {
                try (response) {
                    answer.complete(response.body().bytes());
                }
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void aReadTimeoutEndsACallAndNotTheClient(Io io) throws Exception {
        try (HttpService service = plain(io)) {
            OkHttpClient hasty = client.newBuilder().readTimeout(Duration.ofMillis(50)).build();
            InterruptedIOException timeout = assertThrows(InterruptedIOException.class,
                    () -> hasty.newCall(new Request.Builder().url(url(service).addPathSegment("silent").build())
                            .build()).execute());
            assertTrue(timeout.getMessage().contains("timeout") || timeout.getMessage().contains("timed out"),
                    timeout::toString);
            echo(url(service).build());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatIsGoneIsRefused(Io io) throws Exception {
        HttpService service = plain(io);
        HttpUrl url = url(service).build();
        service.close();
        assertThrows(ConnectException.class, () -> client.newCall(post(url, new byte[10])).execute());
    }

    @ParameterizedTest
    @EnumSource
    void http2RunsBetweenBlockingSocketsOnBothSides(Io io) throws Exception {
        group = io.newGroup();
        client = OkHttpRecipe.client(new CulvertSocketFactory(group), CLIENT.sslSocketFactory(),
                CLIENT.trustManager());
        try (MockWebServer server = new MockWebServer()) {
            server.setServerSocketFactory(new CulvertServerSocketFactory(group));
            server.useHttps(SERVER.sslSocketFactory());
            server.start(InetAddress.getLoopbackAddress(), 0);
            String body = "culvert ".repeat(100_000);
            for (int i = 0; i < 3; i++) {
                server.enqueue(new MockResponse.Builder().body(body).build());
                HttpUrl url = server.url("/").newBuilder().host("localhost").build();
                try (Response response = client.newCall(post(url, randomBytes(200_000))).execute()) {
                    assertEquals(Protocol.HTTP_2, response.protocol());
                    assertEquals(body, response.body().string());
                }
            }
            assertEquals(200_000, server.takeRequest().getBodySize());
            assertEquals(1, client.connectionPool().connectionCount());
        }
    }
}
