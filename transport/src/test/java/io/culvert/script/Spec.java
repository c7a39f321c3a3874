/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A segment as a script writes it, to send or to expect; every method gives a new one.
 *
 * <p>Sequence numbers of the peer are absolute, those of the side under test count from its ISS: its SYN is 0, its
 * first byte 1. So {@code seq} is absolute and {@code acks} relative in what the peer sends, and the other way round in
 * what it expects. Sent, a field that is not given has a sensible value (see {@link Peer#sends}); expected, flags, SACK
 * blocks and payload are compared exactly, so that a block nobody wrote down is a difference, and of the rest only what
 * is given.
 */
public final class Spec implements Cloneable {
    /** What a spec says about the timestamps option. */
    enum Stamp { UNSAID, ABSENT, PRESENT }

    int flags;
    Integer seq;
    Integer ack;
    Integer win;
    Long windowBytes;
    Integer mss;
    Integer windowScale;
    Boolean sackPermitted;
    Stamp stamp = Stamp.UNSAID;
    Integer stampValue;
    Integer stampEcho;
    /** {@code null} for any. */
    List<Received.SackBlock> sackBlocks = List.of();
    private byte[] payload = {};
    private int patternLength;

    private Spec(int flags) {
        this.flags = flags;
    }

    // ---- kinds of segments

    /** Any control bits, without a payload. */
    public static Spec segment(int flags) {
        return new Spec(flags);
    }

    /** SYN; sent, its number is the peer's ISN. */
    public static Spec syn() {
        return segment(SegmentFlags.SYN);
    }

    /** SYN. */
    public static Spec syn(long seq) {
        return syn().seq(seq);
    }

    /** SYN,ACK. */
    public static Spec synAck() {
        return segment(SegmentFlags.SYN | SegmentFlags.ACK);
    }

    /** SYN,ACK. */
    public static Spec synAck(long seq, long ack) {
        return synAck().seq(seq).acks(ack);
    }

    /** ACK without payload. */
    public static Spec ack() {
        return segment(SegmentFlags.ACK);
    }

    /** ACK without payload. */
    public static Spec ack(long seq, long ack) {
        return ack().seq(seq).acks(ack);
    }

    /** PSH,ACK with text as payload. */
    public static Spec data(long seq, String text) {
        return data(seq, text.getBytes(StandardCharsets.UTF_8));
    }

    /** PSH,ACK with a payload. */
    public static Spec data(long seq, byte[] payload) {
        Spec data = segment(SegmentFlags.PSH | SegmentFlags.ACK).seq(seq);
        data.payload = payload.clone();
        return data;
    }

    /** PSH,ACK with so many bytes of the {@link StreamPattern}, which runs on from segment to segment. */
    public static Spec data(long seq, int length) {
        Spec data = segment(SegmentFlags.PSH | SegmentFlags.ACK).seq(seq);
        data.patternLength = length;
        return data;
    }

    /** FIN,ACK. */
    public static Spec fin(long seq) {
        return segment(SegmentFlags.FIN | SegmentFlags.ACK).seq(seq);
    }

    /** RST; with {@link #acks} it becomes RST,ACK. */
    public static Spec rst(long seq) {
        return segment(SegmentFlags.RST).seq(seq);
    }

    // ---- fields

    /** The control bits, in place of those so far. */
    public Spec flags(int bits) {
        Spec spec = copy();
        spec.flags = bits;
        return spec;
    }

    /** One more control bit: {@code data(1, "x").and(FIN)}. */
    public Spec and(int bits) {
        return flags(flags | bits);
    }

    /** Without PSH, as every data segment but the last of a queue. */
    public Spec noPush() {
        return flags(flags & ~SegmentFlags.PSH);
    }

    /** SEG.SEQ. */
    public Spec seq(long number) {
        Spec spec = copy();
        spec.seq = (int) number;
        return spec;
    }

    /** SEG.ACK, and the ACK bit; call {@link #flags} afterwards to have the number without the bit. */
    public Spec acks(long number) {
        Spec spec = and(SegmentFlags.ACK);
        spec.ack = (int) number;
        return spec;
    }

    /** The window field as on the wire. */
    public Spec win(int field) {
        Spec spec = copy();
        spec.win = field;
        return spec;
    }

    /** The window in bytes: the field shifted by the sender's scale when that was negotiated. */
    public Spec window(long bytes) {
        Spec spec = copy();
        spec.windowBytes = bytes;
        return spec;
    }

    /** The maximum segment size option. */
    public Spec mss(int bytes) {
        Spec spec = copy();
        spec.mss = bytes;
        return spec;
    }

    /** No maximum segment size option. */
    public Spec noMss() {
        return mss(0);
    }

    /** The window scale option. */
    public Spec ws(int shift) {
        Spec spec = copy();
        spec.windowScale = shift;
        return spec;
    }

    /** No window scale option. */
    public Spec noWs() {
        return ws(-1);
    }

    /** The SACK-permitted option. */
    public Spec sackPermitted() {
        return sackPermitted(true);
    }

    /** No SACK-permitted option. */
    public Spec noSackPermitted() {
        return sackPermitted(false);
    }

    private Spec sackPermitted(boolean present) {
        Spec spec = copy();
        spec.sackPermitted = present;
        return spec;
    }

    /**
     * SACK blocks in their order, as pairs of left and right edges, numbered as acknowledgments are. Expected without
     * any, a segment has no SACK option.
     */
    public Spec sack(long... edges) {
        if (edges.length % 2 != 0) {
            throw new IllegalArgumentException("a block has two edges: " + Arrays.toString(edges));
        }
        List<Received.SackBlock> blocks = new ArrayList<>();
        for (int i = 0; i < edges.length; i += 2) {
            blocks.add(new Received.SackBlock((int) edges[i], (int) edges[i + 1]));
        }
        Spec spec = copy();
        spec.sackBlocks = blocks;
        return spec;
    }

    /** Expected, with whatever SACK blocks, or none. */
    public Spec anySack() {
        Spec spec = copy();
        spec.sackBlocks = null;
        return spec;
    }

    /** The timestamps option with these values. */
    public Spec timestamps(long value, long echo) {
        Spec spec = timestamps();
        spec.stampValue = (int) value;
        spec.stampEcho = (int) echo;
        return spec;
    }

    /** The timestamps option; sent, with the peer's clock and the latest TSval of ours, expected, with any values. */
    public Spec timestamps() {
        Spec spec = copy();
        spec.stamp = Stamp.PRESENT;
        return spec;
    }

    /** The timestamps option with this TSval. */
    public Spec tsVal(long value) {
        Spec spec = timestamps();
        spec.stampValue = (int) value;
        return spec;
    }

    /** The timestamps option with this TSecr. */
    public Spec tsEcr(long echo) {
        Spec spec = timestamps();
        spec.stampEcho = (int) echo;
        return spec;
    }

    /** No timestamps option, even if it was negotiated. */
    public Spec noTimestamps() {
        Spec spec = copy();
        spec.stamp = Stamp.ABSENT;
        return spec;
    }

    private Spec copy() {
        try {
            return (Spec) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    // ---- what peers make of it

    boolean has(int bits) {
        return (flags & bits) == bits;
    }

    /** The payload of a segment that starts at a number, in a stream whose first byte has another. */
    byte[] payload(int segmentSeq, int firstByteSeq) {
        return patternLength > 0 ? StreamPattern.bytes(segmentSeq - firstByteSeq, patternLength) : payload;
    }

    /** Names of the fields that are not as this says; empty when the segment is as expected. */
    List<String> differences(Received got) {
        List<String> fields = new ArrayList<>();
        if (got.malformed() != null) {
            fields.add("malformed");
            return fields;
        }
        note(fields, "flags", flags == got.flags());
        note(fields, "seq", seq == null || seq == got.seq());
        note(fields, "ack", ack == null || ack == got.ack());
        note(fields, "win", win == null || win == got.win());
        note(fields, "window", windowBytes == null || windowBytes == got.windowBytes());
        note(fields, "mss", mss == null || mss == got.mss());
        note(fields, "ws", windowScale == null || windowScale == got.windowScale());
        note(fields, "sackPermitted", sackPermitted == null || sackPermitted == got.sackPermitted());
        note(fields, "timestamps", stamp == Stamp.UNSAID || (stamp == Stamp.PRESENT) == got.timestamps());
        note(fields, "TSval", stampValue == null || stampValue == got.tsVal());
        note(fields, "TSecr", stampEcho == null || stampEcho == got.tsEcr());
        note(fields, "sack", sackBlocks == null || sackBlocks.equals(got.sackBlocks()));
        note(fields, "payload", Arrays.equals(payload(got.seq(), 1), got.payload()));
        return fields;
    }

    private static void note(List<String> fields, String name, boolean same) {
        if (!same) {
            fields.add(name);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(80).append(SegmentFlags.toString(flags));
        say(text, " seq=", seq);
        say(text, " ack=", ack);
        if (patternLength > 0) {
            text.append(" len=").append(patternLength).append(" (pattern)");
        } else if (payload.length > 0) {
            text.append(" len=").append(payload.length).append(' ').append(Received.quote(payload));
        }
        say(text, " win=", win);
        if (windowBytes != null) {
            text.append(" window=").append(windowBytes);
        }
        say(text, " mss=", mss);
        if (windowScale != null) {
            text.append(windowScale < 0 ? " no ws" : " ws=" + Math.min(windowScale, Segment.MAX_WINDOW_SCALE));
        }
        if (sackPermitted != null) {
            text.append(sackPermitted ? " sackp" : " no sackp");
        }
        if (stamp != Stamp.UNSAID) {
            text.append(stamp == Stamp.ABSENT ? " no ts" : " ts");
        }
        say(text, " val=", stampValue);
        say(text, " ecr=", stampEcho);
        if (sackBlocks == null) {
            text.append(" any sack");
        } else if (!sackBlocks.isEmpty()) {
            text.append(" sack=").append(sackBlocks);
        }
        return text.toString();
    }

    private static void say(StringBuilder text, String name, Integer number) {
        if (number != null) {
            text.append(name).append(Integer.toUnsignedLong(number));
        }
    }
}
