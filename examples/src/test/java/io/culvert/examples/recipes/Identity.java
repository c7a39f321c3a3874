/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A key and its certificate, issued by itself. */
final class Identity {
    /** Of the server of every test, under the names that the tests connect to. */
    static final Identity LOCALHOST = of("localhost");

    private final X509Bundle bundle;

    private Identity(X509Bundle bundle) {
        this.bundle = bundle;
    }

    static Identity of(String name) {
        try {
            return new Identity(new CertificateBuilder().subject("CN=" + name).ecp256()
                    .addSanDnsName(name).addSanIpAddress("127.0.0.1")
                    .setIsCertificateAuthority(true).buildSelfSigned());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    PrivateKey key() {
        return bundle.getKeyPair().getPrivate();
    }

    X509Certificate certificate() {
        return bundle.getCertificate();
    }
}
