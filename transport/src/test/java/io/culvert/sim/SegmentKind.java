/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import java.util.function.Predicate;

/** What tests tell apart when they pick segments off the wire; a segment may be of several kinds. */
public enum SegmentKind implements Predicate<Segment> {
    /** Any well-formed segment. */
    ANY(segment -> true),
    /** Carries payload. */
    DATA(segment -> segment.payloadLength() > 0),
    /** SYN without ACK. */
    SYN(segment -> segment.has(SegmentFlags.SYN) && !segment.has(SegmentFlags.ACK)),
    /** SYN with ACK. */
    SYN_ACK(segment -> segment.has(SegmentFlags.SYN | SegmentFlags.ACK)),
    /** ACK that takes no sequence number and is no RST. */
    PURE_ACK(segment -> segment.has(SegmentFlags.ACK) && !segment.has(SegmentFlags.RST)
            && segment.sequenceLength() == 0),
    /** Carries a FIN. */
    FIN(segment -> segment.has(SegmentFlags.FIN)),
    /** Carries an RST. */
    RST(segment -> segment.has(SegmentFlags.RST));

    private final Predicate<Segment> test;

    SegmentKind(Predicate<Segment> test) {
        this.test = test;
    }

    @Override
    public boolean test(Segment segment) {
        return test.test(segment);
    }
}
