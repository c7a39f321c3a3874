/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;

/** The fields of a segment at one moment, detached from the flyweight: what two segments are compared by. */
record SegmentFields(int flags, int window, int sequenceNumber, int acknowledgmentNumber, int mss, int windowScale,
        boolean sackPermitted, boolean timestamps, int timestampValue, int timestampEcho, List<Integer> sackEdges,
        String payload) {

    static SegmentFields of(Segment segment) {
        return new SegmentFields(segment.flags(), segment.window(), segment.sequenceNumber(),
                segment.acknowledgmentNumber(), segment.mss(), segment.windowScale(), segment.sackPermitted(),
                segment.hasTimestamps(), segment.timestampValue(), segment.timestampEcho(), sackEdges(segment),
                payload(segment));
    }

    private static List<Integer> sackEdges(Segment segment) {
        List<Integer> edges = new ArrayList<>(2 * segment.sackBlocks());
        for (int i = 0; i < segment.sackBlocks(); i++) {
            edges.add(segment.sackLeft(i));
            edges.add(segment.sackRight(i));
        }
        return edges;
    }

    private static String payload(Segment segment) {
        return segment.payloadLength() == 0
                ? ""
                : ByteBufUtil.hexDump(segment.payload(), segment.payloadOffset(), segment.payloadLength());
    }

    /** The same segment as its sender sends it on: URG is never sent. */
    SegmentFields withoutUrg() {
        return new SegmentFields(flags & ~SegmentFlags.URG, window, sequenceNumber, acknowledgmentNumber, mss,
                windowScale, sackPermitted, timestamps, timestampValue, timestampEcho, sackEdges, payload);
    }
}
