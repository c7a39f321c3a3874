/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks every cell against a second writing of the table: this one goes by event, as RFC 9293 section 3.10 does, where
 * the table goes by state. What it does not name has to be ignored.
 */
final class TransitionTableTest {
    private static final String BY_EVENT = """
            OPEN_PASSIVE    CLOSED        LISTEN
            OPEN_ACTIVE     CLOSED        SYN-SENT      SEND_SYN
            OPEN_ACTIVE     TIME-WAIT     CLOSED        REOPEN

            CLOSE           LISTEN        CLOSED
            CLOSE           SYN-SENT      CLOSED
            CLOSE           SYN-RECEIVED  FIN-WAIT-1    SEND_FIN
            CLOSE           ESTABLISHED   FIN-WAIT-1    SEND_FIN
            CLOSE           CLOSE-WAIT    LAST-ACK      SEND_FIN

            ABORT           LISTEN        CLOSED
            ABORT           SYN-SENT      CLOSED
            ABORT           SYN-RECEIVED  CLOSED        SEND_RST
            ABORT           ESTABLISHED   CLOSED        SEND_RST
            ABORT           FIN-WAIT-1    CLOSED        SEND_RST
            ABORT           FIN-WAIT-2    CLOSED        SEND_RST
            ABORT           CLOSE-WAIT    CLOSED        SEND_RST
            ABORT           CLOSING       CLOSED
            ABORT           LAST-ACK      CLOSED
            ABORT           TIME-WAIT     CLOSED

            SYN             LISTEN        SYN-RECEIVED  SEND_SYN_ACK
            SYN             SYN-SENT      SYN-RECEIVED  SEND_SYN_ACK
            SYN             TIME-WAIT     CLOSED        REOPEN

            SYN_ACK         SYN-SENT      ESTABLISHED   SEND_ACK TELL_CONNECTED
            SYN_ACK         SYN-RECEIVED  ESTABLISHED   SEND_ACK TELL_CONNECTED

            SYN_ACKED       LISTEN        ESTABLISHED   TELL_CONNECTED
            SYN_ACKED       SYN-RECEIVED  ESTABLISHED   TELL_CONNECTED

            FIN             ESTABLISHED   CLOSE-WAIT    SEND_ACK TELL_INPUT_END
            FIN             FIN-WAIT-1    CLOSING       SEND_ACK TELL_INPUT_END
            FIN             FIN-WAIT-2    TIME-WAIT     SEND_ACK TELL_INPUT_END START_TIME_WAIT
            FIN             TIME-WAIT     TIME-WAIT     SEND_ACK START_TIME_WAIT

            FIN_ACKED       FIN-WAIT-1    FIN-WAIT-2
            FIN_ACKED       CLOSING       TIME-WAIT     START_TIME_WAIT
            FIN_ACKED       LAST-ACK      CLOSED

            RST             SYN-SENT      CLOSED        TELL_FAILED
            RST             SYN-RECEIVED  CLOSED        TELL_FAILED
            RST             ESTABLISHED   CLOSED        TELL_FAILED
            RST             FIN-WAIT-1    CLOSED        TELL_FAILED
            RST             FIN-WAIT-2    CLOSED        TELL_FAILED
            RST             CLOSE-WAIT    CLOSED        TELL_FAILED
            RST             CLOSING       CLOSED        TELL_FAILED
            RST             LAST-ACK      CLOSED        TELL_FAILED

            GIVE_UP         SYN-SENT      CLOSED        TELL_FAILED
            GIVE_UP         SYN-RECEIVED  CLOSED        TELL_FAILED
            GIVE_UP         ESTABLISHED   CLOSED        SEND_RST TELL_FAILED
            GIVE_UP         FIN-WAIT-1    CLOSED        SEND_RST TELL_FAILED
            GIVE_UP         FIN-WAIT-2    CLOSED        SEND_RST TELL_FAILED
            GIVE_UP         CLOSE-WAIT    CLOSED        SEND_RST TELL_FAILED
            GIVE_UP         CLOSING       CLOSED        SEND_RST TELL_FAILED
            GIVE_UP         LAST-ACK      CLOSED        SEND_RST TELL_FAILED

            TIME_WAIT_OVER  TIME-WAIT     CLOSED
            ORPHAN_OVER     FIN-WAIT-2    CLOSED
            """;

    private static final Map<String, String> EXPECTED = parse(BY_EVENT);

    @ParameterizedTest(name = "{1} in {0}")
    @MethodSource("cells")
    void doesWhatRfc9293Says(ConnectionState state, ConnectionEvent event) {
        Transition cell = TransitionTable.RFC_9293.on(state, event);

        assertEquals(state, cell.from());
        assertEquals(event, cell.event());
        assertEquals(EXPECTED.getOrDefault(event + " " + state.rfcName(), "IGNORE"), effect(cell));
    }

    @ParameterizedTest(name = "{1} in {0}")
    @MethodSource("cells")
    void answersForEveryActionAsItsListDoes(ConnectionState state, ConnectionEvent event) {
        Transition cell = TransitionTable.RFC_9293.on(state, event);
        for (ConnectionAction action : ConnectionAction.values()) {
            assertEquals(cell.actions().contains(action), cell.has(action), cell + " has " + action);
        }
    }

    @ParameterizedTest(name = "{1} in {0}")
    @MethodSource("cells")
    void staysAndDoesNothingWhereItIgnores(ConnectionState state, ConnectionEvent event) {
        Transition cell = TransitionTable.RFC_9293.on(state, event);
        boolean idle = cell.to() == state && cell.actions().isEmpty();
        assertEquals(idle, cell.ignored(), cell.toString());
    }

    @Test
    void expectsOfEveryPairOfStateAndEventSomething() {
        assertEquals(143, cells().size());
        assertEquals(50, EXPECTED.size());
        Set<String> pairs = new HashSet<>();
        for (Object[] cell : cells()) {
            pairs.add(cell[1] + " " + ((ConnectionState) cell[0]).rfcName());
        }
        assertTrue(pairs.containsAll(EXPECTED.keySet()), "a misspelt name in the expectation");
    }

    @Test
    void reachesEveryStateFromClosed() {
        assertEquals(EnumSet.allOf(ConnectionState.class), reachableFrom(ConnectionState.CLOSED));
    }

    @ParameterizedTest
    @EnumSource(ConnectionState.class)
    void reachesClosedFromEveryState(ConnectionState state) {
        assertTrue(reachableFrom(state).contains(ConnectionState.CLOSED));
    }

    @ParameterizedTest
    @EnumSource(value = ConnectionState.class, names = "CLOSED", mode = EnumSource.Mode.EXCLUDE)
    void abortEndsEveryConnectionAtOnce(ConnectionState state) {
        assertEquals(ConnectionState.CLOSED, TransitionTable.RFC_9293.on(state, ConnectionEvent.ABORT).to());
    }

    @Test
    void actionsOfATransitionCannotBeChanged() {
        List<ConnectionAction> actions =
                TransitionTable.RFC_9293.on(ConnectionState.CLOSED, ConnectionEvent.OPEN_ACTIVE).actions();
        assertThrows(UnsupportedOperationException.class, () -> actions.add(ConnectionAction.SEND_RST));
    }

    @Test
    void refusesACellThatIsDeclaredTwice() {
        TransitionTableBuilder.From twice = new TransitionTableBuilder()
                .from(ConnectionState.ESTABLISHED, ConnectionState.CLOSE_WAIT)
                .on(ConnectionEvent.RST, ConnectionEvent.GIVE_UP).to(ConnectionState.CLOSED)
                .from(ConnectionState.CLOSE_WAIT)
                .on(ConnectionEvent.GIVE_UP).to(ConnectionState.LISTEN);
        String message = assertThrows(IllegalArgumentException.class, twice::freeze).getMessage();
        assertTrue(message.contains("CLOSE-WAIT + GIVE_UP"), message);
    }

    @Test
    void declaresACellForEachPairOfStatesAndEvents() {
        TransitionTable table = new TransitionTableBuilder()
                .from(ConnectionState.ESTABLISHED, ConnectionState.CLOSE_WAIT)
                .on(ConnectionEvent.RST, ConnectionEvent.GIVE_UP).to(ConnectionState.CLOSED)
                .freeze();
        assertFalse(table.on(ConnectionState.ESTABLISHED, ConnectionEvent.RST).ignored());
        assertFalse(table.on(ConnectionState.ESTABLISHED, ConnectionEvent.GIVE_UP).ignored());
        assertFalse(table.on(ConnectionState.CLOSE_WAIT, ConnectionEvent.RST).ignored());
        assertFalse(table.on(ConnectionState.CLOSE_WAIT, ConnectionEvent.GIVE_UP).ignored());
        assertTrue(table.on(ConnectionState.CLOSING, ConnectionEvent.RST).ignored());
    }

    @Test
    void namesATransitionAsTheTableReads() {
        assertEquals("SYN-SENT + SYN_ACK -> ESTABLISHED [SEND_ACK, TELL_CONNECTED]",
                TransitionTable.RFC_9293.on(ConnectionState.SYN_SENT, ConnectionEvent.SYN_ACK).toString());
        assertEquals("TIME-WAIT + RST -> IGNORE",
                TransitionTable.RFC_9293.on(ConnectionState.TIME_WAIT, ConnectionEvent.RST).toString());
    }

    private static List<Object[]> cells() {
        List<Object[]> cells = new ArrayList<>();
        for (ConnectionState state : ConnectionState.values()) {
            for (ConnectionEvent event : ConnectionEvent.values()) {
                cells.add(new Object[] {state, event});
            }
        }
        return cells;
    }

    private static Map<String, String> parse(String text) {
        Map<String, String> effects = new HashMap<>();
        for (String line : text.lines().filter(candidate -> !candidate.isBlank()).toList()) {
            List<String> words = Arrays.asList(line.split(" +"));
            String effect = words.get(2) + " " + words.subList(3, words.size());
            assertNull(effects.put(words.get(0) + " " + words.get(1), effect), "expected twice: " + line);
        }
        return effects;
    }

    private static String effect(Transition cell) {
        return cell.ignored() ? "IGNORE" : cell.to().rfcName() + " "
                + cell.actions().stream().map(ConnectionAction::name).toList();
    }

    private static Set<ConnectionState> reachableFrom(ConnectionState start) {
        Set<ConnectionState> reached = EnumSet.of(start);
        Deque<ConnectionState> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            ConnectionState state = open.remove();
            for (ConnectionEvent event : ConnectionEvent.values()) {
                ConnectionState next = TransitionTable.RFC_9293.on(state, event).to();
                if (reached.add(next)) {
                    open.add(next);
                }
            }
        }
        return reached;
    }
}
