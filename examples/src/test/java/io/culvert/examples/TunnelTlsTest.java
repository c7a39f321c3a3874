/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tunnel with TLS on its Culvert leg, as commands. */
@Timeout(120)
class TunnelTlsTest {
    private static final Pattern FINGERPRINT = Pattern.compile("certificate sha256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})");
    private static final int UP = 1;
    private static final int DOWN = 2;
    private static final long BYTES = 4_000_001;

    @TempDir
    private Path directory;

    private static CommandRun exit(ServerSocket server, String... more) {
        return tunnel("culvert://127.0.0.1:0", "tcp://127.0.0.1:" + server.getLocalPort(), more);
    }

    private static CommandRun entrance(CommandRun exit, String... more) {
        return tunnel("tcp://127.0.0.1:0", "culvert://localhost:" + exit.port(), more);
    }

    private static CommandRun tunnel(String listen, String to, String... more) {
        List<String> arguments = new ArrayList<>(List.of("tunnel", "--listen", listen, "--to", to));
        arguments.addAll(List.of(more));
        return CommandRun.start(arguments.toArray(new String[0]));
    }

    private static Socket connect(CommandRun entrance) throws IOException {
        Socket client = new Socket("127.0.0.1", entrance.port());
        client.setSoTimeout(30_000);
        return client;
    }

    private static String fingerprint(CommandRun exit) {
        exit.port();
        Matcher printed = FINGERPRINT.matcher(exit.out());
        assertTrue(printed.find(), exit::toString);
        return printed.group(1);
    }

    /** Each end sends, and ends its output before the other has begun. */
    private static void assertCarries(ServerSocket server, CommandRun entrance, CommandRun exit) throws Exception {
        try (Socket client = connect(entrance); Socket socket = TunnelPair.accepted(server)) {
            CompletableFuture<Void> request = CompletableFuture.runAsync(() -> send(client, UP));
            Bytes.expect(socket.getInputStream(), UP, BYTES);
            request.join();
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> send(socket, DOWN));
            Bytes.expect(client.getInputStream(), DOWN, BYTES);
            answer.join();
        }
        for (CommandRun side : List.of(entrance, exit)) {
            side.awaitOut("(" + BYTES + " bytes up, " + BYTES + " bytes down, ");
            assertTrue(side.out().endsWith("): finished" + System.lineSeparator()), side::toString);
        }
    }

    private static void send(Socket socket, int seed) {
        try {
            Bytes.write(socket.getOutputStream(), seed, BYTES);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The client is reset, the program behind the tunnel hears nothing of it, and both sides say why. */
    private static void assertRefused(ServerSocket server, CommandRun entrance, String entranceWhy, CommandRun exit,
            String exitWhy) throws Exception {
        try (Socket client = connect(entrance)) {
            client.getOutputStream().write(UP);
            IOException reset = assertThrows(IOException.class, () -> client.getInputStream().read());
            assertTrue(reset.getMessage().contains("reset"), reset::toString);
        }
        entrance.awaitOut(refusal(entranceWhy));
        exit.awaitOut(refusal(exitWhy));
        assertNobodyComes(server);
    }

    /** Newer JDKs say the alert before it. */
    private static Pattern refusal(String why) {
        return Pattern.compile("\\): culvert: (\\(\\w+\\) )?" + Pattern.quote(why));
    }

    private static void assertNobodyComes(ServerSocket server) throws IOException {
        server.setSoTimeout(1);
        assertThrows(SocketTimeoutException.class, server::accept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "auto"})
    void theCertificateMadeAtTheStartIsPinned(String io) throws Exception {
        try (ServerSocket server = TunnelPair.newServer();
                CommandRun exit = exit(server, "--tls", "--io", io);
                CommandRun entrance = entrance(exit, "--tls", "--io", io, "--tls-fingerprint", fingerprint(exit))) {
            assertCarries(server, entrance, exit);
        }
    }

    @Test
    void anotherFingerprintIsRefused() throws Exception {
        try (ServerSocket server = TunnelPair.newServer();
                CommandRun exit = exit(server, "--tls");
                CommandRun entrance = entrance(exit, "--tls", "--tls-fingerprint", "ab".repeat(32))) {
            assertRefused(server, entrance, "server certificate with unknown fingerprint", exit,
                    "Received fatal alert: certificate_unknown");
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
        try (ServerSocket server = TunnelPair.newServer();
                CommandRun exit = exit(server, "--tls");
                CommandRun entrance = entrance(exit, "--tls")) {
            assertRefused(server, entrance, "", exit, "Received fatal alert: ");
        }
    }

    @Test
    void anyCertificateWillDoWithoutSecurity() throws Exception {
        try (ServerSocket server = TunnelPair.newServer();
                CommandRun exit = exit(server, "--tls");
                CommandRun entrance = entrance(exit, "--tls", "--tls-insecure")) {
            assertCarries(server, entrance, exit);
        }
    }

    private String[] server(X509Bundle certificate) throws IOException {
        Path chain = Files.writeString(directory.resolve("chain.pem"), certificate.getCertificatePathPEM());
        Path key = Files.writeString(directory.resolve("key.pem"), certificate.getPrivateKeyPEM());
        return new String[] {"--tls", "--tls-cert", chain.toString(), "--tls-key", key.toString()};
    }

    private String[] client(X509Bundle authority) throws IOException {
        Path trusted = Files.writeString(directory.resolve("ca.pem"), authority.getRootCertificatePEM());
        return new String[] {"--tls", "--tls-ca", trusted.toString()};
    }

    private static X509Bundle authority() throws Exception {
        return new CertificateBuilder().subject("CN=authority").setIsCertificateAuthority(true).buildSelfSigned();
    }

    @Test
    void aCertificateOfATrustedAuthorityIsTaken() throws Exception {
        X509Bundle authority = authority();
        X509Bundle certificate = new CertificateBuilder().subject("CN=exit").addSanDnsName("localhost")
                .buildIssuedBy(authority);
        try (ServerSocket server = TunnelPair.newServer();
                CommandRun exit = exit(server, server(certificate));
                CommandRun entrance = entrance(exit, client(authority))) {
            assertCarries(server, entrance, exit);
        }
    }

    @Test
    void aCertificateOfAnotherHostIsRefused() throws Exception {
        X509Bundle authority = authority();
        X509Bundle certificate = new CertificateBuilder().subject("CN=exit").addSanDnsName("elsewhere.example")
                .buildIssuedBy(authority);
        try (ServerSocket server = TunnelPair.newServer();
                CommandRun exit = exit(server, server(certificate));
                CommandRun entrance = entrance(exit, client(authority))) {
            assertRefused(server, entrance, "No ", exit, "Received fatal alert: certificate_unknown");
        }
    }

    @Test
    void whoSpeaksNoTlsIsRefused() throws Exception {
        try (ServerSocket server = TunnelPair.newServer();
                CommandRun exit = exit(server, "--tls");
                CommandRun entrance = entrance(exit);
                Socket client = connect(entrance)) {
            client.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            exit.awaitOut("): culvert: not an SSL/TLS record");
            assertNobodyComes(server);
        }
    }

    /** RFC 8446 6.1: who ends the session without close_notify may be an attacker who cuts it short. */
    @Test
    void anEndThatTlsDoesNotConfirmIsAReset() throws Exception {
        SslContext tls = SslContextBuilder.forClient().endpointIdentificationAlgorithm(null)
                .trustManager(InsecureTrustManagerFactory.INSTANCE).build();
        try (ServerSocket server = TunnelPair.newServer();
                CommandRun exit = exit(server, "--tls");
                Stack stack = new Stack(1, IoKind.NIO)) {
            SslHandler handler = tls.newHandler(ByteBufAllocator.DEFAULT);
            CulvertChannel channel = (CulvertChannel) new Bootstrap().group(stack.group())
                    .channel(CulvertChannel.class)
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .handler(handler)
                    .connect("127.0.0.1", exit.port()).sync().channel();
            handler.handshakeFuture().sync();
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {UP})).sync();
            try (Socket socket = TunnelPair.accepted(server)) {
                assertEquals(UP, socket.getInputStream().read());
                channel.shutdownOutput();
                assertThrows(IOException.class, () -> socket.getInputStream().read());
            }
            exit.awaitOut("): culvert: ended without TLS's close_notify");
            channel.close();
        }
    }

    @Test
    void aMissingFileIsAFailureInOneLine() throws Exception {
        String missing = directory.resolve("missing.pem").toString();
        try (ServerSocket server = TunnelPair.newServer();
                CommandRun exit = exit(server, "--tls", "--tls-cert", missing, "--tls-key", missing)) {
            assertEquals(1, exit.exitCode(), exit::toString);
            assertEquals(List.of("tunnel: cannot read " + missing), exit.errLines());
        }
    }
}
