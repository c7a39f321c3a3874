/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static java.time.Duration.ofMillis;

import io.culvert.segment.SegmentWriter;
import java.time.Duration;
import java.util.stream.IntStream;

/**
 * A script whose peer permits SACK and has measured paths: the handshake took one round trip, so SRTT and the smallest
 * round trip are known. Segments of the side under test have 1000 bytes and are named by their place in the stream, 0
 * for the first. The congestion window is a {@link FixedWindow}.
 */
final class SackFlight implements AutoCloseable {
    static final int MSS = 1000;
    static final Duration RTT = ofMillis(100);

    final FixedWindow window = new FixedWindow(40 * MSS);
    final Script s;
    final Peer peer;
    private int written;

    /** A path of 100 ms, without timestamps. */
    SackFlight(Setting... settings) {
        this(RTT, false, settings);
    }

    SackFlight(Duration roundTrip, boolean timestamps, Setting... settings) {
        Setting[] all = new Setting[settings.length + 1];
        System.arraycopy(settings, 0, all, 0, settings.length);
        all[settings.length] = window.setting();
        s = Script.server(all);
        peer = s.peer();
        Spec syn = syn().mss(timestamps ? MSS + SegmentWriter.TIMESTAMPS_BYTES : MSS).sackPermitted();
        peer.sends(timestamps ? syn.timestamps() : syn);
        peer.expects(synAck().sackPermitted());
        s.after(roundTrip);
        peer.sends(ack());
    }

    // ---- our side

    /** The application writes so many segments. */
    void writes(int segments) {
        written += segments;
        s.app().writes(segments * MSS);
    }

    /** The application writes so many segments, and all of them leave at once. */
    void sends(int segments) {
        writes(segments);
        expects(IntStream.range(written - segments, written).toArray());
    }

    // ---- the peer

    /** Where a segment begins. */
    static int edge(int segment) {
        return 1 + segment * MSS;
    }

    /** The segment as it stands in the stream. */
    Spec segment(int index) {
        Spec whole = data(edge(index), MSS);
        return index == written - 1 ? whole : whole.noPush();
    }

    /** These segments come now, in this order, and nothing else. */
    void expects(int... segments) {
        for (int segment : segments) {
            peer.expects(segment(segment));
        }
        peer.expectsNothing();
    }

    /** This segment comes exactly so long from now, nothing before it and nothing with it. */
    void expectsAfter(Duration wait, int... segments) {
        peer.expectsNothing();
        peer.expectsAfter(wait, segment(segments[0]));
        for (int i = 1; i < segments.length; i++) {
            peer.expects(segment(segments[i]));
        }
        peer.expectsNothing();
    }

    /** An acknowledgment of everything before a segment. */
    static Spec acked(int segment) {
        return ack(1001, edge(segment));
    }

    /** Blocks from the beginning of a segment to that of another, in pairs. */
    static long[] blocks(int... segments) {
        return IntStream.of(segments).mapToLong(SackFlight::edge).toArray();
    }

    /**
     * The peer acknowledges everything before a segment, and selectively the others, given in pairs of the first one
     * and the one after the last.
     */
    void hears(int acked, int... sacked) {
        peer.sends(sacked.length == 0 ? acked(acked) : acked(acked).sack(blocks(sacked)));
    }

    void after(int millis) {
        s.after(ofMillis(millis));
    }

    @Override
    public void close() {
        s.close();
    }
}
