/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.segment.SegmentFlags.FIN;
import static io.netty.channel.ChannelOption.SO_RCVBUF;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Out-of-order, duplicate and overlapping segments: RFC 9293 3.10.7.4, seventh step. */
final class ReassemblyTest {
    private static final int STREAM_BYTES = 4000;

    @Test
    void deliversInOrderWhatCameOutOfOrder() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1021, 10));
            s.peer().expects(ack(1, 1001));
            s.peer().sends(data(1011, 10));
            s.peer().expects(ack(1, 1001));
            s.app().expectsNothingRead();
            s.peer().sends(data(1001, 10));
            s.peer().expects(ack(1, 1031));
            s.app().expectsRead(30);
        }
    }

    @Test
    void deliversDuplicatesOnce() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1001, 10), data(1001, 10));
            s.peer().expects(ack(1, 1011));
            s.peer().sends(data(1001, 10));
            s.peer().expects(ack(1, 1011));
            s.app().expectsRead(10);
        }
    }

    @Test
    void deliversOverlappingBytesOnce() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1011, 10), data(1006, 20), data(1031, 5), data(1021, 30));
            s.peer().expects(ack(1, 1001), ack(1, 1001), ack(1, 1001), ack(1, 1001));
            s.peer().sends(data(1001, 7));
            s.peer().expects(ack(1, 1051));
            s.app().expectsRead(50);
        }
    }

    @Test
    void keepsWhatCameFirstOfBytesThatDiffer() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1004, "DEF"), data(1002, "bcdefgh").acks(1));
            s.peer().expects(ack(1, 1001), ack(1, 1001));
            s.peer().sends(data(1001, "a"));
            s.peer().expects(ack(1, 1009));
            s.app().expectsRead("abcDEFgh");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void deliversEachByteOnceWhateverTheMix(long seed) {
        Random random = new Random(seed);
        try (Script s = Script.establishedServer(Setting.peerIsn(0xfffff800L))) {
            int first = (int) 0xfffff801L;
            while (s.info().bytesReceived() < STREAM_BYTES) {
                int from = random.nextInt(STREAM_BYTES);
                int length = Math.min(STREAM_BYTES - from, 1 + random.nextInt(300));
                s.peer().sends(data(first + from, length).acks(1));
            }
            s.app().expectsRead(STREAM_BYTES);
            assertEquals(0, s.info().reassemblyBytes());
            s.after(ofMillis(40));
            List<Received> acks = s.peer().drain();
            assertEquals(first + STREAM_BYTES, acks.get(acks.size() - 1).ack());
        }
    }

    @Test
    void remembersAFinAheadOfAHole() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1011, 10).and(FIN));
            s.peer().expects(ack(1, 1001));
            s.app().expectsNoInputEnd();
            s.peer().sends(data(1001, 10));
            s.peer().expects(ack(1, 1022));
            s.app().expectsRead(20);
            s.app().expectsInputEnd();
        }
    }

    @Test
    void holdsNothingBeyondTheWindow() {
        try (Script s = Script.establishedServer(with(SO_RCVBUF, 4096))) {
            s.peer().sends(data(1001 + 3000, 1460), data(1001 + 4096, 1460));
            s.peer().expects(ack(1, 1001).win(4096));
            assertEquals(4096 - 3000, s.info().reassemblyBytes());
            s.peer().sends(data(1001, 3000));
            s.peer().expects(ack(1, 1001 + 4096));
            s.app().expectsRead(4096);
        }
    }

    @Test
    void holdsNoMoreThanTheWindowHoweverManyHoles() {
        try (Script s = Script.establishedServer(with(SO_RCVBUF, 8192))) {
            for (int at = 1; at < 8192; at += 2) {
                s.peer().sends(data(1001 + at, 1));
            }
            assertTrue(s.info().reassemblyBytes() <= 8192 / 2);
            s.peer().drain();
            for (int at = 0; at < 8192; at += 1024) {
                s.peer().sends(data(1001 + at, 1024));
            }
            s.app().expectsRead(8192);
            assertEquals(0, s.info().reassemblyBytes());
            s.after(ofMillis(40));
            s.peer().drain();
        }
    }
}
