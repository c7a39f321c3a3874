/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Writes {@code docs/state-machine.md} from the table. */
final class StateMachineDocument {
    static final String COMMAND =
            "mvn test -pl transport -Dtest=StateMachineDocumentTest -Dculvert.docs.write=true";

    private static final String SOURCES = "../transport/src/main/java/io/culvert/state/";

    private static final Set<ConnectionEvent> FAILURES =
            EnumSet.of(ConnectionEvent.ABORT, ConnectionEvent.RST, ConnectionEvent.GIVE_UP);

    private final List<Transition> transitions = new ArrayList<>();
    private final int cells;

    StateMachineDocument(TransitionTable table) {
        for (ConnectionState state : ConnectionState.values()) {
            for (ConnectionEvent event : ConnectionEvent.values()) {
                Transition transition = table.on(state, event);
                if (!transition.ignored()) {
                    transitions.add(transition);
                }
            }
        }
        cells = ConnectionState.values().length * ConnectionEvent.values().length;
    }

    String markdown() {
        return """
                This page is generated from the transition table by `%s`; do not edit it by hand.

                # The state machine

                The states are those of RFC 9293 section 3.3.2. [`TransitionTable`](%sTransitionTable.java)
                declares what every event does in every state and cites the clause that says so; the javadoc of
                [`ConnectionEvent`](%sConnectionEvent.java) and
                [`ConnectionAction`](%sConnectionAction.java) tells what each name means.

                ## Opening and closing

                An arrow reads *event / actions*. A FIN that acknowledges ours is two events, FIN_ACKED and FIN, one
                after the other.

                ```mermaid
                %s```

                ## Failing

                What an abort, a reset and giving up do; all of it ends in CLOSED.

                ```mermaid
                %s```

                ## All transitions

                %d of the %d pairs of state and event mean something. The others are ignored: no move, no action.

                %s""".formatted(COMMAND, SOURCES, SOURCES, SOURCES,
                diagram(transition -> !FAILURES.contains(transition.event())),
                diagram(transition -> FAILURES.contains(transition.event())),
                transitions.size(), cells, table());
    }

    private String diagram(Predicate<Transition> drawn) {
        List<Transition> arrows = transitions.stream().filter(drawn).toList();
        StringBuilder out = new StringBuilder("stateDiagram-v2\n");
        Set<ConnectionState> states = EnumSet.noneOf(ConnectionState.class);
        for (Transition arrow : arrows) {
            states.add(arrow.from());
            states.add(arrow.to());
        }
        for (ConnectionState state : states) {
            out.append("    state \"%s\" as %s\n".formatted(state.rfcName(), state));
        }
        for (ConnectionState from : states) {
            labelsByTarget(arrows, from).forEach((to, labels) ->
                    out.append("    %s --> %s: %s\n".formatted(from, to, String.join("<br/>", labels))));
        }
        return out.toString();
    }

    /** One arrow for each pair of states, with a line for each event: Mermaid would draw several over one another. */
    private static Map<ConnectionState, List<String>> labelsByTarget(List<Transition> arrows, ConnectionState from) {
        Map<ConnectionState, List<String>> labels = new EnumMap<>(ConnectionState.class);
        for (Transition arrow : arrows) {
            if (arrow.from() == from) {
                String actions = arrow.actions().isEmpty() ? "" : " / " + actions(arrow);
                labels.computeIfAbsent(arrow.to(), unused -> new ArrayList<>()).add(arrow.event() + actions);
            }
        }
        return labels;
    }

    private String table() {
        StringBuilder out = new StringBuilder("""
                | From | Event | To | Actions |
                | --- | --- | --- | --- |
                """);
        for (Transition transition : transitions) {
            out.append("| %s | %s | %s | %s |\n".formatted(transition.from().rfcName(), transition.event(),
                    transition.to().rfcName(), actions(transition)));
        }
        return out.toString();
    }

    private static String actions(Transition transition) {
        return transition.actions().stream().map(ConnectionAction::name).collect(Collectors.joining(", "));
    }
}
