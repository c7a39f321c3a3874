/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

import static io.culvert.state.ConnectionAction.*;
import static io.culvert.state.ConnectionEvent.*;
import static io.culvert.state.ConnectionState.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The classical paths through the diagram, with both ends of the connection side by side. */
final class StateMachineTest {
    private final Walker client = new Walker("client");
    private final Walker server = new Walker("server");

    @Test
    void opensInAThreeWayHandshake() {
        server.on(OPEN_PASSIVE).goesTo(LISTEN);
        client.on(OPEN_ACTIVE).goesTo(SYN_SENT, SEND_SYN);
        server.on(SYN).goesTo(SYN_RECEIVED, SEND_SYN_ACK);
        client.on(SYN_ACK).goesTo(ESTABLISHED, SEND_ACK, TELL_CONNECTED);
        server.on(SYN_ACKED).goesTo(ESTABLISHED, TELL_CONNECTED);
    }

    @Test
    void opensFromASynCookieWithoutAHalfOpenState() {
        server.on(OPEN_PASSIVE).goesTo(LISTEN);
        server.on(SYN_ACKED).goesTo(ESTABLISHED, TELL_CONNECTED);
    }

    @Test
    void opensSimultaneously() {
        for (Walker side : List.of(client, server)) {
            side.on(OPEN_ACTIVE).goesTo(SYN_SENT, SEND_SYN);
        }
        for (Walker side : List.of(client, server)) {
            side.on(SYN).goesTo(SYN_RECEIVED, SEND_SYN_ACK);
        }
        for (Walker side : List.of(client, server)) {
            side.on(SYN_ACK).goesTo(ESTABLISHED, SEND_ACK, TELL_CONNECTED);
        }
        for (Walker side : List.of(client, server)) {
            side.on(SYN_ACKED).isIgnored();
        }
    }

    @Test
    void opensSimultaneouslyWhenTheSynAckIsLostAndAnAckComesInstead() {
        client.on(OPEN_ACTIVE).goesTo(SYN_SENT, SEND_SYN);
        client.on(SYN).goesTo(SYN_RECEIVED, SEND_SYN_ACK);
        client.on(SYN_ACKED).goesTo(ESTABLISHED, TELL_CONNECTED);
    }

    @Test
    void closesInAFourWayHandshake() {
        open();
        client.on(CLOSE).goesTo(FIN_WAIT_1, SEND_FIN);
        server.on(FIN).goesTo(CLOSE_WAIT, SEND_ACK, TELL_INPUT_END);
        client.on(FIN_ACKED).goesTo(FIN_WAIT_2);
        server.on(CLOSE).goesTo(LAST_ACK, SEND_FIN);
        client.on(FIN).goesTo(TIME_WAIT, SEND_ACK, TELL_INPUT_END, START_TIME_WAIT);
        server.on(FIN_ACKED).goesTo(CLOSED);
        client.on(TIME_WAIT_OVER).goesTo(CLOSED);
    }

    @Test
    void closesSimultaneously() {
        open();
        for (Walker side : List.of(client, server)) {
            side.on(CLOSE).goesTo(FIN_WAIT_1, SEND_FIN);
        }
        for (Walker side : List.of(client, server)) {
            side.on(FIN).goesTo(CLOSING, SEND_ACK, TELL_INPUT_END);
        }
        for (Walker side : List.of(client, server)) {
            side.on(FIN_ACKED).goesTo(TIME_WAIT, START_TIME_WAIT);
            side.on(TIME_WAIT_OVER).goesTo(CLOSED);
        }
    }

    @Test
    void closesWhenFinAndTheAckOfOursComeInOneSegment() {
        open();
        client.on(CLOSE).goesTo(FIN_WAIT_1, SEND_FIN);
        client.on(FIN_ACKED).goesTo(FIN_WAIT_2);
        client.on(FIN).goesTo(TIME_WAIT, SEND_ACK, TELL_INPUT_END, START_TIME_WAIT);
    }

    @Test
    void takesAFinThatRidesOnTheLastAckOfTheHandshake() {
        server.on(OPEN_PASSIVE).goesTo(LISTEN);
        server.on(SYN).goesTo(SYN_RECEIVED, SEND_SYN_ACK);
        server.on(SYN_ACKED).goesTo(ESTABLISHED, TELL_CONNECTED);
        server.on(FIN).goesTo(CLOSE_WAIT, SEND_ACK, TELL_INPUT_END);
    }

    @Test
    void closesBeforeTheHandshakeIsOver() {
        server.on(OPEN_PASSIVE).goesTo(LISTEN);
        server.on(SYN).goesTo(SYN_RECEIVED, SEND_SYN_ACK);
        server.on(CLOSE).goesTo(FIN_WAIT_1, SEND_FIN);
        server.on(SYN_ACKED).isIgnored();
        server.on(FIN_ACKED).goesTo(FIN_WAIT_2);
    }

    @Test
    void answersARetransmittedFinWhenTheLastAckWasLost() {
        open();
        client.on(CLOSE).goesTo(FIN_WAIT_1, SEND_FIN);
        server.on(FIN).goesTo(CLOSE_WAIT, SEND_ACK, TELL_INPUT_END);
        client.on(FIN_ACKED).goesTo(FIN_WAIT_2);
        server.on(CLOSE).goesTo(LAST_ACK, SEND_FIN);
        client.on(FIN).goesTo(TIME_WAIT, SEND_ACK, TELL_INPUT_END, START_TIME_WAIT);

        client.on(FIN).goesTo(TIME_WAIT, SEND_ACK, START_TIME_WAIT);
        client.on(FIN).goesTo(TIME_WAIT, SEND_ACK, START_TIME_WAIT);
        server.on(FIN_ACKED).goesTo(CLOSED);
        client.on(TIME_WAIT_OVER).goesTo(CLOSED);
    }

    @Test
    void reopensFromTimeWait() {
        rest();
        client.on(SYN).goesTo(CLOSED, REOPEN);

        Walker successor = new Walker("successor");
        successor.on(OPEN_PASSIVE).goesTo(LISTEN);
        successor.on(SYN).goesTo(SYN_RECEIVED, SEND_SYN_ACK);
    }

    @Test
    void isNotCutShortInTimeWaitByAReset() {
        rest();
        client.on(RST).isIgnored();
        client.on(GIVE_UP).isIgnored();
        client.on(CLOSE).isIgnored();
        assertSame(TIME_WAIT, client.machine.state());
    }

    @Test
    void leavesFinWait2WhenThePeerOfAnOrphanNeverCloses() {
        open();
        client.on(CLOSE).goesTo(FIN_WAIT_1, SEND_FIN);
        client.on(ORPHAN_OVER).isIgnored();
        client.on(FIN_ACKED).goesTo(FIN_WAIT_2);
        client.on(ORPHAN_OVER).goesTo(CLOSED);
    }

    @Test
    void failsAnOpenThatIsRefused() {
        client.on(OPEN_ACTIVE).goesTo(SYN_SENT, SEND_SYN);
        client.on(RST).goesTo(CLOSED, TELL_FAILED);
    }

    @Test
    void resetsThePeerWhenItGivesUp() {
        open();
        client.on(GIVE_UP).goesTo(CLOSED, SEND_RST, TELL_FAILED);
        server.on(RST).goesTo(CLOSED, TELL_FAILED);
    }

    @Test
    void abortsWithoutAWordOnceBothHaveClosed() {
        open();
        server.on(FIN).goesTo(CLOSE_WAIT, SEND_ACK, TELL_INPUT_END);
        server.on(CLOSE).goesTo(LAST_ACK, SEND_FIN);
        server.on(ABORT).goesTo(CLOSED);
        client.on(ABORT).goesTo(CLOSED, SEND_RST);
    }

    @Test
    void startsClosedWithoutAReason() {
        StateMachine machine = new StateMachine();
        assertSame(CLOSED, machine.state());
        assertSame(CloseReason.NONE, machine.reason());
        assertEquals("CLOSED", machine.toString());
    }

    @ParameterizedTest
    @EnumSource(CloseReason.class)
    void keepsTheFirstReason(CloseReason later) {
        StateMachine machine = new StateMachine();
        machine.closeReason(CloseReason.NONE);
        machine.closeReason(CloseReason.TIMED_OUT);
        machine.closeReason(later);
        assertSame(CloseReason.TIMED_OUT, machine.reason());
        assertEquals("CLOSED (TIMED_OUT)", machine.toString());
    }

    @Test
    void refusesToHaveNoReasonAtAll() {
        assertThrows(NullPointerException.class, () -> new StateMachine().closeReason(null));
    }

    @Test
    void keepsTheReasonWhenItMoves() {
        open();
        client.machine.closeReason(CloseReason.RESET);
        client.on(RST).goesTo(CLOSED, TELL_FAILED);
        assertSame(CloseReason.RESET, client.machine.reason());
    }

    @Test
    void sharesTheCellsOfTheTableWithEveryOtherMachine() {
        assertSame(client.machine.fire(OPEN_ACTIVE), server.machine.fire(OPEN_ACTIVE));
    }

    private void open() {
        opensInAThreeWayHandshake();
    }

    private void rest() {
        closesWhenFinAndTheAckOfOursComeInOneSegment();
    }

    /** One end of the connection; a failure shows the way it has gone. */
    private static final class Walker {
        private final StateMachine machine = new StateMachine();
        private final StringBuilder path;
        private Transition last;

        Walker(String name) {
            path = new StringBuilder(name).append(":");
        }

        Walker on(ConnectionEvent event) {
            ConnectionState found = machine.state();
            last = machine.fire(event);
            path.append("\n    ").append(last);
            assertSame(found, last.from(), path::toString);
            assertSame(last.to(), machine.state(), path::toString);
            return this;
        }

        void goesTo(ConnectionState state, ConnectionAction... actions) {
            assertSame(state, machine.state(), path::toString);
            assertEquals(List.of(actions), last.actions(), path::toString);
        }

        void isIgnored() {
            assertTrue(last.ignored(), path::toString);
        }
    }
}
