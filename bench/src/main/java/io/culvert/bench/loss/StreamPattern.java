/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;

/** An endless stream that repeats random bytes with a period of a prime number, and hands them out without a copy. */
final class StreamPattern {
    private static final int PERIOD_BYTES = 1_048_573;

    private final ByteBuf period;

    StreamPattern(long seed) {
        byte[] bytes = new byte[PERIOD_BYTES];
        new SplittableRandom(seed).nextBytes(bytes);
        period = Unpooled.directBuffer(PERIOD_BYTES).writeBytes(bytes);
    }

    /** Bytes from a position on: as many as wanted, or fewer. */
    ByteBuf slice(long position, long wanted) {
        int from = (int) (position % PERIOD_BYTES);
        return period.retainedSlice(from, (int) Math.min(wanted, PERIOD_BYTES - from));
    }

    /** Whether bytes are those of the stream from a position on. */
    boolean matches(long position, ByteBuf bytes) {
        int index = bytes.readerIndex();
        int left = bytes.readableBytes();
        int from = (int) (position % PERIOD_BYTES);
        while (left > 0) {
            int count = Math.min(left, PERIOD_BYTES - from);
            if (!ByteBufUtil.equals(period, from, bytes, index, count)) {
                return false;
            }
            index += count;
            left -= count;
            from = 0;
        }
        return true;
    }

    void release() {
        period.release();
    }
}
