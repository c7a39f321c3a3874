/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.FingerprintTrustManagerFactory;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.security.GeneralSecurityException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options for TLS on the Culvert leg of a tunnel: a server where it listens, a client where it connects. */
final class TunnelTls {
    /** Of 1.3 only: earlier versions cannot close one direction alone. The JDK's, which keeps the other one open. */
    private static final String VERSION = "TLSv1.3";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--tls", description = "TLS 1.3 on the Culvert leg.")
    private boolean on;

    @Option(names = "--tls-cert", paramLabel = "FILE",
            description = "Where culvert:// listens: the certificate chain, PEM. Default: a self-signed certificate, "
                    + "made at the start, whose fingerprint is printed.")
    private File certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "The private key to it, PEM (PKCS #8).")
    private File key;

    @Option(names = "--tls-ca", paramLabel = "FILE",
            description = "Where culvert:// is connected to: the authorities to trust, PEM. Default: the system's.")
    private File authorities;

    @Option(names = "--tls-fingerprint", paramLabel = "SHA256",
            description = "Or the one certificate to trust, by the fingerprint that the other side prints.")
    private String fingerprint;

    @Option(names = "--tls-insecure", description = "Or trust anyone.")
    private boolean insecure;

    /** Wrong combinations are wrong arguments. */
    void check(boolean listens) {
        boolean serverOptions = certificate != null || key != null;
        int trusted = (authorities != null ? 1 : 0) + (fingerprint != null ? 1 : 0) + (insecure ? 1 : 0);
        if (!on && (serverOptions || trusted > 0)) {
            throw usage("the --tls-... options go with --tls");
        }
        if ((certificate == null) != (key == null)) {
            throw usage("--tls-cert and --tls-key go together");
        }
        if (listens && trusted > 0) {
            throw usage("--tls-ca, --tls-fingerprint and --tls-insecure are for --to culvert://");
        }
        if (!listens && serverOptions) {
            throw usage("--tls-cert and --tls-key are for --listen culvert://");
        }
        if (trusted > 1) {
            throw usage("only one of --tls-ca, --tls-fingerprint and --tls-insecure");
        }
        if (fingerprint != null && !fingerprint.replace(":", "").matches("\\p{XDigit}{64}")) {
            throw usage("--tls-fingerprint must be 64 hexadecimal digits, with or without colons");
        }
    }

    /** Of the server's side; {@code null} without TLS. */
    SslContext server(PrintWriter out) throws IOException, GeneralSecurityException {
        if (!on) {
            return null;
        }
        if (certificate != null) {
            return context(SslContextBuilder.forServer(readable(certificate), readable(key)));
        }
        SelfSignedCertificate made = SelfSignedCertificate.make();
        out.println("certificate sha256 " + made.fingerprint());
        return context(SslContextBuilder.forServer(made.privateKey(), made.certificate()));
    }

    /** Of the client's side; {@code null} without TLS. */
    SslContext client() throws IOException {
        if (!on) {
            return null;
        }
        SslContextBuilder builder = SslContextBuilder.forClient();
        if (authorities != null) {
            builder.trustManager(readable(authorities));
        } else if (fingerprint != null) {
            // the certificate that is pinned may have any name
            builder.endpointIdentificationAlgorithm(null).trustManager(
                    FingerprintTrustManagerFactory.builder("SHA-256").fingerprints(fingerprint).build());
        } else if (insecure) {
            builder.endpointIdentificationAlgorithm(null).trustManager(InsecureTrustManagerFactory.INSTANCE);
        }
        return context(builder);
    }

    private static SslContext context(SslContextBuilder builder) throws IOException {
        return builder.sslProvider(SslProvider.JDK).protocols(VERSION).build();
    }

    private static File readable(File file) throws IOException {
        if (!file.canRead()) {
            throw new Failure("cannot read " + file);
        }
        return file;
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
