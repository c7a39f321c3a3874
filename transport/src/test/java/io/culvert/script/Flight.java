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
import java.util.List;
import java.util.stream.IntStream;

/**
 * A script of a sender on a path whose round trip of 100 ms the handshake has measured. Segments of the side under test
 * have 1000 bytes and are named by their place in the stream, 0 for the first; the initial window takes ten of them.
 */
final class Flight implements AutoCloseable {
    static final int MSS = 1000;
    static final Duration RTT = ofMillis(100);

    final Script s;
    final Peer peer;
    private int written;

    private Flight(Spec syn, Setting... settings) {
        s = Script.server(settings);
        peer = s.peer();
        peer.sends(syn);
        peer.expects(synAck(0, 1001));
        s.after(RTT);
        peer.sends(ack());
    }

    /** The peer offers neither SACK nor timestamps. */
    static Flight plain(Setting... settings) {
        return new Flight(syn().mss(MSS), settings);
    }

    /** The peer permits SACK. */
    static Flight sack(Setting... settings) {
        return new Flight(syn().mss(MSS).sackPermitted(), settings);
    }

    /** The peer offers timestamps. */
    static Flight stamped(Setting... settings) {
        return new Flight(syn().mss(MSS + SegmentWriter.TIMESTAMPS_BYTES).timestamps(), settings);
    }

    /** The peer permits SACK and offers timestamps. */
    static Flight sackStamped(Setting... settings) {
        return new Flight(syn().mss(MSS + SegmentWriter.TIMESTAMPS_BYTES).timestamps().sackPermitted(), settings);
    }

    /** The peer permits SACK, and its window is far larger than any flight. */
    static Flight wide(Setting... settings) {
        return new Flight(syn().mss(MSS).sackPermitted().ws(8), settings);
    }

    // ---- our side

    /** The application writes so many segments. */
    void writes(int segments) {
        written += segments;
        s.app().writes(segments * MSS);
    }

    /** The application writes segments, of which so many leave at once and the others wait. */
    void sends(int segments, int waiting) {
        writes(segments + waiting);
        expects(IntStream.range(written - segments - waiting, written - waiting).toArray());
    }

    long cwnd() {
        return s.info().congestionWindowBytes();
    }

    long ssthresh() {
        return s.info().slowStartThresholdBytes();
    }

    // ---- the peer

    /** Where a segment begins. */
    static int edge(int segment) {
        return 1 + segment * MSS;
    }

    /** A segment as it stands in the stream. */
    Spec segment(int index) {
        Spec whole = data(edge(index), MSS);
        return index == written - 1 ? whole : whole.noPush();
    }

    /** These segments have come, in this order, and nothing else. */
    void expects(int... segments) {
        for (int segment : segments) {
            peer.expects(segment(segment));
        }
        peer.expectsNothing();
    }

    /** This segment comes exactly so long from now, and nothing else. */
    void expectsAfter(Duration wait, int segment) {
        peer.expectsNothing();
        peer.expectsAfter(wait, segment(segment));
        peer.expectsNothing();
    }

    /** An acknowledgment of everything before a segment, and blocks, each from one segment to before another. */
    static Spec acked(int segment, int... blocks) {
        return ack(1001, edge(segment)).sack(IntStream.of(blocks).mapToLong(Flight::edge).toArray());
    }

    /** The peer acknowledges everything before a segment, and blocks. */
    void hears(int segment, int... blocks) {
        peer.sends(acked(segment, blocks));
    }

    /** The segments that have come, by their places in the stream. */
    List<Integer> drain() {
        return peer.drain().stream().map(received -> (received.seq() - 1) / MSS).toList();
    }

    void after(long millis) {
        s.after(ofMillis(millis));
    }

    @Override
    public void close() {
        s.close();
    }
}
