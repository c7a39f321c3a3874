/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.segment;

/** Control bits of byte 1 of a segment (RFC 9293 section 3.1, RFC 3168). */
public final class SegmentFlags {
    /** No more data from the sender; takes one sequence number. */
    public static final int FIN = 0x01;
    /** Synchronize sequence numbers; takes one sequence number. */
    public static final int SYN = 0x02;
    /** Reset the connection. */
    public static final int RST = 0x04;
    /** Push. */
    public static final int PSH = 0x08;
    /** The acknowledgment field is significant. */
    public static final int ACK = 0x10;
    /** Reserved here: the format has no urgent pointer. */
    public static final int URG = 0x20;
    /** ECN echo. */
    public static final int ECE = 0x40;
    /** Congestion window reduced. */
    public static final int CWR = 0x80;

    private SegmentFlags() {
    }

    /** The names of the set bits, as {@code "SYN,ACK"}; {@code "-"} for none. */
    public static String toString(int flags) {
        StringBuilder text = new StringBuilder(16);
        append(text, flags, SYN, "SYN");
        append(text, flags, FIN, "FIN");
        append(text, flags, RST, "RST");
        append(text, flags, PSH, "PSH");
        append(text, flags, ACK, "ACK");
        append(text, flags, URG, "URG");
        append(text, flags, ECE, "ECE");
        append(text, flags, CWR, "CWR");
        return text.length() == 0 ? "-" : text.toString();
    }

    private static void append(StringBuilder text, int flags, int bit, String name) {
        if ((flags & bit) != 0) {
            text.append(text.length() == 0 ? "" : ",").append(name);
        }
    }
}
