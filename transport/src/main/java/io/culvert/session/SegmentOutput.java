/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.segment.Segment;

/** Where a session's segments go: towards the codec. */
public interface SegmentOutput {
    /** The flyweight to fill for the next segment, cleared. */
    Segment next();

    /**
     * Sends the segment last taken from {@link #next()}, which stays filled until then: it may be changed and sent
     * again.
     *
     * @param retransmission whether any of its sequence numbers has been sent before
     */
    void send(Session session, boolean retransmission, long nowNanos);

    /** Whether the socket takes more; when not, nothing further is cut until it does. */
    boolean isWritable();
}
