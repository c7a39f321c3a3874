/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.observe.Incident;
import io.culvert.recovery.FlightLog;
import io.culvert.segment.SegmentWriter;

/**
 * What discovery of the path's MTU does to a session: {@link PathMtu} decides, this is where it takes effect. A probe
 * is one segment of the stream that is longer than SMSS.
 */
public final class PathProber {
    /** RFC 4821 7.4: what has to follow a probe, so that duplicate acknowledgments tell of its loss. */
    private static final int SEGMENTS_BEHIND = 3;

    private PathProber() {
    }

    /** The handshake is over: the search begins. */
    static void open(Session session) {
        session.path.open(bytesAllowed(session));
        session.smss(payloadOf(session, session.path.maxSegmentBytes()));
    }

    /** What both ends allow, in bytes of options and payload. */
    private static int bytesAllowed(Session session) {
        int own = session.config.maxSegmentBytes;
        return own > 0 ? Math.min(own, session.snd.mss()) : session.snd.mss();
    }

    private static int payloadOf(Session session, int segmentBytes) {
        return Math.max(1, Math.min(bytesAllowed(session), segmentBytes) - optionBytes(session));
    }

    /** RFC 6691: the MSS option does not count options, the segment does. */
    private static int optionBytes(Session session) {
        return session.timestamps.isOn() ? SegmentWriter.TIMESTAMPS_BYTES : 0;
    }

    /** PLPMTU may have changed: SMSS follows it, and so does the timer that begins the search again. */
    private static void follow(Session session, long nowNanos) {
        int smss = payloadOf(session, session.path.maxSegmentBytes());
        if (smss != session.smss()) {
            session.smss(smss);
            session.congestion().segmentBytes(smss);
        }
        if (!session.path.wantsRaiseTimer()) {
            session.timers.stop(TimerKind.PATH_MTU);
        } else if (!session.timers.isSet(TimerKind.PATH_MTU)) {
            session.timers.set(TimerKind.PATH_MTU, nowNanos + PathMtu.RAISE_NANOS);
        }
    }

    // ---- probes -------------------------------------------------------------------------------------------------

    /**
     * How many bytes of new data the probe has that should go next, 0 when none should. It waits for room in the
     * congestion window, and everything else with it: RFC 4821 7.4.
     */
    static int probeBytes(Session session, int unsent) {
        if (!session.path.wantsProbe() || session.recovery.isUnderWay() || session.flight.lostRecords() > 0
                || session.rate.delivered() == 0) {
            return 0;
        }
        SendSpace snd = session.snd;
        int behind = session.isSackPermitted() ? session.smss() : SEGMENTS_BEHIND * session.smss();
        long available = Math.min(unsent, snd.wnd() - snd.flightSize()) - behind;
        // as Linux bounds the MSS by half of the window: two segments fit whatever is the limit, or nothing flows
        long limit = Math.min(session.congestion().congestionWindow(), snd.maxWnd());
        long reach = Math.min(available, Math.min(limit, session.sendQueue.bytes()) / 2);
        int options = optionBytes(session);
        return Math.max(0, session.path.probeSegmentBytes(reach + options) - options);
    }

    /** New data has been sent: a probe, or a segment that tells whether PLPMTU still gets through. */
    static void sent(Session session, int record, int bytes, long nowNanos) {
        if (bytes > session.smss()) {
            session.counters.note(Incident.PATH_PROBE);
            session.flight.markProbe(record);
            session.path.probeSent();
        } else {
            sentAgain(session, bytes, nowNanos);
        }
    }

    /** Data has been sent again. */
    static void sentAgain(Session session, int bytes, long nowNanos) {
        if (bytes > baseBytes(session)) {
            session.blackHole.largeSent(nowNanos);
        }
    }

    private static int baseBytes(Session session) {
        return payloadOf(session, session.path.baseSegmentBytes());
    }

    /** The most that is sent of a segment that is sent again. */
    static int resendBytes(Session session) {
        return session.blackHole.isSuspected() ? Math.min(session.smss(), baseBytes(session)) : session.smss();
    }

    /** A record is acknowledged for the first time. */
    static void delivered(Session session, int record, long nowNanos) {
        FlightLog flight = session.flight;
        if (flight.bytesOf(record) > baseBytes(session)) {
            session.blackHole.largeDelivered();
        }
        if (flight.isProbe(record) && !flight.isLost(record)) {
            session.path.probeAcknowledged();
            follow(session, nowNanos);
        }
    }

    /** An acknowledgment has neither advanced SND.UNA nor told by SACK what it is for. */
    static void unmoved(Session session) {
        if (!session.isSackPermitted()) {
            session.blackHole.perhapsDelivered();
        }
    }

    /** A probe is taken for lost. */
    static void lost(Session session, long nowNanos) {
        session.counters.note(Incident.PATH_PROBE_LOST);
        session.path.probeLost();
        follow(session, nowNanos);
    }

    /** SND.UNA has advanced. */
    static void advanced(Session session, long nowNanos) {
        if (session.path.isConfirming()) {
            session.path.confirmed();
            follow(session, nowNanos);
        }
    }

    // ---- the path, and this host, have changed ------------------------------------------------------------------

    /** The retransmission timer expired; the loss window is a segment of the size that this leaves. */
    static void timedOut(Session session, long nowNanos) {
        boolean large = !session.flight.isEmpty()
                && session.flight.bytesOf(session.flight.first()) > baseBytes(session);
        if (session.path.timedOut()) {
            follow(session, nowNanos);
        } else if (session.blackHole.timedOut(large, session.retries)) {
            session.counters.note(Incident.BLACK_HOLE);
            session.path.blackHole();
            follow(session, nowNanos);
        }
    }

    /** PMTU_RAISE_TIMER expired. */
    static void raise(Session session) {
        session.path.raise();
    }

    /** A datagram of the session was too long for this host to send. */
    public static void refused(Session session, long nowNanos) {
        if (session.congestion() == null) {
            return;
        }
        if (session.path.isProbeOutstanding()) {
            session.path.probeRefused();
            FlightLog flight = session.flight;
            for (int record = flight.end() - 1; record - flight.first() >= 0; record--) {
                if (flight.isProbe(record)) {
                    flight.markLost(record);
                    break;
                }
            }
        } else {
            session.path.refused();
        }
        follow(session, nowNanos);
    }
}
