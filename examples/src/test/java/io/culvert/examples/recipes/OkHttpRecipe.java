/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import io.culvert.socket.CulvertSocketFactory;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/** OkHttp over Culvert. */
public final class OkHttpRecipe {
    private OkHttpRecipe() {
    }

    // recipe: client
    /** Plain, and TLS with the trust of the platform. */
    public static OkHttpClient client(CulvertSocketFactory sockets) {
        return new OkHttpClient.Builder()
                .socketFactory(sockets)     // new CulvertSocketFactory(), or one with event loops of your own
                .build();
    }
    // recipe ends

    // recipe: client with certificates of its own
    public static OkHttpClient client(CulvertSocketFactory sockets, SSLSocketFactory tls, X509TrustManager trusted) {
        return new OkHttpClient.Builder()
                .socketFactory(sockets)
                .sslSocketFactory(tls, trusted)
                .build();
    }
    // recipe ends
}
