/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.netty.buffer.ByteBuf;

/**
 * An endless reproducible stream of bytes, made on the fly: its sender and its receiver need no memory of it. Every
 * eight bytes are one number of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
 */
final class Pattern {
    private static final long GAMMA = 0x9e3779b97f4a7c15L;

    private final long seed;
    private long position;

    Pattern(long seed) {
        this.seed = seed;
    }

    /** Bytes of the stream written or matched so far. */
    long position() {
        return position;
    }

    /** Appends the next bytes of the stream. */
    void write(ByteBuf target, int length) {
        long end = position + length;
        while (position < end) {
            if ((position & 7) == 0 && end - position >= Long.BYTES) {
                target.writeLong(word(position >>> 3));
                position += Long.BYTES;
            } else {
                target.writeByte(byteAt(position++));
            }
        }
    }

    /** Reads bytes as long as they are the next of the stream; what is left then begins with a wrong one. */
    void match(ByteBuf source) {
        while (source.isReadable()) {
            if ((position & 7) == 0 && source.readableBytes() >= Long.BYTES
                    && source.getLong(source.readerIndex()) == word(position >>> 3)) {
                source.skipBytes(Long.BYTES);
                position += Long.BYTES;
            } else if (source.getByte(source.readerIndex()) == byteAt(position)) {
                source.skipBytes(1);
                position++;
            } else {
                return;
            }
        }
    }

    private byte byteAt(long index) {
        return (byte) (word(index >>> 3) >>> 56 - 8 * (index & 7));
    }

    private long word(long index) {
        long mixed = seed + (index + 1) * GAMMA;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
