/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.LISTEN;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.examples.Ladder.Side;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

class LadderTest {
    private static final int SYN = SegmentFlags.SYN;
    private static final int ACK = SegmentFlags.ACK;

    private final StringWriter text = new StringWriter();
    private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
    private final Ladder ladder =
            new Ladder(loop::add, new LadderPrinter(new PrintWriter(text, true), new Terminal(true, false)));

    @Test
    void showsTheStatesAfterSendingAndAfterProcessing() {
        handshake();
        assertRow(0, "SYN-SENT", "SYN ", "seq=0 (1000)", "SYN-RECEIVED");
        assertRow(1, "ESTABLISHED", "SYN,ACK", "seq=0 (8000) ack=1 (1001)", "SYN-RECEIVED");
        assertRow(2, "ESTABLISHED", "ACK", "seq=1 (1001) ack=1 (8001)", "ESTABLISHED");
    }

    @Test
    void showsTheSameStatesWhenTheTransportTellsTheChangeAfterItSends() {
        Segment syn = segment(SYN, 1000, 0);
        ladder.sent(Side.CLIENT, syn, 0);
        change(Side.CLIENT, CLOSED, SYN_SENT, ConnectionEvent.OPEN_ACTIVE);
        nextTurn();
        ladder.received(Side.SERVER, syn, 0);
        nextTurn();
        assertRow(0, "SYN-SENT", "SYN ", "seq=0", "LISTEN");
    }

    @Test
    void printsADatagramOnlyWhenItsFateIsKnownAndInTheOrderOfSending() {
        Segment first = segment(ACK, 1, 1);
        Segment second = segment(ACK, 2, 2);
        ladder.sent(Side.CLIENT, first, 0);
        ladder.sent(Side.CLIENT, second, 0);
        nextTurn();
        ladder.received(Side.SERVER, second, 1);
        nextTurn();
        assertEquals(List.of(), rows());
        ladder.received(Side.SERVER, first, 1);
        nextTurn();
        assertRow(0, "seq=1 ");
        assertRow(1, "seq=2 ");
    }

    @Test
    void marksLossAndRetransmissionAndCountsThem() {
        handshake();
        Segment data = segment(ACK, 1001, 8001).payload((offset, length, target) -> { }, 0, 500);
        ladder.sent(Side.CLIENT, data, 0);
        ladder.lost(Side.CLIENT, data);
        nextTurn();
        ladder.sent(Side.CLIENT, data, 0);
        nextTurn();
        ladder.received(Side.SERVER, data, 0);
        nextTurn();
        assertRow(3, "seq=1 (1001)", "len=500", "✕ lost");
        assertFalse(rows().get(3).contains("retransmission"), text::toString);
        assertRow(4, "len=500 retransmission", "ESTABLISHED");
        assertTrue(ladder.summary().toString()
                .startsWith("5 segments, 500 bytes of payload, 1 retransmissions, 1 lost, "), text::toString);
    }

    @Test
    void givesTheEndOfTimeWaitARowOfItsOwnAndIsClosedThen() {
        handshake();
        change(Side.CLIENT, ESTABLISHED, FIN_WAIT_1, ConnectionEvent.CLOSE);
        Segment fin = segment(ACK | SegmentFlags.FIN, 8001, 1002);
        ladder.sent(Side.SERVER, fin, 0);
        nextTurn();
        ladder.received(Side.CLIENT, fin, 0);
        change(Side.CLIENT, FIN_WAIT_1, TIME_WAIT, ConnectionEvent.FIN);
        nextTurn();
        change(Side.SERVER, ESTABLISHED, CLOSED, ConnectionEvent.ORPHAN_OVER);
        nextTurn();
        assertFalse(ladder.closed().isDone());
        change(Side.CLIENT, TIME_WAIT, CLOSED, ConnectionEvent.TIME_WAIT_OVER);
        nextTurn();
        assertRow(3, "TIME-WAIT", "FIN,ACK", "ESTABLISHED");
        assertRow(5, "CLOSED", "2 MSL are over: TIME-WAIT to CLOSED", "CLOSED");
        assertTrue(ladder.closed().isDone());
    }

    @Test
    void callsLostWhatHasNotArrivedAtTheEnd() {
        ladder.sent(Side.CLIENT, segment(SYN, 1000, 0), 0);
        ladder.finish();
        assertRow(0, "SYN ", "✕ lost");
    }

    private void handshake() {
        change(Side.CLIENT, CLOSED, SYN_SENT, ConnectionEvent.OPEN_ACTIVE);
        Segment syn = segment(SYN, 1000, 0);
        ladder.sent(Side.CLIENT, syn, 0);
        nextTurn();
        ladder.received(Side.SERVER, syn, 0);
        change(Side.SERVER, LISTEN, SYN_RECEIVED, ConnectionEvent.SYN);
        Segment synAck = segment(SYN | ACK, 8000, 1001);
        ladder.sent(Side.SERVER, synAck, 0);
        nextTurn();
        ladder.received(Side.CLIENT, synAck, 0);
        change(Side.CLIENT, SYN_SENT, ESTABLISHED, ConnectionEvent.SYN_ACK);
        Segment ack = segment(ACK, 1001, 8001);
        ladder.sent(Side.CLIENT, ack, 0);
        nextTurn();
        ladder.received(Side.SERVER, ack, 0);
        change(Side.SERVER, SYN_RECEIVED, ESTABLISHED, ConnectionEvent.SYN_ACKED);
        nextTurn();
    }

    private static Segment segment(int flags, int sequence, int acknowledgment) {
        return new Segment().clear().flags(flags).sequenceNumber(sequence).acknowledgmentNumber(acknowledgment)
                .window(65535);
    }

    private void change(Side side, ConnectionState from, ConnectionState to, ConnectionEvent event) {
        ladder.observer(side).stateChanged(null, from, to, event, 0);
    }

    private void nextTurn() {
        while (!loop.isEmpty()) {
            loop.poll().run();
        }
    }

    private void assertRow(int index, String... parts) {
        String row = rows().get(index);
        int from = 0;
        for (String part : parts) {
            int at = row.indexOf(part, from);
            assertTrue(at >= 0, () -> "'" + part + "' is missing, or not in its place, in\n" + row);
            from = at + part.length();
        }
    }

    private List<String> rows() {
        return text.toString().lines().skip(2).toList();
    }
}
