/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.util.List;

/** TLS 1.3 by the JDK, with a certificate of its own making that the client does not question. */
public final class Tls {
    private static final String PROTOCOL = "TLSv1.3";
    private static final String CIPHER_SUITE = "TLS_AES_128_GCM_SHA256";

    private final SslContext server;
    private final SslContext client;

    Tls() throws Exception {
        X509Bundle bundle = certificate();
        server = SslContextBuilder.forServer(bundle.toKeyManagerFactory()).sslProvider(SslProvider.JDK)
                .protocols(PROTOCOL).ciphers(List.of(CIPHER_SUITE)).build();
        client = SslContextBuilder.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm("").sslProvider(SslProvider.JDK)
                .protocols(PROTOCOL).ciphers(List.of(CIPHER_SUITE)).build();
    }

    /** A fresh one that signs itself. */
    public static X509Bundle certificate() throws Exception {
        return new CertificateBuilder()
                .subject("CN=culvert-bench")
                .setIsCertificateAuthority(true)
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .buildSelfSigned();
    }

    SslHandler server(ByteBufAllocator allocator) {
        return server.newHandler(allocator);
    }

    SslHandler client(ByteBufAllocator allocator) {
        return client.newHandler(allocator);
    }
}
