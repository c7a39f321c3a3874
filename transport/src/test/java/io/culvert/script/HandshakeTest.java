/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.segment.SegmentFlags.ACK;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.CLOSE_WAIT;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.LAST_ACK;
import static io.culvert.state.ConnectionState.LISTEN;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

/** The outline of a session's life: opened, used, closed. */
final class HandshakeTest {
    @Test
    void serverOpensWithThreeSegments() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001).noWs().noTimestamps());
            s.expectsState(SYN_RECEIVED);
            s.expectsApps(0);
            s.peer().sends(ack(1001, 1));
            s.expectsStates(LISTEN, SYN_RECEIVED, ESTABLISHED);
            s.app().expectsConnected();
            s.app().expectsNothingRead();
        }
    }

    @Test
    void clientOpensWithThreeSegments() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0).timestamps());
            s.app().expectsNotConnected();
            s.peer().sends(synAck(1000, 1).mss(1460).timestamps());
            s.peer().expects(ack(1, 1001).tsEcr(s.peer().clock()));
            s.expectsStates(SYN_SENT, ESTABLISHED);
            s.app().expectsConnected();
        }
    }

    @Test
    void dataFlowsBothWays() {
        try (Script s = Script.establishedServer(Setting.peerTimestamps(), Setting.peerWs(7))) {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello").acks(1001));
            s.app().expectsWritten();
            s.peer().sends(data(1001, "good day").acks(6));
            s.app().expectsRead("good day");
            s.peer().expectsAfter(ofMillis(40), ack(6, 1009));
            s.app().writes(3000);
            s.peer().expects(data(6, 1448).flags(ACK), data(1454, 1448).flags(ACK));
            s.peer().drain();
        }
    }

    @Test
    void withoutWindowScalingTheFirstAckIsDelayedToo() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, "good day").acks(1));
            s.app().expectsRead("good day");
            s.peer().expectsAfter(ofMillis(40), ack(1, 1009).win(65535 - 8));
        }
    }

    @Test
    void retransmitsAfterRto() {
        try (Script s = Script.establishedServer()) {
            s.after(ofMillis(500));
            s.app().writes("hello");
            s.peer().expects(data(1, "hello").acks(1001));
            s.peer().expectsAt(s.rto(), data(1, "hello").acks(1001));
            s.peer().expectsAt(s.rto(), data(1, "hello").acks(1001));
            s.peer().sends(ack(1001, 6));
            s.peer().expectsNothingFor(ofSeconds(120));
        }
    }

    @Test
    void connectIsRefusedByAReset() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().sends(rst(0).acks(1));
            s.app().expectsFailure(ConnectException.class, "refused");
            s.app().expectsClosed();
            s.expectsStates(SYN_SENT, CLOSED);
        }
    }

    @Test
    void connectIsRefusedByIcmp() {
        try (Script s = Script.client(Setting.nobodyThere())) {
            s.app().expectsFailure(ConnectException.class, "refused");
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    @Test
    void closesAfterThePeer() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, "bye").acks(1), fin(1004).acks(1));
            s.app().expectsRead("bye");
            s.app().expectsInputEnd();
            s.peer().expects(ack(1, 1005));
            s.expectsState(CLOSE_WAIT);
            s.app().closes();
            s.app().expectsClosing();
            s.peer().expects(fin(1).acks(1005));
            s.peer().sends(ack(1005, 2));
            s.app().expectsClosed();
            s.expectsStates(LISTEN, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT, LAST_ACK, CLOSED);
        }
    }

    @Test
    void abortSendsAReset() {
        try (Script s = Script.establishedClient()) {
            s.app().aborts();
            s.peer().expects(rst(1).acks(1001));
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    @Test
    void aResetOfThePeerIsAFailure() {
        try (Script s = Script.establishedClient()) {
            s.peer().sends(rst(1001));
            s.app().expectsFailure(IOException.class, "reset");
            s.app().expectsClosed();
            s.app().expectsNoInputEnd();
            s.expectsState(CLOSED);
        }
    }
}
