/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

/** Bytes that tell their place in a stream, so that a payload at the wrong place never looks right. */
public final class StreamPattern {
    private static final int PRIME = 251;

    private StreamPattern() {
    }

    /** The bytes from an offset on. */
    public static byte[] bytes(int offset, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int at = offset + i;
            bytes[i] = (byte) (at % PRIME + at / PRIME);
        }
        return bytes;
    }
}
