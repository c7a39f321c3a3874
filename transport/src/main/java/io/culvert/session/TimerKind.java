/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import java.util.Locale;

/** What a session can wait for. */
public enum TimerKind {
    /** RFC 6298: the oldest segment in flight has to be acknowledged by then. */
    RETRANSMIT,
    /** RFC 8985 section 7: the tail of a flight is to be probed. */
    TAIL_LOSS_PROBE,
    /** RFC 8985 section 6: a segment that may have been reordered is lost by then. */
    REORDERING,
    /** The next segment may leave. */
    PACING,
    /** RFC 9293 3.8.6.1: the peer's closed window is to be probed, or a small segment sent after all. */
    PERSIST,
    /** RFC 9293 3.8.6.3: an acknowledgment may wait no longer. */
    DELAYED_ACK,
    /** RFC 9293 3.8.4: a silent peer is to be asked whether it is there. */
    KEEPALIVE,
    /** RFC 4787: a NAT on the way is to see a datagram, or it forgets the session. */
    NAT_KEEPALIVE,
    /** RFC 5482: data may wait for its acknowledgment no longer. */
    USER_TIMEOUT,
    /** RFC 8899: the path's MTU is to be probed again. */
    PATH_MTU,
    /** Buffers that have grown are looked after: are they still in use? */
    IDLE_BUFFERS,
    /** An orphan may try no longer. */
    ORPHAN,
    /** An orphan may stay in FIN-WAIT-2 no longer. */
    FIN_WAIT_2;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The name in lists, {@code tail-loss-probe}. */
    String text() {
        return text;
    }
}
