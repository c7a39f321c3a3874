/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/** What a session counts, from its first segment on. Written by the engine, on the event loop. */
public final class SessionCounters {
    /** Segments sent, retransmissions included. */
    public long segmentsSent;
    /** Segments received that belong to the session, acceptable or not. */
    public long segmentsReceived;
    /** Payload bytes sent, retransmissions included. */
    public long bytesSent;
    /** Payload bytes received in order. */
    public long bytesReceived;
    /** Segments sent again. */
    public long retransmissions;
    /** Expiries of the retransmission timer. */
    public long retransmissionTimeouts;
    /** Retransmissions after three duplicate acknowledgments. */
    public long fastRetransmissions;
    /** Segments whose payload was there already. */
    public long duplicatesReceived;
    /** Segments that came ahead of a hole. */
    public long outOfOrderReceived;
    /** Challenge ACKs sent (RFC 5961). */
    public long challengeAcks;
    /** Segments refused by the window test or PAWS. */
    public long unacceptableReceived;
    /** Segments with the URG bit, which the format does not have. */
    public long urgentReceived;
    /** Probes of a closed window. */
    public long windowProbes;
    /** ICMP errors survived (RFC 5927). */
    public long softErrors;
}
