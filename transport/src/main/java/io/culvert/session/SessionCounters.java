/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/** What a session counts, from its first segment on. Written by the engine, on the event loop. */
public final class SessionCounters {
    private static final int INCIDENTS = Incident.values().length;

    /** Segments sent, retransmissions included. */
    public long segmentsSent;
    /** Segments received that belong to the session, acceptable or not. */
    public long segmentsReceived;
    /** Payload bytes sent, retransmissions included. */
    public long bytesSent;
    /** Payload bytes received in order. */
    public long bytesReceived;

    /** By {@link Incident}; made for the first, since most sessions have none. */
    private long[] incidents;

    /** An incident has happened. */
    public void note(Incident incident) {
        if (incidents == null) {
            incidents = new long[INCIDENTS];
        }
        incidents[incident.ordinal()]++;
    }

    /** How often an incident has happened. */
    public long of(Incident incident) {
        return incidents == null ? 0 : incidents[incident.ordinal()];
    }
}
