/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reference vectors of SipHash-2-4: key 00 to 0f, inputs 00, 00 01, 00 01 02 and so on. */
final class SipHashTest {
    private final SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({"0, 726fdb47dd0e0e31", "1, 74f839c593dc67fd", "2, 0d6c8009d9a94f5a", "3, 85676696d7fb7e2d",
        "4, cf2794e0277187b7", "5, 18765564cd99a68d", "6, cbc9466e58fee3ce", "7, ab0200f58b01d137",
        "8, 93f5f5799a932462", "15, a129ca6149be45e5"})
    void hashesTheReferenceInputs(int length, String expected) {
        assertEquals(Long.parseUnsignedLong(expected, 16), hash.hash(counting(length), length));
    }

    @Test
    void looksAtNoByteBeyondTheLength() {
        byte[] longer = counting(20);
        longer[15] = 99;
        assertEquals(0xa129ca6149be45e5L, hash.hash(longer, 15));
    }
}
