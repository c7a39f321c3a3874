/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.culvert.segment.MalformedReason;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import java.net.InetSocketAddress;
import java.util.Collection;

/** Draws datagrams as arrows between two hosts, whoever spoke first on the left. One instance draws once. */
final class Ladder {
    private static final int CLOCK_COLUMNS = 11;
    private static final int ARROW_COLUMNS = 100 - 2 * (CLOCK_COLUMNS + 2);
    /** A label is cut here, but only behind its SACK blocks. */
    private static final int LABEL_COLUMNS = ARROW_COLUMNS - 18;
    private static final int NANOS_PER_MICRO = 1000;

    private final StringBuilder text = new StringBuilder();
    private final Segment segment = new Segment();
    private final RelativeNumbers numbers;
    private InetSocketAddress left;
    private InetSocketAddress right;

    Ladder(RelativeNumbers learned) {
        numbers = new RelativeNumbers(learned);
    }

    /** Nanoseconds as milliseconds with three decimals. */
    static String millis(long nanos) {
        long micros = nanos / NANOS_PER_MICRO;
        String fraction = Long.toString(1000 + micros % 1000).substring(1);
        return micros / 1000 + "." + fraction;
    }

    String draw(Collection<Datagram> datagrams, int last) {
        int skipped = Math.max(0, datagrams.size() - last);
        int index = 0;
        for (Datagram datagram : datagrams) {
            MalformedReason malformed = datagram.parseInto(segment);
            if (malformed == null) {
                numbers.learn(datagram, segment);
            }
            if (index++ >= skipped) {
                line(datagram, malformed);
            }
        }
        return text.length() == 0 ? "(nothing went over the wire)\n" : text.toString();
    }

    private void line(Datagram datagram, MalformedReason malformed) {
        if (!datagram.from().equals(left) && !datagram.from().equals(right)
                || !datagram.to().equals(left) && !datagram.to().equals(right)) {
            header(datagram);
        }
        boolean rightwards = datagram.from().equals(left);
        String label = malformed == null ? label(datagram)
                : datagram.length() + " bytes (" + malformed + ")";
        String sent = millis(datagram.sentNanos());
        String arrived = datagram.arrivedNanos() < 0 ? "" : millis(datagram.arrivedNanos());
        String atLeft = rightwards ? sent : arrived;
        String atRight = rightwards ? arrived : sent;
        pad(' ', CLOCK_COLUMNS - atLeft.length()).append(atLeft).append(" |");
        arrow(label, rightwards, datagram.fate());
        text.append(atRight.isEmpty() ? "|" : "| ").append(atRight).append('\n');
    }

    private void header(Datagram datagram) {
        left = datagram.from();
        right = datagram.to();
        String leftName = name(left);
        String rightName = name(right);
        pad(' ', CLOCK_COLUMNS + 1).append(leftName);
        pad(' ', ARROW_COLUMNS + 2 - leftName.length() - rightName.length()).append(rightName).append('\n');
    }

    private void arrow(String label, boolean rightwards, Fate fate) {
        String head = switch (fate) {
            case DELIVERED -> "";
            case IN_FLIGHT -> "...";
            default -> " " + fate + " ";
        };
        boolean arrives = fate.arrived() || fate == Fate.IN_FLIGHT;
        int shaft = ARROW_COLUMNS - label.length() - head.length() - 5;
        if (rightwards) {
            text.append("- ").append(label).append(' ');
            pad('-', shaft);
            text.append(arrives ? head + "->" : "x" + head + " ");
        } else {
            text.append(arrives ? "<-" + head : " " + head + "x");
            pad('-', shaft);
            text.append(' ').append(label).append(" -");
        }
    }

    private String label(Datagram datagram) {
        StringBuilder label = new StringBuilder(LABEL_COLUMNS)
                .append(SegmentFlags.toString(segment.flags()))
                .append(" seq=").append(numbers.ofSender(datagram, segment.sequenceNumber()));
        if (segment.has(SegmentFlags.ACK)) {
            label.append(" ack=").append(numbers.ofReceiver(datagram, segment.acknowledgmentNumber()));
        }
        if (segment.payloadLength() > 0) {
            label.append(" len=").append(segment.payloadLength());
        }
        label.append(" win=").append(segment.window());
        for (int i = 0; i < segment.sackBlocks(); i++) {
            label.append(i == 0 ? " sack " : ",").append(numbers.ofReceiver(datagram, segment.sackLeft(i)))
                    .append('-').append(numbers.ofReceiver(datagram, segment.sackRight(i)));
        }
        int columns = Math.max(LABEL_COLUMNS - 2, label.length());
        if (segment.mss() != 0) {
            label.append(" mss=").append(segment.mss());
        }
        if (segment.windowScale() >= 0) {
            label.append(" ws=").append(segment.windowScale());
        }
        if (segment.sackPermitted()) {
            label.append(" sackp");
        }
        if (segment.hasTimestamps()) {
            label.append(" ts=").append(Integer.toUnsignedLong(segment.timestampValue()))
                    .append(',').append(Integer.toUnsignedLong(segment.timestampEcho()));
        }
        return label.length() <= columns + 2 ? label.toString() : label.substring(0, columns) + "..";
    }

    private static String name(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private StringBuilder pad(char filler, int count) {
        for (int i = 0; i < count; i++) {
            text.append(filler);
        }
        return text;
    }
}
