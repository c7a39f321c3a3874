/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class SelfSignedCertificateTest {
    @Test
    void isSignedWithItsOwnKeyAndValidForYears() throws Exception {
        X509Certificate certificate = SelfSignedCertificate.make().certificate();
        certificate.verify(certificate.getPublicKey());
        certificate.checkValidity();
        assertTrue(certificate.getNotAfter().toInstant().isAfter(Instant.now().plus(3600, ChronoUnit.DAYS)));
        assertEquals(3, certificate.getVersion());
        assertEquals("CN=culvert tunnel", certificate.getSubjectX500Principal().getName());
        assertEquals(certificate.getSubjectX500Principal(), certificate.getIssuerX500Principal());
        assertTrue(certificate.getSerialNumber().signum() > 0);
    }

    @Test
    void noTwoAreEqual() throws Exception {
        assertNotEquals(SelfSignedCertificate.make().fingerprint(), SelfSignedCertificate.make().fingerprint());
    }

    @Test
    void itsFingerprintIsSha256WithColons() throws Exception {
        assertTrue(SelfSignedCertificate.make().fingerprint().matches("([0-9A-F]{2}:){31}[0-9A-F]{2}"));
    }
}
