/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** As much of STUN (RFC 8489) as it takes to learn one's address outside: the binding method, without a fingerprint. */
final class Stun {
    private static final int BINDING_REQUEST = 0x0001;
    private static final int BINDING_RESPONSE = 0x0101;
    private static final int XOR_MAPPED_ADDRESS = 0x0020;
    private static final int MAGIC_COOKIE = 0x2112a442;
    private static final int TRANSACTION_BYTES = 12;
    private static final int HEADER_BYTES = 20;
    private static final int ATTRIBUTE_HEADER_BYTES = 4;
    private static final int IPV4 = 1;
    private static final int IPV6 = 2;

    private Stun() {
    }

    /** RFC 8489 section 5. */
    static void writeRequest(ByteBuf out, long transaction) {
        out.writeShort(BINDING_REQUEST).writeShort(0).writeInt(MAGIC_COOKIE).writeInt(0).writeLong(transaction);
    }

    static boolean isRequest(ByteBuf message) {
        return isMessage(message, BINDING_REQUEST);
    }

    private static boolean isMessage(ByteBuf message, int type) {
        int start = message.readerIndex();
        return message.readableBytes() >= HEADER_BYTES && message.getUnsignedShort(start) == type
                && message.getInt(start + 4) == MAGIC_COOKIE;
    }

    /** RFC 8489 14.2: tells who asked what he looks like, in a form that no NAT takes for an address. */
    static void writeResponse(ByteBuf out, ByteBuf request, InetSocketAddress sender) {
        byte[] address = xored(sender.getAddress().getAddress(), request);
        out.writeShort(BINDING_RESPONSE).writeShort(2 * ATTRIBUTE_HEADER_BYTES + address.length)
                .writeBytes(request, request.readerIndex() + 4, 4 + TRANSACTION_BYTES)
                .writeShort(XOR_MAPPED_ADDRESS).writeShort(ATTRIBUTE_HEADER_BYTES + address.length)
                .writeShort(address.length == 4 ? IPV4 : IPV6)
                .writeShort(sender.getPort() ^ MAGIC_COOKIE >>> 16)
                .writeBytes(address);
    }

    /** What a response to a transaction says, {@code null} if it is none. */
    static InetSocketAddress readResponse(ByteBuf message, long transaction) throws UnknownHostException {
        int start = message.readerIndex();
        if (!isMessage(message, BINDING_RESPONSE) || message.getLong(start + 12) != transaction) {
            return null;
        }
        int end = start + HEADER_BYTES + message.getUnsignedShort(start + 2);
        for (int at = start + HEADER_BYTES; at < end;) {
            int length = message.getUnsignedShort(at + 2);
            int value = at + ATTRIBUTE_HEADER_BYTES;
            if (message.getUnsignedShort(at) == XOR_MAPPED_ADDRESS) {
                byte[] address = ByteBufUtil.getBytes(message, value + 4, length - 4);
                return new InetSocketAddress(InetAddress.getByAddress(xored(address, message)),
                        message.getUnsignedShort(value + 2) ^ MAGIC_COOKIE >>> 16);
            }
            at = value + (length + 3 & ~3);
        }
        return null;
    }

    private static byte[] xored(byte[] address, ByteBuf message) {
        byte[] xored = address.clone();
        for (int i = 0; i < xored.length; i++) {
            xored[i] ^= message.getByte(message.readerIndex() + 4 + i);
        }
        return xored;
    }
}
