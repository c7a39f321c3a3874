/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

/**
 * What {@code SO_SNDBUF} and {@code SO_RCVBUF} are set to.
 *
 * @param bytes the size of both, 0 to set neither
 */
record Buffers(int bytes) {
    private static final int MEBIBYTE = 1 << 20;

    /** Nothing is set. */
    static final Buffers AUTOMATIC = new Buffers(0);

    static Buffers ofMebibytes(int mebibytes) {
        return new Buffers(mebibytes * MEBIBYTE);
    }

    boolean areSet() {
        return bytes > 0;
    }
}
