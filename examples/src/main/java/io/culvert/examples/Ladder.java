/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.examples.LadderRow.Fate;
import io.culvert.observe.SessionObserver;
import io.culvert.observe.SessionView;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SequenceNumber;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Puts what happens at both ends of one session into one order: a row for each datagram in the order of sending, given
 * to the printer when its fate and the states it led to are known. Taps and observers of both ends call it from one
 * event loop, which must be the executor too.
 */
final class Ladder {
    private static final Set<ConnectionEvent> CAUSED_BY_SEGMENT = EnumSet.of(ConnectionEvent.SYN,
            ConnectionEvent.SYN_ACK, ConnectionEvent.SYN_ACKED, ConnectionEvent.FIN, ConnectionEvent.FIN_ACKED,
            ConnectionEvent.RST);
    private static final Set<ConnectionEvent> SENDS_SEGMENT = EnumSet.of(ConnectionEvent.OPEN_PASSIVE,
            ConnectionEvent.OPEN_ACTIVE, ConnectionEvent.CLOSE);

    /** The two ends. */
    enum Side {
        CLIENT, SERVER;

        Side peer() {
            return this == CLIENT ? SERVER : CLIENT;
        }
    }

    private static final class End {
        private ConnectionState state;
        private InetSocketAddress address;
        private boolean synSent;
        private int isn;
        private int sndMax;
        /** The row that a change of state belongs to, within one turn of the loop. */
        private LadderRow sentNow;
        private LadderRow receivedNow;

        End(ConnectionState state) {
            this.state = state;
        }
    }

    private final Executor loop;
    private final LadderPrinter printer;
    private final LadderSummary summary = new LadderSummary();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final ArrayDeque<LadderRow> rows = new ArrayDeque<>();
    private final End client = new End(ConnectionState.CLOSED);
    private final End server = new End(ConnectionState.LISTEN);
    private boolean settling;
    private boolean headed;

    Ladder(Executor loop, LadderPrinter printer) {
        this.loop = loop;
        this.printer = printer;
    }

    /** Complete when both ends are CLOSED, the TIME-WAIT of one over. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    LadderSummary summary() {
        return summary;
    }

    void address(Side side, InetSocketAddress address) {
        end(side).address = address;
    }

    void sent(Side sender, Segment segment, long nowNanos) {
        rows.add(row(sender, segment, nowNanos));
        settleLater();
    }

    /** The path has lost the datagram last sent with this segment. */
    void lost(Side sender, Segment segment) {
        var newestFirst = rows.descendingIterator();
        while (newestFirst.hasNext()) {
            LadderRow row = newestFirst.next();
            if (row.side == sender && row.fate == Fate.ON_THE_WAY && row.carries(segment)) {
                row.fate = Fate.LOST;
                return;
            }
        }
    }

    void received(Side receiver, Segment segment, long nowNanos) {
        LadderRow row = onTheWay(receiver.peer(), segment);
        if (row == null) {
            row = row(receiver.peer(), segment, nowNanos);
            rows.add(row);
        }
        row.fate = Fate.RECEIVED;
        row.peerState = end(receiver).state;
        end(receiver).receivedNow = row;
        settleLater();
    }

    SessionObserver observer(Side side) {
        return new SessionObserver() {
            @Override
            public void stateChanged(SessionView session, ConnectionState from, ConnectionState to,
                    ConnectionEvent event, long nowNanos) {
                changed(side, from, to, event, nowNanos);
            }
        };
    }

    private void changed(Side side, ConnectionState from, ConnectionState to, ConnectionEvent event, long nowNanos) {
        End end = end(side);
        end.state = to;
        if (CAUSED_BY_SEGMENT.contains(event) && end.receivedNow != null) {
            end.receivedNow.peerState = to;
        } else if (from != to && !SENDS_SEGMENT.contains(event)) {
            rows.add(LadderRow.note(nowNanos, side, note(from, to, event), to, end(side.peer()).state));
        }
        // Whether the segment leaves before or after the change is told is the transport's affair.
        if (end.sentNow != null && end.sentNow.isControl() && end.sentNow.sideState == from) {
            end.sentNow.sideState = to;
        }
        settleLater();
    }

    private static String note(ConnectionState from, ConnectionState to, ConnectionEvent event) {
        String cause = event == ConnectionEvent.TIME_WAIT_OVER ? "2 MSL are over"
                : event.name().toLowerCase().replace('_', ' ');
        return cause + ": " + from.rfcName() + " to " + to.rfcName();
    }

    private LadderRow row(Side sender, Segment segment, long nowNanos) {
        End from = end(sender);
        End to = end(sender.peer());
        LadderRow row = LadderRow.datagram(nowNanos, sender, segment, from.state, to.state);
        if (segment.has(SegmentFlags.SYN) && !from.synSent) {
            from.synSent = true;
            from.isn = segment.sequenceNumber();
            from.sndMax = from.isn;
        }
        row.relativeSequence = segment.sequenceNumber() - from.isn;
        row.relativeAcknowledgment = segment.acknowledgmentNumber() - to.isn;
        row.retransmission = segment.sequenceLength() > 0
                && SequenceNumber.lessOrEqual(segment.sequenceEnd(), from.sndMax);
        from.sndMax = SequenceNumber.max(from.sndMax, segment.sequenceEnd());
        from.sentNow = row;
        return row;
    }

    private LadderRow onTheWay(Side sender, Segment segment) {
        for (LadderRow row : rows) {
            if (row.side == sender && row.fate == Fate.ON_THE_WAY && row.carries(segment)) {
                return row;
            }
        }
        return null;
    }

    private End end(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    /** In the next turn of the loop the states that this turn's datagrams led to are known. */
    private void settleLater() {
        if (!settling) {
            settling = true;
            loop.execute(this::settle);
        }
    }

    private void settle() {
        settling = false;
        forgetTurn(client);
        forgetTurn(server);
        while (!rows.isEmpty() && rows.peek().fate != Fate.ON_THE_WAY) {
            print(rows.poll());
        }
        if (client.synSent && client.state == ConnectionState.CLOSED && server.state == ConnectionState.CLOSED) {
            closed.complete(null);
        }
    }

    private static void forgetTurn(End end) {
        end.sentNow = null;
        end.receivedNow = null;
    }

    /** Prints what is left; a datagram still on its way will not arrive any more. */
    void finish() {
        for (LadderRow row : rows) {
            row.fate = row.fate == Fate.ON_THE_WAY ? Fate.LOST : row.fate;
        }
        settle();
    }

    private void print(LadderRow row) {
        if (!headed) {
            headed = true;
            printer.header(Endpoint.text(client.address), Endpoint.text(server.address));
        }
        summary.add(row);
        printer.row(row);
    }
}
