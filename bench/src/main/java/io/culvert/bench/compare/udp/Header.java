/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.udp;

import io.netty.buffer.ByteBuf;

/**
 * What stands before every datagram's payload: 16 bytes, of which the last 8 are the stream offset behind the payload,
 * or in an acknowledgment the furthest that was received.
 */
final class Header {
    static final int BYTES = 16;
    static final int HELLO = 0x43554201;
    static final int DATA = 0x43554202;
    static final int ACK = 0x43554203;
    static final int BYE = 0x43554204;

    private static final int OFFSET = 8;

    private Header() {
    }

    static void write(ByteBuf buffer, int kind, int payloadBytes, long offset) {
        buffer.writeInt(kind).writeInt(payloadBytes).writeLong(offset);
    }

    static int kind(ByteBuf datagram) {
        return datagram.readableBytes() < BYTES ? 0 : datagram.getInt(datagram.readerIndex());
    }

    static long offset(ByteBuf datagram) {
        return datagram.getLong(datagram.readerIndex() + OFFSET);
    }
}
