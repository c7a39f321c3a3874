/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

import io.netty.buffer.ByteBuf;

/** Where the payload of an outbound segment is copied from when its datagram is written. */
@FunctionalInterface
public interface PayloadSource {
    /**
     * Appends bytes to a datagram.
     *
     * @param offset where the payload starts, in bytes from the source's own origin
     * @param length how many bytes
     * @param datagram the buffer to append to; has room
     */
    void copyTo(int offset, int length, ByteBuf datagram);
}
