/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.socket.Sockets.Ends;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.SocketTimeoutException;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** The JDK's TLS over a socket that exists already. */
class LayeredTlsTest {
    @EveryKind
    void tlsStandsOnASocket(Kind kind) throws Exception {
        SSLContext context = context();
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            SSLSocket server = sockets.kept(
                    (SSLSocket) context.getSocketFactory().createSocket(ends.server(), null, true));
            Future<byte[]> echoing = sockets.start(() -> {
                byte[] all = server.getInputStream().readNBytes(1_000_000);
                server.getOutputStream().write(all);
                server.close();
                return all;
            });
            SSLSocket client = (SSLSocket) context.getSocketFactory()
                    .createSocket(ends.client(), "localhost", ends.client().getPort(), true);
            client.startHandshake();
            assertEquals("TLSv1.3", client.getSession().getProtocol());
            client.setSoTimeout(5);
            assertThrows(SocketTimeoutException.class, () -> client.getInputStream().read());
            client.setSoTimeout(20_000);
            byte[] sent = Sockets.randomBytes(1_000_000, 21);
            client.getOutputStream().write(sent);
            assertArrayEquals(sent, client.getInputStream().readAllBytes());
            assertArrayEquals(sent, Sockets.result(echoing));
            client.close();
            assertTrue(ends.client().isClosed());
        }
    }

    /** A server side by createSocket(socket, consumed, autoClose), and a client side that trusts its certificate. */
    private static SSLContext context() throws Exception {
        X509Bundle bundle = new CertificateBuilder().subject("CN=localhost").addSanDnsName("localhost")
                .setIsCertificateAuthority(true).algorithm(CertificateBuilder.Algorithm.ecp256).buildSelfSigned();
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(bundle.toKeyManagerFactory().getKeyManagers(), bundle.toTrustManagerFactory().getTrustManagers(),
                null);
        return context;
    }
}
