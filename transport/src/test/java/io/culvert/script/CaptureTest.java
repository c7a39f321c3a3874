/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.CulvertChannelOption.SESSION_OBSERVER;
import static io.culvert.script.Setting.peerSack;
import static io.culvert.script.Setting.peerTimestamps;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.culvert.observe.CaptureFile;
import io.culvert.observe.CapturedPacket;
import io.culvert.observe.PcapTap;
import io.culvert.segment.SegmentFlags;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a capture shows of a session, segment by segment. Its numbers are those of the wire, absolute. */
final class CaptureTest {
    private static final int CONTROL = SegmentFlags.SYN | SegmentFlags.FIN | SegmentFlags.RST;

    @TempDir
    private Path directory;

    private interface Scene {
        Script with(Setting observer);
    }

    /** What was captured until the acts were over; the end of a script aborts what is left. */
    private List<CapturedPacket> capture(Scene scene, Consumer<Script> acts) throws Exception {
        Path file = directory.resolve("script.pcapng");
        int acted;
        try (PcapTap tap = PcapTap.open(file)) {
            try (Script s = scene.with(with(SESSION_OBSERVER, tap))) {
                acts.accept(s);
                acted = (int) tap.segments();
            }
        }
        return CaptureFile.read(file).packets().subList(0, acted);
    }

    private static String options(CapturedPacket packet) {
        return ByteBufUtil.hexDump(packet.options());
    }

    private static String hex(int number) {
        return String.format("%08x", number);
    }

    private static List<String> comments(List<CapturedPacket> packets) {
        return packets.stream().filter(packet -> (packet.flags() & CONTROL) != 0 || !packet.comment().isEmpty())
                .map(packet -> SegmentFlags.toString(packet.flags()) + ": " + packet.comment()).toList();
    }

    @Test
    void aHandshakeHasTheOptionsOfBothSides() throws Exception {
        int[] iss = new int[1];
        int[] stamp = new int[1];
        List<CapturedPacket> packets = capture(Script::server, s -> {
            s.peer().sends(syn(1000).mss(1400).ws(7).sackPermitted().timestamps(5, 0).win(4096));
            s.peer().expects(synAck(0, 1001).timestamps());
            iss[0] = s.peer().iss();
            stamp[0] = s.peer().lastTsVal();
            s.peer().sends(ack(1001, 1).timestamps(6, stamp[0]).win(33));
        });
        assertEquals(3, packets.size());
        CapturedPacket syn = packets.get(0);
        assertEquals("10.0.0.1:40000 > 10.0.0.2:7000", syn.from().getAddress().getHostAddress() + ":"
                + syn.from().getPort() + " > " + syn.to().getAddress().getHostAddress() + ":" + syn.to().getPort());
        assertEquals(SegmentFlags.SYN, syn.flags());
        assertEquals(1000, syn.sequence());
        assertEquals(0, syn.acknowledgment());
        assertEquals(4096, syn.window());
        assertEquals("02040578" + "0402" + "080a0000000500000000" + "01030307", options(syn));

        CapturedPacket synAck = packets.get(1);
        assertEquals(syn.to(), synAck.from());
        assertEquals(syn.from(), synAck.to());
        assertEquals(SegmentFlags.SYN | SegmentFlags.ACK, synAck.flags());
        assertEquals(iss[0], synAck.sequence());
        assertEquals(1001, synAck.acknowledgment());
        assertEquals("020405b4" + "0402" + "080a" + hex(stamp[0]) + "00000005", options(synAck).substring(0, 32));
        assertEquals("010303", options(synAck).substring(32, 38));

        CapturedPacket ack = packets.get(2);
        assertEquals(iss[0] + 1, ack.acknowledgment());
        assertEquals(33, ack.window());
        assertEquals("0101080a00000006" + hex(stamp[0]), options(ack));
        assertEquals(List.of("SYN: received in LISTEN", "SYN,ACK: sent in SYN-RECEIVED"), comments(packets));
    }

    @Test
    void blocksOfSackAreWhatTheWireHas() throws Exception {
        int[] iss = new int[1];
        List<CapturedPacket> packets = capture(o -> Script.establishedServer(peerSack(), peerTimestamps(), o), s -> {
            iss[0] = s.peer().iss();
            s.peer().sends(data(1101, 50));
            s.peer().expects(ack(1, 1001).sack(1101, 1151));
            s.app().writes("abcdefgh");
            s.peer().drain();
            s.peer().sends(ack(1001, 1).sack(5, 9));
        });
        CapturedPacket ours = packets.get(4);
        assertEquals("0101050a" + hex(1101) + hex(1151), options(ours).substring(24));
        CapturedPacket theirs = packets.get(packets.size() - 1);
        assertEquals("0101050a" + hex(iss[0] + 5) + hex(iss[0] + 9), options(theirs).substring(24));
    }

    @Test
    void whatIsSentAgainIsThereAgain() throws Exception {
        List<CapturedPacket> packets = capture(Script::establishedServer, s -> {
            s.app().writes("hello");
            s.peer().expects(data(1, "hello"));
            s.peer().expectsAfter(s.rto(), data(1, "hello"));
            s.peer().sends(ack(1001, 6));
        });
        CapturedPacket first = packets.get(3);
        CapturedPacket again = packets.get(4);
        assertArrayEquals("hello".getBytes(StandardCharsets.UTF_8), first.payload());
        assertArrayEquals(first.payload(), again.payload());
        assertEquals(first.sequence(), again.sequence());
        assertEquals("", first.comment());
        assertEquals("retransmission", again.comment());
        assertEquals(6, packets.size());
    }

    @Test
    void aCloseIsThereToTheLastAckOfTimeWait() throws Exception {
        List<CapturedPacket> packets = capture(Script::establishedClient, s -> {
            s.app().closes();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(ack(1001, 2));
            s.app().expectsClosed();
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
            s.after(ofMillis(500));
            s.peer().sends(fin(1001).acks(2));
            s.peer().expects(ack(2, 1002));
        });
        assertEquals(List.of("SYN: sent in SYN-SENT", "SYN,ACK: received in SYN-SENT", "FIN,ACK: sent in FIN-WAIT-1",
                "FIN,ACK: received in FIN-WAIT-2", "FIN,ACK: received in TIME-WAIT"), comments(packets));
        CapturedPacket last = packets.get(packets.size() - 1);
        assertEquals(1002, last.acknowledgment());
        assertEquals(packets.get(0).from(), last.from());
        assertEquals(packets.get(0).to(), last.to());
        assertEquals(3 + 3 + 3, packets.size());
    }

    @Test
    void resetsOfBothSidesAreThere() throws Exception {
        List<CapturedPacket> aborted = capture(Script::establishedClient, s -> {
            s.app().aborts();
            s.peer().expects(rst(1).acks(1001));
            s.app().expectsClosed();
        });
        assertEquals("RST,ACK: sent in CLOSED", comments(aborted).get(2));
        List<CapturedPacket> reset = capture(Script::establishedClient, s -> {
            s.peer().sends(rst(1001));
            s.app().expectsFailure(IOException.class, "reset");
            s.app().expectsClosed();
        });
        CapturedPacket rst = reset.get(3);
        assertEquals(SegmentFlags.RST, rst.flags());
        assertEquals(1001, rst.sequence());
        assertEquals(0, rst.acknowledgment());
        assertEquals(0, rst.options().length);
        assertEquals("received in ESTABLISHED", rst.comment());
        assertEquals(4, reset.size());
    }
}
