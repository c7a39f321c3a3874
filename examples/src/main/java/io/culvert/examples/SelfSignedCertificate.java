/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/**
 * A certificate that vouches for itself, to be pinned by its fingerprint. The JDK reads certificates and has no public
 * way to make one; these are the few structures of RFC 5280 4.1 that this one has.
 */
record SelfSignedCertificate(X509Certificate certificate, PrivateKey privateKey) {
    private static final int VALID_DAYS = 3650;
    private static final int SERIAL_BITS = 127;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'")
            .withZone(ZoneOffset.UTC);

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTF8_STRING = 0x0c;
    private static final int UTC_TIME = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int VERSION = 0xa0;
    private static final int LONG_LENGTH = 0x80;

    /** 1.2.840.10045.4.3.2, ecdsa-with-SHA256 (RFC 5758 3.2). */
    private static final byte[] ECDSA_WITH_SHA256 = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02};
    /** 2.5.4.3, commonName. */
    private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};

    /** With a key of its own, on the curve P-256. */
    static SelfSignedCertificate make() throws GeneralSecurityException {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = keys.generateKeyPair();
        byte[] algorithm = der(SEQUENCE, der(OBJECT_IDENTIFIER, ECDSA_WITH_SHA256));
        byte[] body = body(algorithm, pair.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(body);
        byte[] encoded = der(SEQUENCE, body, algorithm, der(BIT_STRING, new byte[1], signature.sign()));
        return new SelfSignedCertificate((X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(encoded)), pair.getPrivate());
    }

    /** TBSCertificate of RFC 5280 4.1, version 2 counted from 0. */
    private static byte[] body(byte[] algorithm, byte[] publicKey) {
        byte[] name = der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT_IDENTIFIER, COMMON_NAME),
                der(UTF8_STRING, "culvert tunnel".getBytes(StandardCharsets.UTF_8)))));
        // an hour for clocks that are late
        Instant from = Instant.now().minus(1, ChronoUnit.HOURS);
        byte[] validity = der(SEQUENCE, time(from), time(from.plus(VALID_DAYS, ChronoUnit.DAYS)));
        BigInteger serial = new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE);
        return der(SEQUENCE, der(VERSION, der(INTEGER, new byte[] {2})), der(INTEGER, serial.toByteArray()), algorithm,
                name, validity, name, publicKey);
    }

    private static byte[] time(Instant instant) {
        return der(UTC_TIME, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    /** One element: its tag, the length of its parts, its parts. */
    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (content.size() < LONG_LENGTH) {
            element.write(content.size());
        } else {
            byte[] length = BigInteger.valueOf(content.size()).toByteArray();
            int zeros = length[0] == 0 ? 1 : 0;
            element.write(LONG_LENGTH + length.length - zeros);
            element.write(length, zeros, length.length - zeros);
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }

    /** SHA-256 of the certificate, as {@code openssl x509 -fingerprint -sha256} prints it. */
    String fingerprint() throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    }
}
