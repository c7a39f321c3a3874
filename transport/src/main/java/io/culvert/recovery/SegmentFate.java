/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

/** Hears what an acknowledgment, or the passing of time, tells of segments in flight. */
public interface SegmentFate {
    /**
     * A record is acknowledged, cumulatively or selectively, for the first time; it still stands in the log as it
     * was.
     */
    void delivered(int record);

    /** A record is taken for lost; it still stands in the log as it was. */
    void lost(int record);
}
