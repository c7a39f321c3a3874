/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.observe.Incident;
import io.culvert.observe.LoopCounters;

/**
 * What a session counts, from its first segment on, for itself and for the event loop it is on. Written by the engine,
 * on the event loop.
 */
public final class SessionCounters {
    private static final int INCIDENTS = Incident.values().length;
    private static final LoopCounters NO_LOOP = new LoopCounters();

    private LoopCounters loop = NO_LOOP;
    private long segmentsSent;
    private long segmentsReceived;
    private long bytesSent;
    private long bytesReceived;

    /** By {@link Incident}, and then the bytes sent again; made for the first, since most sessions have none. */
    private long[] incidents;

    /** The session is on another event loop. */
    public void loop(LoopCounters counters) {
        loop = counters;
    }

    /** A segment is sent. */
    public void sent(int payloadBytes) {
        segmentsSent++;
        bytesSent += payloadBytes;
        loop.sent(payloadBytes);
    }

    /** A segment has come that belongs to the session, acceptable or not. */
    public void received() {
        segmentsReceived++;
        loop.received();
    }

    /** Text has come in order. */
    void text(int bytes) {
        bytesReceived += bytes;
        loop.text(bytes);
    }

    /** A round trip was measured. */
    void roundTrip(long nanos) {
        loop.roundTrip(nanos);
    }

    /** A segment is sent again. */
    void sentAgain(Incident cause, int payloadBytes) {
        note(Incident.RETRANSMISSION);
        note(cause);
        incidents[INCIDENTS] += payloadBytes;
        loop.sentAgain(payloadBytes);
    }

    /** An incident has happened. */
    public void note(Incident incident) {
        if (incidents == null) {
            incidents = new long[INCIDENTS + 1];
        }
        incidents[incident.ordinal()]++;
        loop.note(incident);
    }

    /** Segments sent, retransmissions included. */
    public long segmentsSent() {
        return segmentsSent;
    }

    /** Segments received that belong to the session, acceptable or not. */
    public long segmentsReceived() {
        return segmentsReceived;
    }

    /** Payload bytes sent, retransmissions included. */
    public long bytesSent() {
        return bytesSent;
    }

    /** Payload bytes received in order. */
    public long bytesReceived() {
        return bytesReceived;
    }

    /** Payload bytes sent again. */
    public long bytesRetransmitted() {
        return incidents == null ? 0 : incidents[INCIDENTS];
    }

    /** How often an incident has happened. */
    public long of(Incident incident) {
        return incidents == null ? 0 : incidents[incident.ordinal()];
    }
}
