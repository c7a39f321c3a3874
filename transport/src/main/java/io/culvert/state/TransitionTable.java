/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

import static io.culvert.state.ConnectionAction.REOPEN;
import static io.culvert.state.ConnectionAction.SEND_ACK;
import static io.culvert.state.ConnectionAction.SEND_FIN;
import static io.culvert.state.ConnectionAction.SEND_RST;
import static io.culvert.state.ConnectionAction.SEND_SYN;
import static io.culvert.state.ConnectionAction.SEND_SYN_ACK;
import static io.culvert.state.ConnectionAction.START_TIME_WAIT;
import static io.culvert.state.ConnectionAction.TELL_CONNECTED;
import static io.culvert.state.ConnectionAction.TELL_FAILED;
import static io.culvert.state.ConnectionAction.TELL_INPUT_END;
import static io.culvert.state.ConnectionEvent.ABORT;
import static io.culvert.state.ConnectionEvent.CLOSE;
import static io.culvert.state.ConnectionEvent.FIN;
import static io.culvert.state.ConnectionEvent.FIN_ACKED;
import static io.culvert.state.ConnectionEvent.GIVE_UP;
import static io.culvert.state.ConnectionEvent.OPEN_ACTIVE;
import static io.culvert.state.ConnectionEvent.OPEN_PASSIVE;
import static io.culvert.state.ConnectionEvent.ORPHAN_OVER;
import static io.culvert.state.ConnectionEvent.RST;
import static io.culvert.state.ConnectionEvent.SYN;
import static io.culvert.state.ConnectionEvent.SYN_ACK;
import static io.culvert.state.ConnectionEvent.SYN_ACKED;
import static io.culvert.state.ConnectionEvent.TIME_WAIT_OVER;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.CLOSE_WAIT;
import static io.culvert.state.ConnectionState.CLOSING;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.FIN_WAIT_1;
import static io.culvert.state.ConnectionState.FIN_WAIT_2;
import static io.culvert.state.ConnectionState.LAST_ACK;
import static io.culvert.state.ConnectionState.LISTEN;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static io.culvert.state.ConnectionState.TIME_WAIT;

/** The state diagram of RFC 9293 section 3.3.2 as a table: what every event does in every state. */
public final class TransitionTable {
    private static final int EVENTS = ConnectionEvent.values().length;

    /** The one table. */
    public static final TransitionTable RFC_9293 = new TransitionTable();

    private final Transition[] cells = new Transition[ConnectionState.values().length * EVENTS];

    private TransitionTable() {
        opening();
        closing();
        failing();
        for (ConnectionState state : ConnectionState.values()) {
            for (ConnectionEvent event : ConnectionEvent.values()) {
                if (cells[index(state, event)] == null) {
                    cells[index(state, event)] = Transition.ignore(state, event);
                }
            }
        }
    }

    /** What an event does in a state. */
    public Transition on(ConnectionState state, ConnectionEvent event) {
        return cells[index(state, event)];
    }

    private void opening() {
        // RFC 9293 3.10.1: OPEN
        from(CLOSED).on(OPEN_PASSIVE).to(LISTEN);
        from(CLOSED).on(OPEN_ACTIVE).to(SYN_SENT, SEND_SYN);

        // RFC 9293 3.10.7.2; an acknowledged SYN in LISTEN is a SYN cookie that came back (RFC 4987 3.6)
        from(LISTEN).on(SYN).to(SYN_RECEIVED, SEND_SYN_ACK);
        from(LISTEN).on(SYN_ACKED).to(ESTABLISHED, TELL_CONNECTED);
        from(LISTEN).on(CLOSE).to(CLOSED);
        from(LISTEN).on(ABORT).to(CLOSED);

        // RFC 9293 3.10.7.3, simultaneous open included
        from(SYN_SENT).on(SYN_ACK).to(ESTABLISHED, SEND_ACK, TELL_CONNECTED);
        from(SYN_SENT).on(SYN).to(SYN_RECEIVED, SEND_SYN_ACK);
        from(SYN_SENT).on(CLOSE).to(CLOSED);
        from(SYN_SENT).on(ABORT).to(CLOSED);

        // RFC 9293 3.10.7.4 "fifth"
        from(SYN_RECEIVED).on(SYN_ACKED).to(ESTABLISHED, TELL_CONNECTED);
        from(SYN_RECEIVED).on(SYN_ACK).to(ESTABLISHED, SEND_ACK, TELL_CONNECTED);
    }

    private void closing() {
        // RFC 9293 3.10.4: CLOSE
        from(SYN_RECEIVED).on(CLOSE).to(FIN_WAIT_1, SEND_FIN);
        from(ESTABLISHED).on(CLOSE).to(FIN_WAIT_1, SEND_FIN);
        from(CLOSE_WAIT).on(CLOSE).to(LAST_ACK, SEND_FIN);

        // RFC 9293 3.10.7.4 "fifth": our FIN is acknowledged
        from(FIN_WAIT_1).on(FIN_ACKED).to(FIN_WAIT_2);
        from(CLOSING).on(FIN_ACKED).to(TIME_WAIT, START_TIME_WAIT);
        from(LAST_ACK).on(FIN_ACKED).to(CLOSED);

        // RFC 9293 3.10.7.4 "eighth": the peer's FIN
        from(ESTABLISHED).on(FIN).to(CLOSE_WAIT, SEND_ACK, TELL_INPUT_END);
        from(FIN_WAIT_1).on(FIN).to(CLOSING, SEND_ACK, TELL_INPUT_END);
        from(FIN_WAIT_2).on(FIN).to(TIME_WAIT, SEND_ACK, TELL_INPUT_END, START_TIME_WAIT);
        from(TIME_WAIT).on(FIN).to(TIME_WAIT, SEND_ACK, START_TIME_WAIT);

        // RFC 9293 3.10.8, RFC 6191 section 2
        from(TIME_WAIT).on(TIME_WAIT_OVER).to(CLOSED);
        from(TIME_WAIT).on(SYN).to(CLOSED, REOPEN);
        from(TIME_WAIT).on(ABORT).to(CLOSED);
        from(FIN_WAIT_2).on(ORPHAN_OVER).to(CLOSED);
    }

    private void failing() {
        from(SYN_SENT).on(RST).to(CLOSED, TELL_FAILED);
        from(SYN_SENT).on(GIVE_UP).to(CLOSED, TELL_FAILED);
        from(SYN_RECEIVED).on(RST).to(CLOSED, TELL_FAILED);
        from(SYN_RECEIVED).on(GIVE_UP).to(CLOSED, TELL_FAILED);
        from(SYN_RECEIVED).on(ABORT).to(CLOSED, SEND_RST);

        // RFC 9293 3.10.7.4 "second" and 3.10.8; RFC 1337: a reset does not end TIME-WAIT
        for (ConnectionState state : ConnectionState.values()) {
            if (state.isSynchronized() && state != TIME_WAIT) {
                from(state).on(RST).to(CLOSED, TELL_FAILED);
                from(state).on(GIVE_UP).to(CLOSED, SEND_RST, TELL_FAILED);
            }
        }
        // RFC 9293 3.10.5: ABORT sends a reset, but not once both sides have closed
        from(ESTABLISHED).on(ABORT).to(CLOSED, SEND_RST);
        from(FIN_WAIT_1).on(ABORT).to(CLOSED, SEND_RST);
        from(FIN_WAIT_2).on(ABORT).to(CLOSED, SEND_RST);
        from(CLOSE_WAIT).on(ABORT).to(CLOSED, SEND_RST);
        from(CLOSING).on(ABORT).to(CLOSED);
        from(LAST_ACK).on(ABORT).to(CLOSED);
    }

    private static int index(ConnectionState state, ConnectionEvent event) {
        return state.ordinal() * EVENTS + event.ordinal();
    }

    private Row from(ConnectionState state) {
        return new Row(state, null);
    }

    private final class Row {
        private final ConnectionState from;
        private final ConnectionEvent event;

        Row(ConnectionState from, ConnectionEvent event) {
            this.from = from;
            this.event = event;
        }

        Row on(ConnectionEvent event) {
            return new Row(from, event);
        }

        void to(ConnectionState to, ConnectionAction... actions) {
            if (cells[index(from, event)] != null) {
                throw new IllegalStateException("said twice: " + cells[index(from, event)]);
            }
            cells[index(from, event)] = Transition.move(from, event, to, actions);
        }
    }
}
