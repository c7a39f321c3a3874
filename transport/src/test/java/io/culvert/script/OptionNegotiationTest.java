/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannelOption;
import io.netty.channel.ChannelOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is offered, what is answered, and what is in force afterwards. */
final class OptionNegotiationTest {
    private static final int MSS = 1;
    private static final int WINDOW_SCALE = 2;
    private static final int TIMESTAMPS = 4;
    private static final int SACK = 8;

    private static Spec synWith(int options) {
        Spec syn = syn(1000);
        syn = (options & MSS) != 0 ? syn.mss(1460) : syn;
        syn = (options & WINDOW_SCALE) != 0 ? syn.ws(7) : syn;
        syn = (options & TIMESTAMPS) != 0 ? syn.timestamps() : syn;
        return (options & SACK) != 0 ? syn.sackPermitted() : syn;
    }

    // ---- what our SYN offers

    // RFC 6691 2: 20 for IP and 20 for TCP come off the MTU, options do not
    @Test
    void ourSynOffersMssScaleSackAndTimestamps() {
        try (Script s = Script.client()) {
            Received syn = s.peer().next();
            assertEquals(1460, syn.mss());
            // RFC 7323 2.3: the smallest shift that says 64 MiB in 16 bits
            assertEquals(11, syn.windowScale());
            assertTrue(syn.sackPermitted());
            assertTrue(syn.timestamps());
            // RFC 7323 3.2: TSecr is 0 when the ACK bit is not set
            assertEquals(0, syn.tsEcr());
        }
    }

    @Test
    void whatIsSwitchedOffIsNotOffered() {
        try (Script s = Script.client(with(CulvertChannelOption.TCP_TIMESTAMPS, false),
                with(CulvertChannelOption.TCP_WINDOW_SCALING, false), with(CulvertChannelOption.TCP_SACK, false),
                with(CulvertChannelOption.TCP_MAXSEG, 900))) {
            s.peer().expects(syn(0).mss(900).noWs().noSackPermitted().noTimestamps());
            s.peer().sends(synAck(1000, 1).mss(1460).ws(7).sackPermitted().timestamps());
            s.peer().expects(ack(1, 1001).noTimestamps());
            s.app().writes(1000);
            s.peer().expects(data(1, 900).noPush().noTimestamps(), data(901, 100).noTimestamps());
        }
    }

    // ---- what our SYN,ACK answers

    // RFC 7323 2.2 and 3.2: never an option that was not offered; and nothing for an amplifier
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void noOptionIsAnsweredThatWasNotOfferedAndTheSynAckIsNoLargerThanItsSyn(int options) {
        try (Script s = Script.server()) {
            byte[] syn = s.peer().bytes(synWith(options));
            s.peer().sendsRaw(syn);
            Received answer = s.peer().next();
            assertEquals((options & MSS) != 0, answer.mss() != 0);
            assertEquals((options & WINDOW_SCALE) != 0, answer.windowScale() >= 0);
            assertEquals((options & TIMESTAMPS) != 0, answer.timestamps());
            assertEquals((options & SACK) != 0, answer.sackPermitted());
            assertTrue(answer.bytes() <= syn.length, () -> answer + " has " + answer.bytes() + " bytes, its SYN "
                    + syn.length);
        }
    }

    // packed as tightly as the format allows: one option, padded to 32 bits
    @ParameterizedTest
    @ValueSource(strings = {"6002ffff 000003e8 00000000 03030700", "6002ffff 000003e8 00000000 04020000",
        "7002ffff 000003e8 00000000 04020303 07000000", "7002ffff 000003e8 00000000 020405b4 04020000",
        "8002ffff 000003e8 00000000 020405b4 04020303 07000000",
        "8002ffff 000003e8 00000000 080a0000 00010000 00000402",
        "8002ffff 000003e8 00000000 080a0000 00010000 00000000",
        "a002ffff 000003e8 00000000 020405b4 080a0000 00010000 00000402 03030700",
        "9002ffff 000003e8 00000000 03030704 02080a00 00000100 00000000",
        "9002ffff 000003e8 00000000 020405b4 080a0000 00010000 00000000"})
    void aTightSynGetsNoLargerSynAck(String hex) {
        try (Script s = Script.server()) {
            s.peer().sendsRaw(hex);
            Received answer = s.peer().next();
            assertTrue(answer.bytes() <= hex.replace(" ", "").length() / 2, answer::toString);
        }
    }

    @Test
    void whatIsSwitchedOffIsNotAnswered() {
        try (Script s = Script.server(with(CulvertChannelOption.TCP_TIMESTAMPS, false),
                with(CulvertChannelOption.TCP_WINDOW_SCALING, false), with(CulvertChannelOption.TCP_SACK, false))) {
            s.peer().sends(syn().mss(1460).ws(7).sackPermitted().timestamps().win(1000));
            s.peer().expects(synAck(0, 1001).noWs().noSackPermitted().noTimestamps());
            s.peer().sends(ack(1001, 1).win(1000).noTimestamps());
            s.app().writes(3000);
            s.peer().expects(data(1, 1000).noPush().noTimestamps());
        }
    }

    // RFC 7323 3.2: TSecr of the SYN,ACK is the TSval of the SYN
    @Test
    void theSynAckEchoesTheTimestampOfTheSyn() {
        try (Script s = Script.server()) {
            s.peer().sends(syn().mss(1460).tsVal(77));
            s.peer().expects(synAck(0, 1001).tsEcr(77));
        }
    }

    // ---- the maximum segment size

    // RFC 9293 3.7.1: "if an MSS Option is not received at connection setup ... 536"
    @Test
    void anAbsentMssIs536() {
        try (Script s = Script.establishedServer(Setting.peerMss(0))) {
            s.app().writes(1000);
            s.peer().expects(data(1, 536).noPush(), data(537, 464));
        }
        try (Script s = Script.establishedClient(Setting.peerMss(0))) {
            s.app().writes(1000);
            s.peer().expects(data(1, 536).noPush(), data(537, 464));
        }
    }

    // RFC 6691 3: the sender takes the options off
    @Test
    void timestampsComeOffTheMss() {
        try (Script s = Script.establishedServer(Setting.peerMss(1000), Setting.peerTimestamps())) {
            s.app().writes(1000);
            s.peer().expects(data(1, 988).noPush(), data(989, 12));
        }
        try (Script s = Script.establishedServer(Setting.peerMss(0), Setting.peerTimestamps())) {
            s.app().writes(600);
            s.peer().expects(data(1, 524).noPush(), data(525, 76));
        }
    }

    @Test
    void aLargerMssThanThePathAllowsIsNotUsed() {
        try (Script s = Script.establishedServer(Setting.peerMss(65_000))) {
            s.app().writes(3000);
            Received first = s.peer().next();
            assertTrue(first.payload().length <= 1460, first::toString);
            s.peer().drain();
        }
    }

    // RFC 9293 3.2: the option "MUST only be sent in segments with the SYN control bit"
    @Test
    void optionsOfTheHandshakeMeanNothingLater() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(ack(1001, 1).mss(100).ws(9).win(2000));
            s.app().writes(1460);
            s.peer().expects(data(1, 1460).mss(0).noWs());
        }
    }

    // ---- window scale

    // RFC 7323 2.2: "the window field in a segment where the SYN bit is set MUST NOT be scaled"
    @Test
    void theWindowOfAReceivedSynIsNotScaled() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            s.peer().sends(synAck(1000, 1).mss(1460).ws(7).win(1000));
            s.peer().expects(ack(1, 1001));
            s.app().writes(3000);
            s.peer().expects(data(1, 1000).acks(1001).noPush());
            s.peer().sends(ack(1001, 1001).win(20));
            s.peer().expects(data(1001, 1460).noPush(), data(2461, 540));
        }
    }

    @Test
    void theWindowOfOurSynIsNotScaled() {
        try (Script s = Script.client(with(ChannelOption.SO_RCVBUF, 50_000))) {
            s.peer().expects(syn(0).win(50_000));
            s.peer().sends(synAck(1000, 1).mss(1460).ws(0));
            Received ack = s.peer().next();
            // RFC 7323 2.4: the SYN's right edge may not move back, and the scale of 11 knows steps of 2048
            assertEquals(51_200, ack.windowBytes());
            assertEquals(25, ack.win());
        }
        try (Script s = Script.server(with(ChannelOption.SO_RCVBUF, 50_000))) {
            s.peer().sends(syn().mss(1460).ws(2));
            s.peer().expects(synAck(0, 1001).win(50_000));
        }
        try (Script s = Script.server()) {
            s.peer().sends(syn().mss(1460).ws(2));
            s.peer().expects(synAck(0, 1001).win(65_535));
        }
    }

    // RFC 7323 2.2: both sides or none
    @Test
    void withoutAnOfferOfThePeerNeitherSideScales() {
        try (Script s = Script.client()) {
            Received syn = s.peer().next();
            assertTrue(syn.windowScale() > 0);
            s.peer().sends(synAck(1000, 1).mss(1460).win(1000));
            Received ack = s.peer().next();
            assertEquals(65_535, ack.win());
            s.peer().sends(ack(1001, 1).win(700));
            s.app().writes(3000);
            s.peer().expects(data(1, 700).noPush());
        }
    }

    // RFC 7323 2.2: "a window scale option with shift.cnt of 0 is legal"
    @Test
    void aShiftOfZeroSwitchesScalingOn() {
        try (Script s = Script.establishedServer(Setting.peerWs(0))) {
            s.peer().sends(data(1001, 1000).acks(1));
            Received ack = waitForAck(s);
            assertTrue(ack.win() < 65_535 && ack.windowBytes() > 65_535, ack::toString);
            s.app().expectsRead(1000);
        }
    }

    private static Received waitForAck(Script s) {
        s.after(ofMillis(40));
        return s.peer().next();
    }

    // RFC 7323 2.3: "if a shift.cnt larger than 14 is received, use 14"
    @Test
    void aShiftPastFourteenCountsAsFourteen() {
        try (Script s = Script.server()) {
            // MSS 1460, NOP, window scale 15
            s.peer().sendsRaw("7002ffff 000003e8 00000000 020405b4 0103030f");
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(1001, 1).win(1));
            s.expectsState(ESTABLISHED);
            s.app().writes(64 * 1024);
            long sent = s.peer().drain().stream().mapToLong(got -> got.payload().length).sum();
            // a window of 16,384 holds the whole initial congestion window of 14,600
            assertEquals(14_600, sent);
            s.peer().sends(ack(1001, 14_601).win(1));
            sent += s.peer().drain().stream().mapToLong(got -> got.payload().length).sum();
            assertEquals(14_600 + 16_384, sent, 1459);
            assertTrue(sent <= 14_600 + 16_384);
        }
    }

    // ---- timestamps

    // RFC 7323 3.2: once negotiated, in every segment but RST; otherwise in none
    @Test
    void timestampsAreOnOnlyWhenBothOffer() {
        try (Script s = Script.establishedServer(Setting.peerTimestamps())) {
            s.app().writes("a");
            s.peer().expects(data(1, "a").tsEcr(s.peer().clock()));
            s.app().shutsOutput();
            s.peer().expects(Spec.fin(2).timestamps());
        }
        try (Script s = Script.establishedClient()) {
            s.app().writes("a");
            s.peer().expects(data(1, "a").noTimestamps());
            s.app().shutsOutput();
            s.peer().expects(Spec.fin(2).noTimestamps());
        }
        try (Script s = Script.establishedServer()) {
            s.app().writes("a");
            s.peer().expects(data(1, "a").noTimestamps());
        }
    }

    // ---- SACK

    // RFC 2018 2 and 3: "MUST NOT be sent on non-SYN segments", and blocks only to a peer that has permitted them
    @Test
    void sackIsOnOnlyWhenBothPermitIt() {
        try (Script s = Script.establishedServer(Setting.peerSack())) {
            s.peer().sends(data(1011, 10).acks(1));
            s.peer().expects(ack(1, 1001).noSackPermitted().sack(1011, 1021));
        }
        try (Script s = Script.establishedClient(Setting.peerSack())) {
            s.peer().sends(data(1011, 10).acks(1));
            s.peer().expects(ack(1, 1001).noSackPermitted().sack(1011, 1021));
        }
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1011, 10).acks(1));
            s.peer().expects(ack(1, 1001).sack());
        }
        try (Script s = Script.establishedClient()) {
            s.peer().sends(data(1011, 10).acks(1));
            s.peer().expects(ack(1, 1001).sack());
        }
        try (Script s = Script.establishedClient(Setting.peerSack(), with(CulvertChannelOption.TCP_SACK, false))) {
            s.peer().sends(data(1011, 10).acks(1));
            s.peer().expects(ack(1, 1001).sack());
        }
    }

    // RFC 2018 2: in a simultaneous open each SYN is an offer, and the SYN,ACK says it again only if there was one
    @Test
    void aSynThatCrossesOursPermitsSackToo() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0).sackPermitted());
            s.peer().sends(syn().mss(1460).sackPermitted());
            s.peer().expects(synAck(0, 1001).sackPermitted());
            s.peer().sends(synAck(1000, 1));
            s.expectsState(ESTABLISHED);
            s.peer().drain();
            s.peer().sends(data(1011, 10).acks(1));
            s.peer().expects(ack(1, 1001).sack(1011, 1021));
        }
        try (Script s = Script.client()) {
            s.peer().expects(syn(0).sackPermitted());
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001).noSackPermitted());
            s.peer().sends(synAck(1000, 1));
            s.expectsState(ESTABLISHED);
            s.peer().drain();
            s.peer().sends(data(1011, 10).acks(1));
            s.peer().expects(ack(1, 1001).sack());
        }
    }

    // RFC 2018 2: the option on a later segment means nothing
    @Test
    void sackIsNotPermittedByALaterSegment() {
        try (Script s = Script.establishedServer()) {
            byte[] ack = Arrays.copyOf(s.peer().bytes(ack(1001, 1)), 16);
            // a data offset of 6 words, SACK permitted, two NOPs
            ack[0] = 0x60;
            System.arraycopy(new byte[] {4, 2, 1, 1}, 0, ack, 12, 4);
            s.peer().sendsRaw(ack);
            s.peer().sends(data(1011, 10).acks(1));
            s.peer().expects(ack(1, 1001).sack());
        }
    }

    // RFC 9293 3.1: "options of unknown kind are skipped by their length"
    @Test
    void unknownOptionsAreSkipped() {
        try (Script s = Script.server()) {
            // kind 34 (fast open) of length 6, NOP, NOP, MSS 1000
            s.peer().sendsRaw("8002ffff 000003e8 00000000 2206a1a2 a3a40101 020403e8");
            s.peer().expects(synAck(0, 1001).noWs().noTimestamps());
            s.peer().sends(ack(1001, 1));
            s.app().writes(1001);
            s.peer().expects(data(1, 1000).noPush(), data(1001, 1));
        }
    }

    // kind 0 ends the list: what follows is padding
    @Test
    void nothingIsReadPastTheEndOfTheOptions() {
        try (Script s = Script.server()) {
            s.peer().sendsRaw("7002ffff 000003e8 00000000 00000000 020403e8");
            s.peer().expects(synAck(0, 1001).noMss());
            s.peer().sends(ack(1001, 1));
            s.app().writes(600);
            s.peer().expects(data(1, 536).noPush(), data(537, 64));
        }
    }
}
