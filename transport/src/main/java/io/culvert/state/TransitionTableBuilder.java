/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

import java.util.ArrayList;
import java.util.List;

/**
 * Lets a table be written as sentences: {@code from(SYN_SENT).on(SYN_ACK).to(ESTABLISHED, SEND_ACK)}. Several states or
 * events in one sentence declare a cell for each pair.
 */
final class TransitionTableBuilder {
    private final List<Transition> declared = new ArrayList<>();

    From from(ConnectionState... states) {
        return new From(states);
    }

    /** The states that the next sentences are about. */
    final class From {
        private final ConnectionState[] states;

        private From(ConnectionState[] states) {
            this.states = states;
        }

        On on(ConnectionEvent... events) {
            return new On(this, events);
        }

        From from(ConnectionState... others) {
            return new From(others);
        }

        /** Every pair that no sentence declared becomes an ignored one. */
        TransitionTable freeze() {
            return new TransitionTable(declared);
        }
    }

    /** A sentence that lacks its end. */
    final class On {
        private final From from;
        private final ConnectionEvent[] events;

        private On(From from, ConnectionEvent[] events) {
            this.from = from;
            this.events = events;
        }

        From to(ConnectionState next, ConnectionAction... actions) {
            for (ConnectionState state : from.states) {
                for (ConnectionEvent event : events) {
                    declared.add(Transition.moving(state, event, next, List.of(actions)));
                }
            }
            return from;
        }
    }
}
