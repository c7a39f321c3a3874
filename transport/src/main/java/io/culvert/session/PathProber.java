/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.segment.SegmentWriter;

/** What discovery of the path's MTU does to a session: {@link PathMtu} decides, this is where it takes effect. */
public final class PathProber {
    private PathProber() {
    }

    /** The handshake is over: the search begins. */
    static void open(Session session) {
        session.path.open(bytesAllowed(session));
        session.smss(segmentPayload(session));
    }

    /** What both ends allow, in bytes of options and payload. */
    private static int bytesAllowed(Session session) {
        int own = session.config.maxSegmentBytes;
        return own > 0 ? Math.min(own, session.snd.mss()) : session.snd.mss();
    }

    private static int segmentPayload(Session session) {
        int bytes = Math.min(bytesAllowed(session), session.path.maxSegmentBytes());
        return Math.max(1, bytes - optionBytes(session));
    }

    /** RFC 6691: the MSS option does not count options, the segment does. */
    private static int optionBytes(Session session) {
        return session.timestamps.isOn() ? SegmentWriter.TIMESTAMPS_BYTES : 0;
    }

    private static void resize(Session session) {
        int smss = segmentPayload(session);
        if (smss != session.smss()) {
            session.smss(smss);
            session.congestion().segmentBytes(smss);
        }
    }

    /** A datagram of the session was too long for this host to send. */
    public static void refused(Session session) {
        if (session.congestion() == null) {
            return;
        }
        if (session.path.isProbeOutstanding()) {
            session.path.probeRefused();
        } else {
            session.path.refused();
        }
        resize(session);
    }
}
