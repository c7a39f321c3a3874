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
    /** Fast recoveries begun (RFC 6675, RFC 8985, RFC 6582). */
    public long fastRecoveries;
    /** Probes of a flight's tail sent (RFC 8985 section 7). */
    public long tailLossProbes;
    /** Losses that such a probe has repaired. */
    public long tailLossesRepaired;
    /** Loss episodes that proved spurious (RFC 3522, RFC 3708, RFC 5682). */
    public long spuriousLosses;
    /** D-SACK blocks received: segments that the peer had already (RFC 2883). */
    public long duplicateSacksReceived;
    /** How often the peer has dropped what it had acknowledged selectively (RFC 2018 section 8). */
    public long reneges;
    /** Segments whose payload was there already. */
    public long duplicatesReceived;
    /** Segments that came ahead of a hole. */
    public long outOfOrderReceived;
    /** Segments ahead of a hole for which there was no memory. */
    public long outOfOrderDropped;
    /** Challenge ACKs sent (RFC 5961). */
    public long challengeAcks;
    /** Segments refused by the window test or PAWS. */
    public long unacceptableReceived;
    /** Segments with the URG bit, which the format does not have. */
    public long urgentReceived;
    /** Probes of a closed window. */
    public long windowProbes;
    /** Probes of the path's MTU sent (RFC 8899). */
    public long pathProbes;
    /** Probes of the path's MTU lost. */
    public long pathProbesLost;
    /** How often the path's MTU no longer got through. */
    public long blackHoles;
    /** ICMP errors survived (RFC 5927). */
    public long softErrors;
}
