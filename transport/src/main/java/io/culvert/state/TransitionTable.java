/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

import static io.culvert.state.ConnectionAction.*;
import static io.culvert.state.ConnectionEvent.*;
import static io.culvert.state.ConnectionState.*;

import java.util.List;

/**
 * The state machine of RFC 9293 section 3.3.2 as data: eleven states by thirteen events. A pair that is not declared is
 * ignored. {@code docs/state-machine.md} is generated from this table.
 *
 * <p>The events are facts: sequence numbers, timestamps and acknowledgments have been checked before one is fired
 * (RFC 9293 section 3.10.7.4, RFC 7323 section 5, RFC 5961). A segment that carries several fires several, in the order
 * SYN_ACKED, FIN_ACKED, FIN; so FIN-WAIT-1 to TIME-WAIT on a FIN that acknowledges ours needs no row.
 */
public final class TransitionTable {
    private static final int STATES = ConnectionState.values().length;
    private static final int EVENTS = ConnectionEvent.values().length;

    /** The one table. */
    public static final TransitionTable RFC_9293 = new TransitionTableBuilder()

            // RFC 9293 3.10.1: OPEN call. Segments that find no connection are answered without one (3.10.7.1).
            .from(CLOSED)
                .on(OPEN_PASSIVE).to(LISTEN)
                .on(OPEN_ACTIVE).to(SYN_SENT, SEND_SYN)

            // RFC 9293 3.10.7.2: an RST is ignored here and an ACK is reset, unless the ACK returns a valid SYN cookie
            // (RFC 4987 3.6): then both SYNs have been exchanged already. 3.10.4, 3.10.5: nobody to tell.
            .from(LISTEN)
                .on(SYN).to(SYN_RECEIVED, SEND_SYN_ACK)
                .on(SYN_ACKED).to(ESTABLISHED, TELL_CONNECTED)
                .on(CLOSE, ABORT).to(CLOSED)

            // RFC 9293 3.10.7.3: a SYN opens if our own has been acknowledged; if not, both sides opened at once (3.5).
            // RFC 5961 3.2: an RST counts only if it acknowledges our SYN. RFC 9293 3.8.3: SYNs are given up as well.
            // 3.10.4, 3.10.5: the peer has shown no state that an RST could end.
            .from(SYN_SENT)
                .on(SYN_ACK).to(ESTABLISHED, SEND_ACK, TELL_CONNECTED)
                .on(SYN).to(SYN_RECEIVED, SEND_SYN_ACK)
                .on(RST, GIVE_UP).to(CLOSED, TELL_FAILED)
                .on(CLOSE, ABORT).to(CLOSED)

            // RFC 9293 3.10.7.4, fifth: the ACK of our SYN opens; when both sides opened at once it comes as SYN,ACK. A
            // FIN finds ESTABLISHED, because the ACK that must come with it is taken first. Second, RST: the user of a
            // passive open need not be informed, so TELL_FAILED reaches the active side only. 3.10.4: FIN follows the
            // data. Giving up sends no RST: an unverified address gets SYN,ACKs only. 3.10.5: ABORT resets.
            .from(SYN_RECEIVED)
                .on(SYN_ACKED).to(ESTABLISHED, TELL_CONNECTED)
                .on(SYN_ACK).to(ESTABLISHED, SEND_ACK, TELL_CONNECTED)
                .on(CLOSE).to(FIN_WAIT_1, SEND_FIN)
                .on(RST, GIVE_UP).to(CLOSED, TELL_FAILED)
                .on(ABORT).to(CLOSED, SEND_RST)

            // RFC 9293 3.6, cases 1 and 2: who closes first. A SYN gets a challenge ACK and is no event (RFC 5961 4.2).
            .from(ESTABLISHED)
                .on(CLOSE).to(FIN_WAIT_1, SEND_FIN)
                .on(FIN).to(CLOSE_WAIT, SEND_ACK, TELL_INPUT_END)

            // RFC 9293 3.10.7.4, fifth: "if the FIN segment is now acknowledged, then enter FIN-WAIT-2"; eighth: a FIN
            // that comes before the ACK of ours means that both users close simultaneously (3.6, case 3).
            .from(FIN_WAIT_1)
                .on(FIN_ACKED).to(FIN_WAIT_2)
                .on(FIN).to(CLOSING, SEND_ACK, TELL_INPUT_END)

            // RFC 9293 3.10.7.4, eighth: "Enter the TIME-WAIT state. Start the time-wait timer". Beyond the RFC: a peer
            // that never closes does not keep a session for ever that no application holds any more.
            .from(FIN_WAIT_2)
                .on(FIN).to(TIME_WAIT, SEND_ACK, TELL_INPUT_END, START_TIME_WAIT)
                .on(ORPHAN_OVER).to(CLOSED)

            // RFC 9293 3.10.4: CLOSE waits until all preceding SENDs have been segmentized, then sends FIN.
            .from(CLOSE_WAIT)
                .on(CLOSE).to(LAST_ACK, SEND_FIN)

            // RFC 9293 3.10.7.4, fifth: "if the ACK acknowledges our FIN, then enter the TIME-WAIT state".
            .from(CLOSING)
                .on(FIN_ACKED).to(TIME_WAIT, START_TIME_WAIT)

            // RFC 9293 3.10.7.4, fifth: "If our FIN is now acknowledged, delete the TCB, enter the CLOSED state".
            .from(LAST_ACK)
                .on(FIN_ACKED).to(CLOSED)

            // RFC 9293 3.10.7.4, second, and RFC 5961 3.2: an acceptable RST ends the connection. In CLOSING and
            // LAST-ACK the RFC tells the user nothing; here somebody may wait for the close, and data may be lost.
            // RFC 9293 3.8.3: past R2 the connection is closed; the RST spares the peer a half-open one (3.5.1).
            .from(ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK)
                .on(RST).to(CLOSED, TELL_FAILED)
                .on(GIVE_UP).to(CLOSED, SEND_RST, TELL_FAILED)

            // RFC 9293 3.10.5: ABORT call. The peer is reset unless it has closed as well as we have.
            .from(ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT)
                .on(ABORT).to(CLOSED, SEND_RST)
            .from(CLOSING, LAST_ACK)
                .on(ABORT).to(CLOSED)

            // RFC 9293 3.10.7.4, eighth: the FIN can only be a retransmission: "Restart the 2 MSL time-wait timeout".
            // RFC 6191 2: a SYN that is surely new reopens. RFC 1337 3, fix F1: an RST does not cut the wait short.
            // An OPEN call to the same peer reopens as well, once that is safe by RFC 7323 B.2.
            // RFC 9293 3.10.8: the time-wait timeout deletes the TCB. 3.10.5: so does ABORT, silently.
            .from(TIME_WAIT)
                .on(FIN).to(TIME_WAIT, SEND_ACK, START_TIME_WAIT)
                .on(SYN, OPEN_ACTIVE).to(CLOSED, REOPEN)
                .on(TIME_WAIT_OVER, ABORT).to(CLOSED)

            .freeze();

    private final Transition[] cells = new Transition[STATES * EVENTS];

    TransitionTable(List<Transition> declared) {
        for (Transition transition : declared) {
            int cell = cell(transition.from(), transition.event());
            if (cells[cell] != null) {
                throw new IllegalArgumentException("declared twice: " + cells[cell] + " and " + transition);
            }
            cells[cell] = transition;
        }
        for (ConnectionState state : ConnectionState.values()) {
            for (ConnectionEvent event : ConnectionEvent.values()) {
                if (on(state, event) == null) {
                    cells[cell(state, event)] = Transition.ignoring(state, event);
                }
            }
        }
    }

    /** The cell of a state and an event. */
    public Transition on(ConnectionState state, ConnectionEvent event) {
        return cells[cell(state, event)];
    }

    private static int cell(ConnectionState state, ConnectionEvent event) {
        return state.ordinal() * EVENTS + event.ordinal();
    }
}
