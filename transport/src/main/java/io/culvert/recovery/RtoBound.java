/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

/** The lower bound of a retransmission timeout, as it is set now; RFC 6298 2.4 says 1 s, Linux and we 200 ms. */
@FunctionalInterface
public interface RtoBound {
    /** The bound in nanoseconds. */
    long minRtoNanos();
}
