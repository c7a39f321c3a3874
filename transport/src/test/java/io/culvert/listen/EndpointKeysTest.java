/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers made from a secret and a four-tuple. */
final class EndpointKeysTest {
    private static final InetSocketAddress LOCAL = new InetSocketAddress("10.0.0.1", 7000);
    private static final InetSocketAddress REMOTE = new InetSocketAddress("10.0.0.2", 40000);
    private static final InetSocketAddress OTHER_PORT = new InetSocketAddress("10.0.0.2", 40001);
    private static final InetSocketAddress OTHER_HOST = new InetSocketAddress("10.0.0.3", 40000);

    private final EndpointKeys keys = EndpointKeys.of(new byte[EndpointKeys.SECRET_BYTES]);

    // RFC 6528 section 3, RFC 9293 3.4.1: a tick every 4 microseconds
    @Test
    void initialSequenceNumbersFollowTheClock() {
        int at = keys.initialSequenceNumber(LOCAL, REMOTE, 0);
        assertEquals(at, keys.initialSequenceNumber(LOCAL, REMOTE, 3999));
        assertEquals(at + 1, keys.initialSequenceNumber(LOCAL, REMOTE, 4000));
        assertEquals(at + 250_000, keys.initialSequenceNumber(LOCAL, REMOTE, 1_000_000_000));
    }

    @Test
    void peersHaveNumberSpacesOfTheirOwn() {
        int number = keys.initialSequenceNumber(LOCAL, REMOTE, 0);
        assertNotEquals(number, keys.initialSequenceNumber(LOCAL, OTHER_PORT, 0));
        assertNotEquals(number, keys.initialSequenceNumber(LOCAL, OTHER_HOST, 0));
        int offset = keys.timestampOffset(LOCAL, REMOTE);
        assertNotEquals(offset, keys.timestampOffset(LOCAL, OTHER_PORT));
        assertNotEquals(offset, keys.timestampOffset(LOCAL, OTHER_HOST));
        assertNotEquals(number, offset);
    }

    @Test
    void theSecretDecides() {
        byte[] secret = new byte[EndpointKeys.SECRET_BYTES];
        assertEquals(keys.timestampOffset(LOCAL, REMOTE), EndpointKeys.of(secret).timestampOffset(LOCAL, REMOTE));
        for (int i = 0; i < secret.length; i++) {
            byte[] other = secret.clone();
            other[i] = 1;
            assertNotEquals(keys.timestampOffset(LOCAL, REMOTE),
                    EndpointKeys.of(other).timestampOffset(LOCAL, REMOTE));
        }
    }

    // RFC 6528 section 3: the key is random per process
    @Test
    void theKeysOfTheProcessStay() {
        assertSame(EndpointKeys.ofProcess(), EndpointKeys.ofProcess());
        assertNotEquals(keys.timestampOffset(LOCAL, REMOTE),
                EndpointKeys.ofProcess().timestampOffset(LOCAL, REMOTE));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 17})
    void aSecretHas16Bytes(int length) {
        assertThrows(IllegalArgumentException.class, () -> EndpointKeys.of(new byte[length]));
    }
}
