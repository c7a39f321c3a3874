/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.congestion.CongestionController;
import io.culvert.congestion.Cubic;
import io.culvert.observe.SessionObserver;
import io.culvert.recovery.RtoBound;

/**
 * The settings of a session, or of many that a server has accepted: it is copied before one of them changes its own.
 * The channel's configuration writes it, the engine reads it.
 */
public final class SessionConfig implements RtoBound, Cloneable {
    /** Shared, because what is left of a session in TIME-WAIT keeps its observer. */
    private static final SessionObserver NOBODY = new SessionObserver() {
    };

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long MILLI_NANOS = 1_000_000L;

    /** Most bytes written and not acknowledged at first, or always if the size is fixed. */
    public int sendBufferBytes = 64 * 1024;
    /** Whether the send buffer keeps its size. */
    public boolean sendBufferFixed;
    /** How far the send buffer grows. */
    public int maxSendBufferBytes = 64 * 1024 * 1024;
    /** Most bytes received and not read at first, or always if the size is fixed. */
    public int receiveBufferBytes = 128 * 1024;
    /** Whether the receive buffer keeps its size. */
    public boolean receiveBufferFixed;
    /** How far the receive buffer grows. */
    public int maxReceiveBufferBytes = 64 * 1024 * 1024;
    /** What buffers draw from when they grow. */
    public MemoryBudget memory = MemoryBudget.ofProcess();
    /** No Nagle algorithm (RFC 896). */
    public boolean noDelay = true;
    /** Offer and accept the timestamps option (RFC 7323). */
    public boolean timestamps = true;
    /** Offer and accept selective acknowledgments (RFC 2018). */
    public boolean sack = true;
    /** Offer and accept window scaling (RFC 7323). */
    public boolean windowScaling = true;
    /** Upper bound of the maximum segment size announced and used in bytes; 0 for what the path allows. */
    public int maxSegmentBytes;
    /** MTU of the outgoing interface in bytes; 0 for what the system says of it. */
    public int interfaceMtu;
    /** Maximum segment lifetime (RFC 9293 3.4.2). */
    public long mslNanos = 30 * SECOND_NANOS;
    /** How long an orphan may stay in FIN-WAIT-2. */
    public long finWait2Nanos = 60 * SECOND_NANOS;
    /** How long an orphan with something to deliver may try. */
    public long orphanNanos = 60 * SECOND_NANOS;
    /** How often an orphan retransmits. */
    public int orphanRetries = 8;
    /** How often a SYN is retransmitted. */
    public int synRetries = 6;
    /** Whether both sides connect to each other, and refusals may mean no more than that the peer has not begun. */
    public boolean rendezvous;
    /** How often a SYN,ACK is retransmitted. */
    public int synAckRetries = 5;
    /** How often data is retransmitted. */
    public int dataRetries = 15;
    /** How long data may stay unacknowledged or unsent (RFC 5482), instead of {@link #dataRetries}; 0 for no limit. */
    public long userTimeoutNanos;
    /** Whether an idle peer is asked if it is there (RFC 9293 3.8.4). */
    public boolean keepAlive;
    /** How long nothing comes from a peer before it is asked; RFC 9293 3.8.4: by default at least two hours. */
    public long keepIdleNanos = 7200 * SECOND_NANOS;
    /** How long a peer that does not answer is left until it is asked again. */
    public long keepIntervalNanos = 75 * SECOND_NANOS;
    /** How often a peer is asked before it is given up. */
    public int keepCount = 9;
    /** How long no datagram of ours passes the NATs on the way until one is sent for them; 0 for as long as it may. */
    public long natKeepaliveNanos;
    /** Lower bound of the retransmission timeout. */
    public long minRtoNanos = 200 * MILLI_NANOS;
    /** How long an acknowledgment may wait (RFC 9293 3.8.6.3: at most 500 ms). */
    public long delayedAckNanos = 40 * MILLI_NANOS;
    /** The most bytes that pacing lets leave at once. */
    public int pacingQuantumBytes = 256 * 1024;
    /** Makes the congestion controller. */
    public CongestionController.Factory congestionControl = Cubic::new;
    /** Watches the session. */
    public SessionObserver observer = NOBODY;

    @Override
    public long minRtoNanos() {
        return minRtoNanos;
    }

    /** The largest receive buffer that the window scale has to allow for. */
    int largestReceiveBufferBytes() {
        return receiveBufferFixed ? Math.max(receiveBufferBytes, maxReceiveBufferBytes) : maxReceiveBufferBytes;
    }

    /** A copy for another session. */
    public SessionConfig copy() {
        try {
            return (SessionConfig) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }
}
