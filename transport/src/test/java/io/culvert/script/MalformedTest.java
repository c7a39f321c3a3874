/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.segment;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.culvert.segment.SegmentFlags.RST;
import static io.culvert.segment.SegmentFlags.SYN;
import static io.culvert.segment.SegmentFlags.URG;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.ESTABLISHED;
import static io.culvert.state.ConnectionState.SYN_RECEIVED;
import static io.culvert.state.ConnectionState.SYN_SENT;
import static io.culvert.state.ConnectionState.TIME_WAIT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Datagrams that are no segments: dropped, never answered, and nothing changes. */
final class MalformedTest {
    /** A valid SYN of seq 1000, for spoiling. */
    private static final byte[] SYN_1000 = {0x50, 0x02, -1, -1, 0, 0, 3, -24, 0, 0, 0, 0};

    /** Every kind of malformed datagram made from a valid one without options, which has 12 bytes of header. */
    private static List<byte[]> spoiled(byte[] valid) {
        List<byte[]> all = new ArrayList<>();
        for (int length = 0; length < 12; length++) {
            all.add(Arrays.copyOf(valid, length));
        }
        // the data offset: under 5, and past the end
        for (int offset = 0; offset < 16; offset++) {
            if (offset < 5 || 4 * offset - 8 > valid.length) {
                byte[] spoiled = valid.clone();
                spoiled[0] = (byte) (offset << 4);
                all.add(spoiled);
            }
        }
        // an option of known and unknown kind, with length 0, 1, past the header, or none at all
        for (int kind : new int[] {2, 3, 4, 5, 8, 30, 254}) {
            all.add(withOptions(valid, kind, 0, 0, 0));
            all.add(withOptions(valid, kind, 1, 0, 0));
            all.add(withOptions(valid, kind, 5, 0, 0));
            all.add(withOptions(valid, kind, 255, 0, 0));
            all.add(withOptions(valid, 1, 1, 1, kind));
            all.add(withOptions(valid, 1, kind, 4, 0));
            // the first option is well formed, the second is not
            all.add(withOptions(valid, 2, 4, 5, 0xb4, kind, 0, 1, 1));
            all.add(withOptions(valid, 2, 4, 5, 0xb4, kind, 5, 1, 1));
        }
        byte[] synRst = valid.clone();
        synRst[1] |= SYN | RST;
        all.add(synRst);
        byte[] everything = valid.clone();
        everything[1] = (byte) 0xff;
        all.add(everything);
        return all;
    }

    /** The datagram with these options put between header and payload. */
    private static byte[] withOptions(byte[] plain, int... options) {
        byte[] datagram = new byte[plain.length + options.length];
        System.arraycopy(plain, 0, datagram, 0, 12);
        System.arraycopy(plain, 12, datagram, 12 + options.length, plain.length - 12);
        for (int i = 0; i < options.length; i++) {
            datagram[12 + i] = (byte) options[i];
        }
        datagram[0] = (byte) (5 + options.length / 4 << 4);
        return datagram;
    }

    private static void expectsNoEffect(Script s, List<byte[]> datagrams) {
        for (byte[] datagram : datagrams) {
            s.peer().sendsRaw(datagram);
            s.peer().expectsNothing();
        }
    }

    @Test
    void aListenerDropsThem() {
        try (Script s = Script.server()) {
            expectsNoEffect(s, spoiled(SYN_1000));
            s.peer().expectsNothingFor(ofSeconds(100));
            s.expectsStates();
            s.expectsApps(0);
            s.peer().sendsRaw(SYN_1000);
            s.peer().expects(synAck(0, 1001));
        }
    }

    // not even a reset, although nobody is there for a stray ACK
    @Test
    void aStrayOneGetsNoReset() {
        try (Script s = Script.server()) {
            expectsNoEffect(s, spoiled(s.peer().bytes(ack(1000, 7))));
            expectsNoEffect(s, spoiled(s.peer().bytes(data(1000, "hello").acks(7))));
            s.peer().sends(ack(1000, 7));
            s.peer().expects(rst(7));
        }
    }

    @Test
    void aHalfOpenSessionDoesNotChange() {
        try (Script s = Script.server()) {
            s.peer().sends(syn().mss(1460));
            s.peer().expects(synAck(0, 1001));
            expectsNoEffect(s, spoiled(s.peer().bytes(ack(1001, 1))));
            expectsNoEffect(s, spoiled(s.peer().bytes(ack(1001, 2))));
            expectsNoEffect(s, spoiled(s.peer().bytes(rst(1001))));
            s.expectsState(SYN_RECEIVED);
        }
    }

    @Test
    void aConnectDoesNotChange() {
        try (Script s = Script.client()) {
            s.peer().expects(syn(0));
            expectsNoEffect(s, spoiled(s.peer().bytes(synAck(1000, 1))));
            expectsNoEffect(s, spoiled(s.peer().bytes(synAck(1000, 2))));
            expectsNoEffect(s, spoiled(s.peer().bytes(rst(0).acks(1))));
            s.expectsState(SYN_SENT);
            s.app().expectsNotConnected();
            s.peer().expectsAfter(ofSeconds(1), syn(0));
        }
    }

    @Test
    void anEstablishedSessionDoesNotChange() {
        try (Script s = Script.establishedServer()) {
            expectsNoEffect(s, spoiled(s.peer().bytes(data(1001, "evil").acks(1))));
            expectsNoEffect(s, spoiled(s.peer().bytes(fin(1001).acks(1))));
            expectsNoEffect(s, spoiled(s.peer().bytes(rst(1001))));
            expectsNoEffect(s, spoiled(s.peer().bytes(syn(90))));
            s.app().expectsNothingRead();
            s.app().expectsNoInputEnd();
            s.app().expectsOpen();
            s.expectsState(ESTABLISHED);
            s.peer().sends(data(1001, "good").acks(1));
            s.app().expectsRead("good");
            s.peer().expectsAfter(ofMillis(40), ack(1, 1005));
        }
    }

    @Test
    void timeWaitDoesNotChange() {
        try (Script s = Script.establishedServer()) {
            s.app().closes();
            s.peer().expects(fin(1));
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.after(ofSeconds(30));
            expectsNoEffect(s, spoiled(s.peer().bytes(fin(1001).acks(2))));
            expectsNoEffect(s, spoiled(s.peer().bytes(syn(90_000))));
            s.after(ofMillis(29_999));
            s.expectsState(TIME_WAIT);
            s.after(ofMillis(1));
            s.expectsState(CLOSED);
        }
    }

    // RFC 8489 5: the first two bits of a STUN message are 00
    @Test
    void aStunMessageIsDropped() {
        try (Script s = Script.server()) {
            s.peer().sendsRaw("0001 0000 2112a442 0102030405060708090a0b0c");
            s.peer().sendsRaw("0101 000c 2112a442 0102030405060708090a0b0c 0020 0008 0001 a147 e112a643");
            for (int first = 0; first < 0x40; first++) {
                byte[] datagram = new byte[40];
                datagram[0] = (byte) first;
                datagram[1] = SYN;
                s.peer().sendsRaw(datagram);
            }
            s.peer().expectsNothingFor(ofSeconds(10));
            s.expectsStates();
        }
    }

    // not malformed: RFC 9293 3.10.7.2 decides, and it opens nothing
    @Test
    void synWithFinOpensNothing() {
        try (Script s = Script.server()) {
            s.peer().sends(segment(SYN | FIN).seq(1000).mss(1460));
            s.peer().expectsNothingFor(ofSeconds(10));
            s.peer().sends(synAck(1000, 77).and(FIN));
            s.peer().expects(rst(77));
            s.expectsStates();
        }
    }

    // not malformed: reserved bits and URG are ignored
    @Test
    void reservedBitsAndUrgAreIgnored() {
        try (Script s = Script.establishedServer()) {
            byte[] datagram = s.peer().bytes(data(1001, "plain").acks(1));
            datagram[0] |= 0x0f;
            datagram[1] |= URG;
            s.peer().sendsRaw(datagram);
            s.app().expectsRead("plain");
            s.peer().expectsAfter(ofMillis(40), ack(1, 1006));
        }
    }

    // not malformed: a known option with a length not its own is skipped by that length
    @Test
    void anOptionOfAnotherLengthIsSkipped() {
        try (Script s = Script.server()) {
            // MSS of length 5, window scale of length 4, NOP, NOP, NOP
            s.peer().sendsRaw("8002ffff 000003e8 00000000 020503e8 00030407 07010101");
            s.peer().expects(synAck(0, 1001).noMss().noWs());
        }
    }

    // no datagram whatever makes a server stop serving
    @Test
    void noiseHarmsNothing() {
        try (Script s = Script.establishedServer()) {
            Peer noisy = s.peer(40_001);
            Random random = new Random(1);
            for (int i = 0; i < 20_000; i++) {
                byte[] noise = new byte[random.nextInt(64)];
                random.nextBytes(noise);
                noisy.sendsRaw(noise);
                for (Received got : noisy.drain()) {
                    assertTrue(got.bytes() <= noise.length, got::toString);
                }
            }
            s.app().writes("still here");
            s.peer().expects(data(1, "still here"));
            s.after(ofSeconds(100));
            noisy.drain();
            s.peer().drain();
        }
    }
}
