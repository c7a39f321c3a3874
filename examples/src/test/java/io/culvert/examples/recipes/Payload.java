/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import java.util.Random;

/** Bytes that compress to nothing less and repeat nowhere. */
final class Payload {
    private static final long SEED = 6;

    private Payload() {
    }

    static byte[] of(int length) {
        byte[] bytes = new byte[length];
        new Random(SEED).nextBytes(bytes);
        return bytes;
    }
}
