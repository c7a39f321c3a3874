/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.rst;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.netty.channel.ChannelOption.SO_RCVBUF;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which segments are acceptable, and what the others get: RFC 9293 3.4 and 3.10.7.4. */
final class AcceptabilityTest {
    private static final int BUFFER_BYTES = 4096;

    /** Our side has one byte in flight, so that an acceptable acknowledgment shows. */
    private static Script withByteInFlight() {
        Script s = Script.establishedServer(with(SO_RCVBUF, BUFFER_BYTES));
        s.app().writes("x");
        s.peer().expects(data(1, "x"));
        return s;
    }

    private static void closeWindow(Script s) {
        s.app().stopsReading();
        s.peer().sends(data(1001, BUFFER_BYTES).acks(1));
        s.peer().expectsWithin(ofMillis(40), ack().acks(1001 + BUFFER_BYTES).win(0));
    }

    // RFC 9293 3.4: SEG.LEN = 0, RCV.WND > 0: RCV.NXT =< SEG.SEQ < RCV.NXT+RCV.WND; as in Linux the edge itself, too
    @ParameterizedTest
    @ValueSource(ints = {1001, 1002, 1001 + BUFFER_BYTES - 1, 1001 + BUFFER_BYTES})
    void emptySegmentInsideTheWindowIsAcceptable(int seq) {
        try (Script s = withByteInFlight()) {
            s.peer().sends(ack(seq, 2));
            s.peer().expectsNothing();
            assertEquals(0, s.info().flightBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001 - BUFFER_BYTES, 1002 + BUFFER_BYTES, 1001 + 1_000_000_000})
    void emptySegmentOutsideTheWindowGetsAnAck(int seq) {
        try (Script s = withByteInFlight()) {
            s.peer().sends(ack(seq, 2));
            s.peer().expects(ack(2, 1001));
            assertEquals(1, s.info().flightBytes());
            s.peer().sends(ack(1001, 2));
        }
    }

    // RFC 9293 3.4: SEG.LEN = 0, RCV.WND = 0: SEG.SEQ = RCV.NXT
    @Test
    void emptySegmentAtAClosedWindowIsAcceptableAtItsEdgeOnly() {
        try (Script s = withByteInFlight()) {
            closeWindow(s);
            s.peer().sends(ack(1001 + BUFFER_BYTES + 1, 2));
            s.peer().expects(ack(2, 1001 + BUFFER_BYTES).win(0));
            assertEquals(1, s.info().flightBytes());
            s.peer().sends(ack(1001 + BUFFER_BYTES, 2));
            s.peer().expectsNothing();
            assertEquals(0, s.info().flightBytes());
        }
    }

    // RFC 9293 3.4: SEG.LEN > 0, RCV.WND > 0: the first or the last byte lies in the window
    @Test
    void textThatBeginsInsideTheWindowIsAcceptable() {
        try (Script s = Script.establishedServer(with(SO_RCVBUF, BUFFER_BYTES))) {
            s.peer().sends(data(1001, BUFFER_BYTES - 1));
            s.peer().expectsWithin(ofMillis(40), ack());
            s.app().expectsRead(BUFFER_BYTES - 1);
        }
    }

    @Test
    void textThatEndsInsideTheWindowIsAcceptable() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, 10));
            s.peer().expectsAfter(ofMillis(40), ack(1, 1011));
            s.peer().sends(data(1001, 11));
            s.peer().expectsWithin(ofMillis(40), ack(1, 1012));
            s.app().expectsRead(11);
        }
    }

    @ParameterizedTest
    @CsvSource({"901, 100", "1001000, 1", "5097, 10"})
    void textOutsideTheWindowGetsAnAckAndIsDropped(int seq, int length) {
        try (Script s = Script.establishedServer(with(SO_RCVBUF, BUFFER_BYTES))) {
            s.peer().sends(data(seq, new byte[length]).acks(1));
            s.peer().expects(ack(1, 1001));
            s.app().expectsNothingRead();
        }
    }

    // RFC 9293 3.4: SEG.LEN > 0, RCV.WND = 0: not acceptable
    @Test
    void textAtAClosedWindowGetsAnAckAndIsDropped() {
        try (Script s = Script.establishedServer(with(SO_RCVBUF, BUFFER_BYTES))) {
            closeWindow(s);
            s.peer().sends(data(1001 + BUFFER_BYTES, 1));
            s.peer().expects(ack(1, 1001 + BUFFER_BYTES).win(0));
            assertEquals(BUFFER_BYTES, s.info().receiveQueueBytes());
        }
    }

    // RFC 9293 3.10.7.4: an unacceptable segment gets an ACK, unless the RST bit is set
    @ParameterizedTest
    @ValueSource(ints = {1000, 1001 + BUFFER_BYTES})
    void unacceptableResetGetsNoAnswer(int seq) {
        try (Script s = Script.establishedServer(with(SO_RCVBUF, BUFFER_BYTES))) {
            s.peer().sends(rst(seq));
            s.peer().expectsNothingFor(ofSeconds(1));
            s.expectsState(ESTABLISHED);
        }
    }

    // RFC 9293 3.10.7.4: if the RCV.WND is zero, valid RSTs are still taken
    @Test
    void resetCountsAtAClosedWindow() {
        try (Script s = Script.establishedServer(with(SO_RCVBUF, BUFFER_BYTES))) {
            closeWindow(s);
            s.peer().sends(rst(1001 + BUFFER_BYTES));
            s.app().expectsFailure(IOException.class, "reset");
            s.expectsState(CLOSED);
        }
    }
}
