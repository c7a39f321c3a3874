/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.netty.channel.ChannelOption.SO_RCVBUF;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.culvert.CulvertTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The persist timer: RFC 9293 3.8.6.1. */
final class ZeroWindowTest {
    private static Script withClosedWindow() {
        Script s = Script.establishedServer();
        s.peer().winFromNowOn(0);
        s.peer().sends(ack(1001, 1));
        s.app().writes("hello");
        s.peer().expectsNothing();
        return s;
    }

    @Test
    void probesWithBackoff() {
        try (Script s = withClosedWindow()) {
            Duration wait = s.rto();
            for (int i = 0; i < 9; i++) {
                s.peer().expectsAfter(wait, ack(0, 1001));
                s.peer().sends(ack(1001, 1));
                wait = wait.multipliedBy(2);
            }
            s.peer().expectsAfter(ofSeconds(60), ack(0, 1001));
            s.peer().expectsAfter(ofSeconds(60), ack(0, 1001));
        }
    }

    // RFC 9293 3.8.6.1: as long as the peer acknowledges the probes, the session must stay open
    @Test
    void neverGivesUpWhileThePeerAnswers() {
        try (Script s = withClosedWindow()) {
            for (int i = 0; i < 100; i++) {
                s.peer().expectsWithin(ofSeconds(61), ack(0, 1001));
                s.peer().sends(ack(1001, 1));
            }
            s.app().expectsOpen();
            s.peer().sends(ack(1001, 1).win(1000));
            s.peer().expects(data(1, "hello"));
        }
    }

    // RFC 9293 3.8.6.1: only probes without any answer count
    @Test
    void anAnswerStartsTheCountOfUnansweredProbesAgain() {
        try (Script s = withClosedWindow()) {
            for (int i = 0; i < 29; i++) {
                if (i == 14) {
                    s.peer().sends(ack(1001, 1));
                }
                s.peer().expectsWithin(ofSeconds(61), ack(0, 1001));
            }
            s.app().expectsOpen();
            s.peer().expectsAfter(ofSeconds(60), rst(1).acks(1001));
            s.app().expectsFailure(CulvertTimeoutException.class, "timed out");
        }
    }

    @Test
    void givesUpWhenThePeerDoesNotAnswer() {
        try (Script s = withClosedWindow()) {
            for (int i = 0; i < 15; i++) {
                s.peer().expectsWithin(ofSeconds(61), ack(0, 1001));
            }
            s.app().expectsOpen();
            s.after(ofSeconds(61));
            s.app().expectsFailure(CulvertTimeoutException.class, "");
            s.expectsState(CLOSED);
            s.peer().drain();
        }
    }

    @Test
    void sendsAtOnceWhenTheWindowOpens() {
        try (Script s = withClosedWindow()) {
            s.peer().expectsWithin(ofSeconds(1), ack(0, 1001));
            s.peer().sends(ack(1001, 1).win(5));
            s.peer().expects(data(1, "hello"));
            s.peer().sends(ack(1001, 6));
            s.peer().expectsNothingFor(ofSeconds(100));
        }
    }

    @Test
    void aDataSegmentOfThePeerOpensTheWindow() {
        try (Script s = withClosedWindow()) {
            s.peer().expectsWithin(ofSeconds(1), ack(0, 1001));
            s.peer().sends(data(1001, "news").acks(1).win(1000));
            s.peer().expects(data(1, "hello").acks(1005));
            s.app().expectsRead("news");
        }
    }

    // RFC 9293 3.8.6.1: why there are probes
    @Test
    void aLostWindowUpdateIsFoundByTheNextProbe() {
        try (Script s = withClosedWindow()) {
            s.peer().expectsWithin(ofSeconds(1), ack(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.peer().winFromNowOn(1000);
            s.peer().expectsWithin(ofSeconds(2), ack(0, 1001));
            s.peer().sends(ack(1001, 1));
            s.peer().expects(data(1, "hello"));
        }
    }

    @Test
    void moreToSendDoesNotHurryTheProbe() {
        try (Script s = withClosedWindow()) {
            Duration wait = s.rto();
            s.after(wait.dividedBy(2));
            s.app().writes(100_000);
            s.peer().expectsNothing();
            s.peer().expectsAfter(wait.minus(wait.dividedBy(2)), ack(0, 1001));
        }
    }

    @Test
    void aWindowThatClosesAgainIsProbedFromTheBeginning() {
        try (Script s = withClosedWindow()) {
            for (int i = 0; i < 4; i++) {
                s.peer().expectsWithin(ofSeconds(5), ack(0, 1001));
            }
            s.peer().sends(ack(1001, 1).win(5));
            s.peer().expects(data(1, "hello"));
            s.peer().sends(ack(1001, 6).win(0));
            s.app().writes("again");
            s.peer().expectsAfter(s.rto(), ack(5, 1001));
        }
    }

    @Test
    void aFinWaitsForTheWindowToo() {
        try (Script s = withClosedWindow()) {
            s.app().shutsOutput();
            s.peer().expectsAfter(s.rto(), ack(0, 1001));
            s.peer().sends(ack(1001, 1).win(100));
            s.peer().expects(data(1, "hello").and(FIN));
        }
    }

    // RFC 9293 3.4: a FIN takes one of the window
    @Test
    void aFinWithoutDataWaitsForTheWindowToo() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(ack(1001, 1).win(0));
            s.app().shutsOutput();
            s.peer().expectsAfter(s.rto(), ack(0, 1001));
            s.peer().sends(ack(1001, 1).win(1));
            s.peer().expects(fin(1).acks(1001));
        }
    }

    @Test
    void doesNotProbeWithoutAnythingToSend() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(ack(1001, 1).win(0));
            s.peer().expectsNothingFor(ofSeconds(100));
        }
    }

    // RFC 9293 3.8.6.1 and 3.10.7.4: our own closed window answers a probe, Linux's left of it and one of a byte in it
    @Test
    void answersAProbeOfThePeer() {
        try (Script s = Script.establishedServer(with(SO_RCVBUF, 1000))) {
            s.app().stopsReading();
            s.peer().sends(data(1001, 1000).acks(1));
            s.peer().expectsWithin(ofMillis(40), ack(1, 2001).win(0));
            s.peer().sends(ack(2000, 1));
            s.peer().expects(ack(1, 2001).win(0));
            s.peer().sends(data(2001, 1).acks(1));
            s.peer().expects(ack(1, 2001).win(0));
            s.app().resumesReading();
            s.app().expectsRead(1000);
            s.peer().drain();
            s.peer().sends(ack(2000, 1));
            s.peer().expects(ack(1, 2001).win(1000));
        }
    }
}
