/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;

/**
 * Whose the bytes of a written buffer are. What has been sent must not change until it is acknowledged, for it may be
 * sent again; but a writer may use its buffer anew as soon as the write is done, as with a kernel's socket. So a buffer
 * is kept by reference only when nobody else can touch its memory, and copied otherwise.
 */
final class Ownership {
    private Ownership() {
    }

    /** Whether the one reference that comes with the write is the only way to the memory. */
    static boolean isExclusive(ByteBuf buffer) {
        ByteBuf memory = buffer;
        while (memory.refCnt() == 1) {
            ByteBuf behind = memory.unwrap();
            if (behind == null || memory instanceof CompositeByteBuf) {
                return memory.isDirect() && !memory.isReadOnly() && !(memory instanceof CompositeByteBuf)
                        && !isWrapped(memory);
            }
            memory = behind;
        }
        return false;
    }

    /** What an allocator gives is of a class of its own: these wrap memory of somebody else's. */
    private static boolean isWrapped(ByteBuf memory) {
        return memory.getClass() == UnpooledUnsafeDirectByteBuf.class
                || memory.getClass() == UnpooledDirectByteBuf.class;
    }
}
