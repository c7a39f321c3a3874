/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.LISTEN;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** RFC 9293 3.5, figures 9 to 12: old duplicates of a SYN and sessions that only one side knows. */
final class StaleConnectionRequestTest {
    // figure 9, the listener: the initiator resets what answers its old SYN
    @Test
    void theListenerReturnsToListenAndTheNewSynOpens() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(90).mss(1460));
            s.peer().expects(synAck(0, 91));
            s.peer().sends(rst(91));
            s.expectsStates(LISTEN, SYN_RECEIVED, CLOSED);
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.expectsStates(LISTEN, SYN_RECEIVED, CLOSED, LISTEN, SYN_RECEIVED, ESTABLISHED);
            s.expectsApps(1);
        }
    }

    // as figure 9, but the new SYN overtakes the reset: the challenge ACK brings the reset about (RFC 5961 4.2)
    @Test
    void theNewSynFindsTheHalfOpenSessionOfTheOldOne() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(90).mss(1460));
            s.peer().expects(synAck(0, 91));
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(ack(1, 91));
            s.expectsState(SYN_RECEIVED);
            s.peer().sends(rst(91));
            s.expectsState(CLOSED);
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.expectsState(ESTABLISHED);
            s.expectsApps(1);
        }
    }

    // nobody resets it: an old duplicate alone never becomes a session
    @Test
    void anOldSynAloneMakesNoSession() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(90).mss(1460));
            s.after(ofSeconds(200));
            s.expectsApps(0);
            s.expectsStates(LISTEN, SYN_RECEIVED, CLOSED);
            s.peer().drain();
        }
    }

    // figure 9, the initiator: <SEQ=SEG.ACK><CTL=RST>
    @Test
    void theInitiatorAnswersTheUnexpectedSynAckWithAReset() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().sends(synAck(3000, -909).mss(1460));
            s.peer().expects(rst(-909), syn(0));
            s.app().expectsNotConnected();
            s.expectsStates(SYN_SENT);
            s.peer().sends(synAck(4000, 1).mss(1460));
            s.peer().expects(ack(1, 4001));
            s.expectsStates(SYN_SENT, ESTABLISHED);
        }
    }

    // figure 10: the peer has crashed and opens again; our ACK tells it of the old session, its reset ends that
    @Test
    void aHalfOpenSessionIsFoundByTheSynOfAPeerThatCrashed() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(syn(400_000).mss(1460));
            s.peer().expects(ack(1, 1001));
            s.expectsState(ESTABLISHED);
            s.peer().sends(rst(1001));
            s.expectsState(CLOSED);
            s.app().expectsFailure(IOException.class, "reset");
            s.app().expectsClosed();
            s.peer().sends(syn(400_000).mss(1460));
            s.peer().expects(synAck(0, 400_001));
            s.peer().sends(ack(400_001, 1));
            s.expectsState(ESTABLISHED);
            s.expectsApps(2);
        }
    }

    // figure 10, we are who comes back: an ACK in SYN-SENT that acknowledges nothing of ours. As Linux has it, the SYN
    // follows at once, for the peer has room for it now
    @Test
    void theAckOfASessionThatWeHaveForgottenGetsAResetAndTheSynAgain() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().sends(ack(300, -100_000));
            s.peer().expects(rst(-100_000), syn(0));
            s.expectsState(SYN_SENT);
            s.peer().expectsAfter(ofSeconds(1), syn(0));
        }
    }

    @Test
    void theSynHurriesOnceAndNotAfterItsTimerHasExpired() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().sends(ack(300, -100_000));
            s.peer().expects(rst(-100_000), syn(0));
            s.peer().sends(ack(300, -100_000));
            s.peer().expects(rst(-100_000));
            s.peer().expectsNothing();
        }
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().expectsAfter(ofSeconds(1), syn(0));
            s.peer().sends(ack(300, -100_000));
            s.peer().expects(rst(-100_000));
            s.peer().expectsAfter(ofSeconds(2), syn(0));
        }
    }

    // RFC 6928 2: a lost SYN would leave one segment of the initial window
    @Test
    void noLossIsConcludedFromASynThatHurried() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().sends(ack(300, -100_000));
            s.peer().expects(rst(-100_000), syn(0));
            s.peer().sends(synAck(4000, 1).mss(1460));
            s.peer().expects(ack(1, 4001));
            s.app().writes(20_000);
            assertEquals(10, s.peer().drain().size());
        }
    }

    // figure 11: data of a session that we have forgotten
    @Test
    void dataOfASessionThatWeHaveForgottenGetsAReset() {
        try (Script s = Script.server()) {
            s.peer().sends(data(300, "old").acks(100));
            s.peer().expects(rst(100));
            s.expectsStates();
        }
    }

    // RFC 5961 4.2: on an open session a SYN, wherever its number lies, gets <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>
    @Test
    void aSynOnAnEstablishedSessionGetsAChallenge() {
        try (Script s = Script.establishedServer()) {
            for (long seq : new long[] {1000, 90, 1001, 1500, 4_000_000_000L}) {
                s.peer().sends(syn(seq).mss(500).ws(3));
                s.peer().expects(ack(1, 1001));
            }
            s.peer().sends(synAck(2000, 1));
            s.peer().expects(ack(1, 1001));
            s.expectsStates(LISTEN, SYN_RECEIVED, ESTABLISHED);
            s.app().writes(1400);
            s.peer().expects(data(1, 1400).acks(1001));
        }
    }
}
