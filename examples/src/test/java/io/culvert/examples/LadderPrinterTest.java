/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.examples.Ladder.Side;
import io.culvert.examples.LadderRow.Fate;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.state.ConnectionState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LadderPrinterTest {
    private static final int ACK = SegmentFlags.ACK;
    private static final Terminal PLAIN = new Terminal(true, false);

    private final StringWriter text = new StringWriter();

    @Test
    void drawsADatagramFromTheClientToTheServer() {
        LadderRow row = row(Side.CLIENT, SegmentFlags.SYN, 1234567890, 0, 0);
        row.sideState = ConnectionState.SYN_SENT;
        row.peerState = ConnectionState.SYN_RECEIVED;
        row.fate = Fate.RECEIVED;
        print(PLAIN, row);
        assertEquals("    0.00 SYN-SENT     ── SYN     seq=0 (1234567890) win=65535 "
                + "─".repeat(24) + "▶ SYN-RECEIVED", lines().get(0));
    }

    @Test
    void drawsADatagramFromTheServerToTheClient() {
        LadderRow row = row(Side.SERVER, SegmentFlags.SYN | ACK, 7, 8, 0);
        row.relativeAcknowledgment = 1;
        row.sideState = ConnectionState.SYN_RECEIVED;
        row.peerState = ConnectionState.ESTABLISHED;
        row.fate = Fate.RECEIVED;
        print(PLAIN, row);
        assertEquals("    0.00 ESTABLISHED  ◀─ SYN,ACK seq=0 (7) ack=1 (8) win=65535 "
                + "─".repeat(24) + " SYN-RECEIVED", lines().get(0));
    }

    @Test
    void keepsEverySequenceAndAcknowledgmentNumberOfAnOrdinaryDataSegment() {
        LadderRow row = row(Side.CLIENT, SegmentFlags.PSH | ACK, -1, -2, 1188);
        row.relativeSequence = 3565;
        row.relativeAcknowledgment = 4001;
        print(PLAIN, row);
        assertTrue(lines().get(0).contains("PSH,ACK seq=3565 (4294967295) ack=4001 (4294967294) len=1188 "),
                text::toString);
    }

    @Test
    void marksALostRetransmission() {
        LadderRow row = row(Side.SERVER, SegmentFlags.PSH | ACK, -1, -2, 1188);
        row.relativeSequence = 3565;
        row.retransmission = true;
        row.fate = Fate.LOST;
        print(PLAIN, row);
        assertTrue(lines().get(0).contains("✕ lost"), text::toString);
        assertTrue(lines().get(0).contains("seq=3565 (4294967295)"), text::toString);
        assertTrue(lines().get(0).contains("len=1188 retransmission"), text::toString);
        assertFalse(lines().get(0).contains("◀"), text::toString);
    }

    @Test
    void neverExceedsTheWidthWhateverTheRow() {
        for (int flags = 0; flags < 256; flags++) {
            for (Side side : Side.values()) {
                for (Fate fate : Fate.values()) {
                    LadderRow row = row(side, flags, -1, -1, 65535);
                    row.relativeSequence = -1;
                    row.relativeAcknowledgment = -1;
                    row.retransmission = flags % 2 == 0;
                    row.fate = fate;
                    row.sideState = ConnectionState.SYN_RECEIVED;
                    row.peerState = ConnectionState.SYN_RECEIVED;
                    print(PLAIN, LadderRow.note(-Long.MAX_VALUE / 2, side, "long note ".repeat(20),
                            ConnectionState.SYN_RECEIVED, ConnectionState.ESTABLISHED), row);
                }
            }
        }
        String longest = "[2001:db8:1111:2222:3333:4444:5555:6666]:65535";
        new LadderPrinter(new PrintWriter(text, true), PLAIN).header(longest, longest);
        for (String line : lines()) {
            assertTrue(line.length() <= Terminal.COLUMNS, line);
        }
    }

    @Test
    void fallsBackToAscii() {
        LadderRow lost = row(Side.CLIENT, ACK, 1, 1, 0);
        lost.fate = Fate.LOST;
        Terminal ascii = new Terminal(false, false);
        new LadderPrinter(new PrintWriter(text, true), ascii).header("127.0.0.1:1", "127.0.0.1:2");
        print(ascii, row(Side.CLIENT, ACK, 1, 1, 0), row(Side.SERVER, ACK, 1, 1, 0), lost);
        assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(text.toString()), text::toString);
        assertTrue(text.toString().contains("x lost"), text::toString);
    }

    @Test
    void coloursWithoutChangingTheText() {
        LadderRow row = row(Side.CLIENT, SegmentFlags.FIN | ACK, 1, 1, 0);
        print(PLAIN, row);
        String plain = text.toString();
        text.getBuffer().setLength(0);
        print(new Terminal(true, true), row);
        assertTrue(text.toString().contains("\u001b[35m"), text::toString);
        assertEquals(plain, text.toString().replaceAll("\u001b\\[\\d+m", ""));
    }

    private static LadderRow row(Side sender, int flags, int sequence, int acknowledgment, int payload) {
        Segment segment = new Segment().clear().flags(flags).sequenceNumber(sequence)
                .acknowledgmentNumber(acknowledgment).window(65535)
                .payload((offset, length, target) -> { }, 0, payload);
        LadderRow row = LadderRow.datagram(0, sender, segment, ConnectionState.ESTABLISHED,
                ConnectionState.ESTABLISHED);
        row.fate = Fate.RECEIVED;
        return row;
    }

    private void print(Terminal terminal, LadderRow... rows) {
        LadderPrinter printer = new LadderPrinter(new PrintWriter(text, true), terminal);
        for (LadderRow row : rows) {
            printer.row(row);
        }
    }

    private List<String> lines() {
        return text.toString().lines().toList();
    }
}
