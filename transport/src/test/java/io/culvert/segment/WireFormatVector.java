/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;

/** The vectors of the wire format: a segment, and the UDP payload it is in hex. */
public enum WireFormatVector {
    SYN("a002ffff000003e800000000020405b40402080a000000010000000001030307",
            segment -> segment.flags(SegmentFlags.SYN).sequenceNumber(1000).window(65535)
                    .mss(1460).sackPermitted(true).timestamps(1, 0).windowScale(7)),
    SYN_ACK("a012ffff00001f40000003e9020405b40402080a000000090000000101030307",
            segment -> segment.flags(SegmentFlags.SYN | SegmentFlags.ACK)
                    .sequenceNumber(8000).acknowledgmentNumber(1001).window(65535)
                    .mss(1460).sackPermitted(true).timestamps(9, 1).windowScale(7)),
    ACK("80100200000003e900001f410101080a0000000200000009",
            segment -> segment.flags(SegmentFlags.ACK)
                    .sequenceNumber(1001).acknowledgmentNumber(8001).window(512).timestamps(2, 9)),
    DATA("50180200000003e900001f4168656c6c6f",
            segment -> segment.flags(SegmentFlags.PSH | SegmentFlags.ACK)
                    .sequenceNumber(1001).acknowledgmentNumber(8001).window(512)
                    .payload(Unpooled.copiedBuffer("hello", US_ASCII), 0, 5)),
    SACK("b010020000001f41000003e90101080a0000000c000000030101050a000003ee000003f3",
            segment -> segment.flags(SegmentFlags.ACK)
                    .sequenceNumber(8001).acknowledgmentNumber(1001).window(512)
                    .timestamps(12, 3).addSackBlock(1006, 1011)),
    FIN("50110200000003fd00001f4b",
            segment -> segment.flags(SegmentFlags.FIN | SegmentFlags.ACK)
                    .sequenceNumber(1021).acknowledgmentNumber(8011).window(512)),
    RST("50040000ffffffff00000000",
            segment -> segment.flags(SegmentFlags.RST).sequenceNumber((int) 4294967295L));

    private final String hex;
    private final Consumer<Segment> fields;

    WireFormatVector(String hex, Consumer<Segment> fields) {
        this.hex = hex;
        this.fields = fields;
    }

    String hex() {
        return hex;
    }

    /** The UDP payload. */
    public byte[] bytes() {
        return ByteBufUtil.decodeHexDump(hex);
    }

    ByteBuf datagram() {
        return Unpooled.wrappedBuffer(bytes());
    }

    Segment segment() {
        Segment segment = new Segment().clear();
        fields.accept(segment);
        return segment;
    }
}
