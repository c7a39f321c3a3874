/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.examples.Ladder.Side;
import io.culvert.examples.LadderRow.Fate;
import io.culvert.segment.SegmentFlags;
import io.culvert.state.ConnectionState;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Draws the rows of a ladder, none wider than {@value Terminal#COLUMNS} columns: time, the client's state, an arrow
 * with the segment on it, the server's state.
 */
final class LadderPrinter {
    private static final int TIME_WIDTH = 8;
    private static final int STATE_WIDTH = 12;
    private static final int ARROW_WIDTH = Terminal.COLUMNS - TIME_WIDTH - 2 * STATE_WIDTH - 3;
    /** Two for the tail, one for the head and a blank on either side of the text. */
    private static final int TEXT_WIDTH = ARROW_WIDTH - 5;
    private static final String RETRANSMISSION = " retransmission";

    private static final String RED = "31";
    private static final String GREEN = "32";
    private static final String YELLOW = "33";
    private static final String MAGENTA = "35";
    private static final String CYAN = "36";
    private static final String GREY = "90";

    private final PrintWriter out;
    private final Terminal terminal;
    private long startNanos;
    private boolean started;

    LadderPrinter(PrintWriter out, Terminal terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void header(String client, String server) {
        out.println(pad("ms", TIME_WIDTH, true) + " " + pad("client", STATE_WIDTH, false) + " "
                + pad(client, ARROW_WIDTH - server.length(), false) + server + " server");
        out.println(line().repeat(Terminal.COLUMNS));
    }

    void row(LadderRow row) {
        if (!started) {
            started = true;
            startNanos = row.nanos;
        }
        boolean lost = row.fate == Fate.LOST;
        String sender = row.sideState.rfcName();
        String receiver = lost ? (terminal.unicode() ? "\u2715 lost" : "x lost") : row.peerState.rfcName();
        boolean fromClient = row.side == Side.CLIENT;
        String middle = row.isDatagram() ? arrow(text(row), fromClient, lost) : aside(row.note, fromClient);
        out.println((time(row.nanos - startNanos) + " "
                + pad(fromClient ? sender : receiver, STATE_WIDTH, false) + " "
                + coloured(middle, colour(row)) + " "
                + (fromClient ? receiver : sender)).stripTrailing());
    }

    private static String time(long nanos) {
        String millis = String.format(Locale.ROOT, "%.2f", nanos / 1e6);
        return pad(millis.length() <= TIME_WIDTH ? millis : Long.toString(nanos / 1_000_000), TIME_WIDTH, true);
    }

    private String arrow(String text, boolean fromClient, boolean lost) {
        String shaft = line().repeat(TEXT_WIDTH - text.length());
        if (fromClient) {
            String head = lost ? line() : terminal.unicode() ? "\u25b6" : ">";
            return line().repeat(2) + " " + text + " " + shaft + head;
        }
        String head = lost ? line() : terminal.unicode() ? "\u25c0" : "<";
        return head + line() + " " + text + " " + shaft + line();
    }

    private static String aside(String note, boolean fromClient) {
        return pad("   " + note + "   ", ARROW_WIDTH, !fromClient);
    }

    /** The segment in words; what matters least gives way when it is too long for the arrow. */
    private static String text(LadderRow row) {
        String mark = row.retransmission ? RETRANSMISSION : "";
        String flags = pad(SegmentFlags.toString(row.flags), "PSH,ACK".length(), false);
        String sequence = " seq=" + unsigned(row.relativeSequence);
        String sequenceAbsolute = " (" + unsigned(row.sequenceNumber) + ")";
        String acknowledgment = row.has(SegmentFlags.ACK) ? " ack=" + unsigned(row.relativeAcknowledgment) : "";
        String acknowledgmentAbsolute =
                row.has(SegmentFlags.ACK) ? " (" + unsigned(row.acknowledgmentNumber) + ")" : "";
        String length = row.payloadLength > 0 ? " len=" + row.payloadLength : "";
        String[] fromLongToShort = {
            flags + sequence + sequenceAbsolute + acknowledgment + acknowledgmentAbsolute + length + " win="
                    + row.window + mark,
            flags + sequence + sequenceAbsolute + acknowledgment + acknowledgmentAbsolute + length + mark,
            flags + sequence + sequenceAbsolute + acknowledgment + length + mark,
            flags + sequence + sequenceAbsolute + length + mark,
            flags + sequence + length + mark};
        for (String text : fromLongToShort) {
            if (text.length() <= TEXT_WIDTH) {
                return text;
            }
        }
        return (flags + sequence).substring(0, TEXT_WIDTH - mark.length()) + mark;
    }

    private static String unsigned(int number) {
        return Integer.toUnsignedString(number);
    }

    private static String colour(LadderRow row) {
        if (row.fate == Fate.LOST || row.has(SegmentFlags.RST)) {
            return RED;
        }
        if (row.retransmission) {
            return YELLOW;
        }
        if (row.has(SegmentFlags.SYN)) {
            return GREEN;
        }
        if (row.has(SegmentFlags.FIN) || row.sideState == ConnectionState.CLOSED) {
            return MAGENTA;
        }
        return row.payloadLength > 0 ? CYAN : GREY;
    }

    private String coloured(String text, String colour) {
        return terminal.colour() ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }

    private String line() {
        return terminal.unicode() ? "\u2500" : "-";
    }

    /** Exactly that wide: filled with blanks, or cut. */
    private static String pad(String text, int width, boolean right) {
        if (text.length() >= width) {
            return text.substring(0, width);
        }
        String blanks = " ".repeat(width - text.length());
        return right ? blanks + text : text + blanks;
    }
}
