/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.examples.TunnelUrl.Protocol;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TunnelUrlTest {
    @ParameterizedTest
    @CsvSource({"tcp://127.0.0.1:0, TCP, 127.0.0.1, 0", "culvert://host.example:65535, CULVERT, host.example, 65535",
        "tcp://[::1]:80, TCP, ::1, 80", "culvert://[fe80::1%eth0]:7007, CULVERT, fe80::1%eth0, 7007"})
    void hasProtocolHostAndPort(String text, Protocol protocol, String host, int port) {
        TunnelUrl url = TunnelUrl.parse(text);
        assertEquals(new TunnelUrl(protocol, host, port), url);
        assertEquals(text, url.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "127.0.0.1:80", "udp://127.0.0.1:80", "tcp://127.0.0.1", "tcp://127.0.0.1:",
        "tcp://:80", "tcp://::1:80", "tcp://[::1:80", "tcp://127.0.0.1:65536",
        "tcp://127.0.0.1:-1", "tcp://127.0.0.1:80/", "tcp://user@host:80", "TCP://127.0.0.1:80", "tcp://a b:80"})
    void anythingElseIsNamedInTheError(String text) {
        Exception wrong = assertThrows(IllegalArgumentException.class, () -> TunnelUrl.parse(text));
        assertTrue(wrong.getMessage().startsWith("'" + text + "'"), wrong::toString);
    }
}
