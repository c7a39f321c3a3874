/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.state.ConnectionState;
import java.io.IOException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A script that expects what does not happen fails, and shows what did. */
final class ScriptTest {
    private static String failureOf(Consumer<Script> body, Setting... settings) {
        AssertionError failure = assertThrows(AssertionError.class, () -> {
            try (Script s = Script.establishedServer(settings)) {
                body.accept(s);
            }
        });
        assertEquals(0, failure.getSuppressed().length);
        return failure.getMessage();
    }

    private static void assertShows(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "no \"" + part + "\" in:\n" + message);
        }
    }

    @Test
    void anotherSegmentIsShownBesideTheExpectedOneWithTheWire() {
        assertShows(failureOf(s -> {
            s.app().writes("hello");
            s.peer().expects(data(2, "hallo").acks(1001).mss(0));
        }), "peer 10.0.0.1:40000 got another segment\n",
                "  expected PSH,ACK seq=2 ack=1001 len=5 \"hallo\"",
                "  got      PSH,ACK seq=1 ack=1001 len=5 \"hello\" win=",
                " at 0 ms\n", "  differs  seq, payload\n",
                "- PSH,ACK seq=1 ack=1 len=5", "10.0.0.2:7000");
    }

    @Test
    void sackBlocksAreComparedExactlyAndShown() {
        String got = "  got      ACK seq=1 ack=1001 win=65535 sack=[1031-1041, 1011-1021]";
        assertShows(failureOf(s -> expectsAfterTwoHoles(s, ack(1, 1001)), Setting.peerSack()), got,
                "  differs  sack\n", "ACK seq=1 ack=1 win=65535 sack 31-41,11-21 ");
        assertShows(failureOf(s -> expectsAfterTwoHoles(s, ack(1, 1001).sack(1031, 1041)), Setting.peerSack()),
                "  expected ACK seq=1 ack=1001 sack=[1031-1041]", got);
        assertShows(failureOf(s -> {
            expectsAfterTwoHoles(s, ack(1, 1001).anySack());
            s.peer().expects(ack());
        }, Setting.peerSack()), "got nothing");
    }

    private static void expectsAfterTwoHoles(Script s, Spec ack) {
        s.peer().sends(data(1011, 10));
        s.peer().expects(ack(1, 1001).sack(1011, 1021));
        s.peer().sends(data(1031, 10));
        s.peer().expects(ack);
    }

    @Test
    void aMissingSegmentFails() {
        assertShows(failureOf(s -> s.peer().expects(ack(1, 1001))), "got nothing\n  expected ACK seq=1 ack=1001");
        assertShows(failureOf(s -> s.peer().expectsWithin(ofSeconds(3), ack(1, 1001))), "at 3000.000 ms");
    }

    @Test
    void aSegmentNobodyExpectedFailsAtTheEnd() {
        assertShows(failureOf(s -> s.app().writes("surprise")), "expected nothing\n", "\"surprise\"");
    }

    @Test
    void aSegmentTooEarlyOrTooLateFails() {
        assertShows(failureOf(s -> {
            writesAndLosesItsFirstSegment(s);
            s.peer().expectsAfter(s.rto().plusNanos(1), data(1, "hello"));
        }), "got PSH,ACK seq=1 len=5 \"hello\"\n  expected at 200.000002 ms\n  came     at 200.000001 ms");
        assertShows(failureOf(s -> {
            writesAndLosesItsFirstSegment(s);
            s.peer().expectsAfter(s.rto().minusNanos(1), data(1, "hello"));
        }), "got nothing");
    }

    private static void writesAndLosesItsFirstSegment(Script s) {
        s.app().writes("hello");
        s.peer().expects(data(1, "hello"));
    }

    @Test
    void aWrongStateShowsTheHistory() {
        assertShows(failureOf(s -> s.expectsState(ConnectionState.CLOSE_WAIT)),
                "expected CLOSE_WAIT", "got      ESTABLISHED after [LISTEN, SYN_RECEIVED, ESTABLISHED]");
        assertShows(failureOf(s -> s.expectsStates(ConnectionState.ESTABLISHED)),
                "[LISTEN, SYN_RECEIVED, ESTABLISHED]");
    }

    @Test
    void whatTheApplicationSeesIsComparedExactly() {
        assertShows(failureOf(s -> {
            s.peer().sends(data(1001, "good day").acks(1));
            s.app().expectsRead("good");
        }), "expected 4 bytes \"good\"", "got      8 bytes \"good day\"");
        assertShows(failureOf(s -> s.app().expectsFailure(IOException.class, "reset")), "got      null");
        assertShows(failureOf(s -> s.app().expectsInputEnd()), "expected the end of input", "got      active");
        assertShows(failureOf(s -> s.app(1)), "no channel 1: there are 1");
    }

    @Test
    void theFailureOfTheBodyIsTheOneThatIsThrown() {
        IllegalStateException failure = assertThrows(IllegalStateException.class, () -> {
            try (Script s = Script.establishedServer()) {
                s.app().writes("surprise");
                throw new IllegalStateException("mine");
            }
        });
        assertEquals("mine", failure.getMessage());
        assertEquals(1, failure.getSuppressed().length);
    }

    @Test
    void severalPeersHaveQueuesOfTheirOwn() {
        try (Script s = Script.server()) {
            s.peer(1).sends(syn(5).mss(1000));
            s.peer(2).sends(syn(9).mss(1000));
            s.peer(2).expects(synAck(0, 10));
            s.peer(1).expects(synAck(0, 6));
            s.peer(1).sends(ack());
            s.expectsApps(1);
            s.expectsState(s.peer(1), ConnectionState.ESTABLISHED);
            s.expectsState(s.peer(2), ConnectionState.SYN_RECEIVED);
        }
    }

    @Test
    void malformedDatagramsCanBeSent() {
        try (Script s = Script.establishedServer()) {
            s.peer().sendsRaw("50 10 ff");
            byte[] spoilt = s.peer().bytes(data(1001, 10).acks(1));
            spoilt[0] = (byte) 0xf0;
            s.peer().sendsRaw(spoilt);
            s.peer().expectsNothing();
            s.peer().sends(data(1001, 10).acks(1));
            s.app().expectsRead(10);
            s.peer().expectsAfter(ofMillis(40), ack(1, 1011));
        }
    }
}
