/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.culvert.segment.MalformedReason;
import io.culvert.state.ConnectionState;
import io.netty.channel.EventLoop;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.ToLongFunction;

/**
 * What the sessions and sockets of one event loop count together, those that are gone included: nothing of it ever
 * becomes less but the number of sessions in a state. The engine adds to plain fields on the event loop, and nothing
 * else; who reads them from another thread may find what was counted latest missing, and the next time finds it. When
 * the event loop is garbage its counts go to those of the process.
 */
public final class LoopCounters {
    private static final ReferenceQueue<EventLoop> GONE = new ReferenceQueue<>();
    private static final Map<EventLoop, LoopCounters> OF_LOOP = new WeakHashMap<>();
    private static final Set<Entry> ENTRIES = new HashSet<>();
    private static final LoopCounters OF_GONE = new LoopCounters();

    /** Segments of sessions sent. */
    private long segmentsSent;
    private long segmentsReceived;
    private long bytesSent;
    private long bytesReceived;
    private long bytesRetransmitted;
    private final Durations roundTrips = new Durations();
    private final Durations handshakeTimes = new Durations();
    private final long[] incidents = new long[Incident.values().length];
    private final long[] carrierIncidents = new long[CarrierIncident.values().length];
    private final long[] malformed = new long[MalformedReason.values().length];
    private final long[] activeHandshakes = new long[HandshakeResult.values().length];
    private final long[] passiveHandshakes = new long[HandshakeResult.values().length];
    private final int[] sessions = new int[ConnectionState.values().length];

    private static final class Entry extends WeakReference<EventLoop> {
        final LoopCounters counters;

        Entry(EventLoop loop, LoopCounters counters) {
            super(loop, GONE);
            this.counters = counters;
        }
    }

    /** Counters of no event loop: for sessions that are on none. */
    public LoopCounters() {
    }

    /** The counters of an event loop, always the same. Any thread may call. */
    public static synchronized LoopCounters of(EventLoop loop) {
        forgetGone();
        LoopCounters counters = OF_LOOP.get(loop);
        if (counters == null) {
            counters = new LoopCounters();
            OF_LOOP.put(loop, counters);
            ENTRIES.add(new Entry(loop, counters));
        }
        return counters;
    }

    /** The sum of a figure over all event loops of this process, past ones included. Any thread may call. */
    public static synchronized long sum(ToLongFunction<LoopCounters> figure) {
        forgetGone();
        long sum = figure.applyAsLong(OF_GONE);
        for (Entry entry : ENTRIES) {
            sum += figure.applyAsLong(entry.counters);
        }
        return sum;
    }

    private static void forgetGone() {
        for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
            ENTRIES.remove(gone);
            OF_GONE.addAll(((Entry) gone).counters);
        }
    }

    /** Takes over what an event loop has counted whose sessions are no more. */
    private void addAll(LoopCounters others) {
        segmentsSent += others.segmentsSent;
        segmentsReceived += others.segmentsReceived;
        bytesSent += others.bytesSent;
        bytesReceived += others.bytesReceived;
        bytesRetransmitted += others.bytesRetransmitted;
        roundTrips.addAll(others.roundTrips);
        handshakeTimes.addAll(others.handshakeTimes);
        addAll(incidents, others.incidents);
        addAll(carrierIncidents, others.carrierIncidents);
        addAll(malformed, others.malformed);
        addAll(activeHandshakes, others.activeHandshakes);
        addAll(passiveHandshakes, others.passiveHandshakes);
    }

    private static void addAll(long[] counts, long[] others) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += others[i];
        }
    }

    // ---- the engine, on the event loop --------------------------------------------------------------------------

    /** A session sends a segment. */
    public void sent(int payloadBytes) {
        segmentsSent++;
        bytesSent += payloadBytes;
    }

    /** A segment has come for a session. */
    public void received() {
        segmentsReceived++;
    }

    /** Text has come in order. */
    public void text(int bytes) {
        bytesReceived += bytes;
    }

    /** Payload was sent again. */
    public void sentAgain(int payloadBytes) {
        bytesRetransmitted += payloadBytes;
    }

    /** A round trip was measured. */
    public void roundTrip(long nanos) {
        roundTrips.add(nanos);
    }

    /** Something seldom has happened to a session. */
    public void note(Incident incident) {
        incidents[incident.ordinal()]++;
    }

    /** Something has happened on a socket. */
    public void note(CarrierIncident incident) {
        carrierIncidents[incident.ordinal()]++;
    }

    /** A datagram was dropped that is no segment. */
    public void malformed(MalformedReason reason) {
        malformed[reason.ordinal()]++;
    }

    /** A handshake has ended. */
    public void handshake(boolean passive, HandshakeResult result) {
        (passive ? passiveHandshakes : activeHandshakes)[result.ordinal()]++;
    }

    /** A session is open that took so long for it. */
    public void handshakeTime(long nanos) {
        handshakeTimes.add(nanos);
    }

    /** A session goes from one state to another. */
    public void moved(ConnectionState from, ConnectionState to) {
        left(from);
        entered(to);
    }

    /** A session in a state has come to the event loop. */
    public void entered(ConnectionState state) {
        sessions[state.ordinal()]++;
    }

    /** A session in a state has left the event loop. */
    public void left(ConnectionState state) {
        sessions[state.ordinal()]--;
    }

    // ---- whoever wants to know, on any thread -------------------------------------------------------------------

    /** Segments that sessions have sent, retransmissions included. */
    public long segmentsSent() {
        return segmentsSent;
    }

    /** Segments that have come for sessions, acceptable or not. */
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
        return bytesRetransmitted;
    }

    /** The round trips measured. */
    public Durations roundTrips() {
        return roundTrips;
    }

    /** From the first SYN, sent or received, until the session was open; not of those that a cookie has opened. */
    public Durations handshakeTimes() {
        return handshakeTimes;
    }

    /** How often something has happened to a session. */
    public long of(Incident incident) {
        return incidents[incident.ordinal()];
    }

    /** How often something has happened on a socket. */
    public long of(CarrierIncident incident) {
        return carrierIncidents[incident.ordinal()];
    }

    /** Datagrams dropped for a reason. */
    public long malformedBy(MalformedReason reason) {
        return malformed[reason.ordinal()];
    }

    /** Handshakes that ended so. */
    public long handshakes(boolean passive, HandshakeResult result) {
        return (passive ? passiveHandshakes : activeHandshakes)[result.ordinal()];
    }

    /** Sessions in a state now; meaningless for CLOSED. */
    public int sessionsIn(ConnectionState state) {
        return sessions[state.ordinal()];
    }
}
