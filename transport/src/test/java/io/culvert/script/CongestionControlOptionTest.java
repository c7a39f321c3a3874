/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.CONGESTION_CONTROL;
import static io.culvert.script.Flight.MSS;
import static io.culvert.script.Flight.acked;
import static io.culvert.script.Setting.onChild;
import static io.culvert.script.Setting.onServer;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import io.culvert.congestion.CongestionController;
import io.culvert.congestion.Cubic;
import io.culvert.congestion.NewReno;
import io.culvert.segment.SegmentFlags;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONGESTION_CONTROL: whom a session asks, and what a controller of the user's is told. */
final class CongestionControlOptionTest {
    private final List<NotingController> made = new ArrayList<>();
    private final List<String> makings = new ArrayList<>();

    private CongestionController.Factory noting(String thrower) {
        return (smss, initialWindow) -> {
            makings.add(smss + " " + initialWindow);
            // the neighbours' are sound
            NotingController controller =
                    new NotingController(smss, initialWindow, made.isEmpty() ? thrower : "");
            made.add(controller);
            return controller;
        };
    }

    private Setting notes() {
        return onServer(CONGESTION_CONTROL, noting(""));
    }

    private List<String> calls() {
        return made.get(0).calls();
    }

    private static void connects(Script s, int port) {
        Peer peer = s.peer(port);
        peer.sends(syn(1000).mss(MSS).sackPermitted());
        peer.expects(synAck(0, 1001));
        s.after(ofMillis(100));
        peer.sends(ack());
    }

    @Test
    void aSessionAsksItsOwnController() {
        CongestionController.Factory[] next = {NewReno::new};
        CongestionController.Factory varying = (smss, window) -> next[0].create(smss, window);
        try (Script s = Script.server(with(CONGESTION_CONTROL, varying))) {
            connects(s, 40001);
            next[0] = Cubic::new;
            connects(s, 40002);
            for (int channel = 0; channel < 2; channel++) {
                s.app(channel).writes(10 * MSS);
                Peer peer = s.peer(40001 + channel);
                peer.drain();
                s.after(ofMillis(50));
                peer.sends(acked(0, 1, 4));
                peer.drain();
            }
            assertEquals(5 * MSS, s.app(0).channel().info().slowStartThresholdBytes());
            assertEquals(7 * MSS, s.app(1).channel().info().slowStartThresholdBytes());
        }
    }

    @Test
    void aSessionMakesItsControllerOnceItKnowsItsSegmentSize() {
        try (Script s = Script.server(notes())) {
            s.peer().sends(syn(1000).mss(MSS));
            s.peer().expects(synAck(0, 1001));
            assertEquals(List.of(), makings);
            s.peer().sends(ack());
            s.peer(40001).sends(syn(1000).mss(536));
            s.peer(40001).expects(synAck(0, 1001));
            s.peer(40001).expectsAfter(ofSeconds(1), synAck(0, 1001));
            s.peer(40001).sends(ack());
            // RFC 6928, and one segment after a lost SYN,ACK
            assertEquals(List.of("1000 10000", "536 536"), makings);
            assertNotSame(made.get(0), made.get(1));
        }
    }

    @Test
    void theOptionOfAServerIsThatOfItsChannels() {
        CongestionController.Factory factory = noting("");
        try (Script s = Script.server(with(CONGESTION_CONTROL, factory))) {
            connects(s, 40001);
            assertEquals(factory, s.serverChannel().config().getOption(CulvertChannelOption.CONGESTION_CONTROL));
            assertEquals(factory, s.app().channel().config().getOption(CulvertChannelOption.CONGESTION_CONTROL));
        }
    }

    @Test
    void theOptionOfAnAcceptedChannelGoesBeforeTheServers() {
        try (Script s = Script.server(onServer(CONGESTION_CONTROL, Cubic::new), onChild(CONGESTION_CONTROL,
                noting("")))) {
            connects(s, 40001);
            s.app().writes(MSS);
            s.peer(40001).expects(data(1, MSS));
            s.after(ofMillis(100));
            s.peer(40001).sends(acked(1));
            assertEquals(List.of("1000 10000"), makings);
            assertEquals(List.of("onAcknowledged +1000 -0"), calls());
        }
    }

    @Test
    void aSessionThatHasSentSomethingKeepsItsController() {
        try (Flight f = Flight.sack(onServer(CONGESTION_CONTROL, NewReno::new))) {
            f.sends(10, 0);
            f.s.app().channel().config().setOption(CONGESTION_CONTROL, noting(""));
            f.after(100);
            f.hears(0, 1, 4);
            f.expects(0);
            assertEquals(5 * MSS, f.ssthresh());
            assertEquals(List.of(), makings);
        }
    }

    @Test
    void everySegmentIsAnnouncedWithWhatIsInFlight() {
        try (Flight f = Flight.sack(notes())) {
            f.sends(3, 0);
            assertEquals(List.of(0L, 1000L, 2000L), made.get(0).sentInFlight);
            f.after(100);
            f.hears(2);
            f.writes(1);
            f.expects(3);
            assertEquals(List.of(0L, 1000L, 2000L, 1000L), made.get(0).sentInFlight);
        }
    }

    // an acknowledgment: what is lost, what that means, what is delivered
    @Test
    void theCallsOfARecoveryComeInOrder() {
        try (Flight f = Flight.sack(notes())) {
            f.sends(10, 0);
            f.after(100);
            f.hears(1);
            assertEquals(List.of("onAcknowledged +1000 -0"), calls());
            f.hears(1, 3, 6);
            assertEquals(List.of("onLost 1000", "onLost 1000", "onCongestionEvent 9000",
                    "onAcknowledged +3000 -2000 recovering"), calls());
            f.after(10);
            f.hears(1, 3, 7);
            assertEquals(List.of("onAcknowledged +1000 -0 recovering"), calls());
            f.after(90);
            assertEquals(List.of(1, 2), f.drain());
            f.hears(10);
            assertEquals(List.of("onRecoveryExit", "onAcknowledged +5000 -0"), calls());
        }
    }

    @Test
    void theCallsOfATimeoutComeInOrder() {
        try (Flight f = Flight.plain(notes())) {
            f.sends(4, 0);
            f.expectsAfter(f.s.rto(), 0);
            List<String> losses = List.of("onLost 1000", "onLost 1000", "onLost 1000", "onLost 1000");
            List<String> calls = calls();
            assertEquals(losses, calls.subList(0, 4));
            assertEquals(List.of("onRetransmissionTimeout 4000 first"), calls.subList(4, calls.size()).stream()
                    .filter(call -> !call.startsWith("onAcknowledged")).toList());
            f.expectsAfter(f.s.rto(), 0);
            assertTrue(calls().contains("onRetransmissionTimeout 4000 again"));
            f.hears(1);
            assertEquals(List.of("onAcknowledged +1000 -0"), calls());
            f.drain();
        }
    }

    @Test
    void theCallsOfASpuriousLossComeInOrder() {
        try (Flight f = Flight.sackStamped(notes())) {
            f.sends(10, 0);
            int original = f.peer.lastTsVal();
            f.after(100);
            f.peer.sends(acked(0, 1, 4).tsEcr(original));
            f.expects(0);
            calls();
            f.after(10);
            f.peer.sends(acked(5).tsEcr(original));
            assertEquals(List.of("onSpuriousLoss", "onAcknowledged +2000 -0"), calls());
            f.peer.sends(acked(10).tsEcr(original));
            assertEquals(List.of("onAcknowledged +5000 -0"), calls());
        }
    }

    // RFC 5681 4.1: when sending resumes, and not before
    @Test
    void aRestartIsToldWhenDataIsSentAgain() {
        try (Flight f = Flight.sack(notes())) {
            f.sends(1, 0);
            f.after(100);
            f.hears(1);
            calls();
            f.after(5000);
            f.peer.sends(data(1001, 10).acks(1 + MSS));
            f.s.app().expectsRead(10);
            f.after(40);
            f.peer.expects(ack());
            assertEquals(List.of(), calls());
            f.writes(1);
            f.expects(1);
            assertEquals(List.of("onRestartAfterIdle"), calls());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"onSent", "onAcknowledged", "onLost", "onCongestionEvent",
        "onRecoveryExit", "onRetransmissionTimeout"})
    void aControllerThatThrowsEndsItsSessionAndHarmsNoNeighbour(String method) {
        try (Script s = Script.server(onServer(CONGESTION_CONTROL, noting(method)))) {
            Peer broken = s.peer(40001);
            Peer sound = s.peer(40002);
            connects(s, 40001);
            connects(s, 40002);
            s.app(0).writes(10 * MSS);
            s.app(1).writes(10 * MSS);
            assertEquals(10, sound.drain().size());
            s.after(ofMillis(50));
            for (Spec acknowledgment : List.of(acked(0, 1, 4), acked(0, 1, 5), acked(10), acked(10))) {
                broken.sends(acknowledgment);
                sound.sends(acknowledgment);
                s.after(ofMillis(50));
            }
            sound.expects(data(1, MSS).noPush());
            sound.expectsNothing();
            // a timeout of both, and a stream both ways
            s.app(0).writes(MSS);
            s.app(1).writes(MSS);
            sound.expects(data(1 + 10 * MSS, MSS));
            sound.expectsWithin(ofSeconds(1), data(1 + 10 * MSS, MSS));
            s.after(ofSeconds(2));
            sound.drain();
            sound.sends(acked(11));
            broken.sends(data(1001, "x").acks(1));
            sound.sends(data(1001, "hello").acks(1 + 11 * MSS));
            s.app(1).expectsRead("hello");
            s.after(ofMillis(40));
            sound.expects(ack().acks(1006));
            connects(s, 40003);
            s.expectsApps(3);
            assertTrue(broken.drain().stream().anyMatch(received -> received.has(SegmentFlags.RST)));
            s.app(0).expectsFailure(IOException.class, "the user's fault in " + method);
            s.app(0).expectsClosed();
        }
    }

    @Test
    void aSessionWhoseControllerThrowsBeforeAnybodyHasAcceptedItIsReset() {
        try (Script s = Script.server(onServer(CONGESTION_CONTROL, noting("congestionWindow")))) {
            Peer broken = s.peer(40001);
            connects(s, 40001);
            broken.expects(rst(1).acks(1001));
            s.expectsApps(0);
            connects(s, 40002);
            s.app().expectsConnected();
        }
    }
}
