/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.peerWs;
import static io.culvert.script.Setting.with;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.netty.channel.ChannelOption.SO_RCVBUF;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The advertised window is what the application has room for: RFC 9293 3.8.6. */
final class BackPressureTest {
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int UNIT_BYTES = 1 << 11;

    /** The peer sends as much as our window lets it, a full segment at a time, and gives back how much. */
    private static int fill(Script s, int limit) {
        int sent = 0;
        long edge = s.info().receiveWindowBytes();
        while (sent < edge && sent < limit) {
            int length = (int) Math.min(1000, edge - sent);
            s.peer().sends(data(1001 + sent, length).acks(1));
            sent += length;
            s.after(ofMillis(40));
            for (Received ack : s.peer().drain()) {
                edge = Math.max(edge, ack.ack() - 1001 + ack.windowBytes());
            }
        }
        return sent;
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 7})
    void theWindowClosesWhenTheApplicationStopsReading(int scale) {
        try (Script s = Script.establishedServer(with(SO_RCVBUF, BUFFER_BYTES), peerWs(scale))) {
            s.app().stopsReading();
            int sent = fill(s, 10 * BUFFER_BYTES);
            assertTrue(sent >= BUFFER_BYTES && sent < BUFFER_BYTES + UNIT_BYTES, "sent " + sent);
            s.peer().sends(data(1001 + sent, 1).acks(1));
            s.peer().expects(ack(1, 1001 + sent).win(0));
            assertEquals(sent, s.info().receiveQueueBytes());
            s.app().expectsNothingRead();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 7})
    void readingAgainSendsAWindowUpdateAndLosesNothing(int scale) {
        try (Script s = Script.establishedServer(with(SO_RCVBUF, BUFFER_BYTES), peerWs(scale))) {
            s.app().stopsReading();
            int sent = fill(s, 10 * BUFFER_BYTES);
            s.app().resumesReading();
            s.app().expectsRead(sent);
            Received update = s.peer().next();
            assertTrue(update.isPureAck());
            assertEquals(1001 + sent, update.ack());
            s.after(ofMillis(40));
            List<Received> more = s.peer().drain();
            long window = more.isEmpty() ? update.windowBytes() : more.get(more.size() - 1).windowBytes();
            assertTrue(window >= BUFFER_BYTES / 2, "window " + window);
            s.peer().sends(data(1001 + sent, 1000), data(2001 + sent, 1000));
            s.peer().expects(ack(1, 3001 + sent));
            s.app().expectsRead(2000);
        }
    }

    // RFC 9293 3.8.6: a receiver should not shrink its window
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theRightEdgeNeverMovesLeft(long seed) {
        Random random = new Random(seed);
        try (Script s = Script.establishedServer(with(SO_RCVBUF, BUFFER_BYTES))) {
            int sent = 0;
            int edge = (int) s.info().receiveWindowBytes();
            for (int i = 0; i < 300; i++) {
                int length = Math.min(edge - sent, 1 + random.nextInt(1460));
                if (length > 0) {
                    s.peer().sends(data(1001 + sent, length).acks(1));
                    sent += length;
                }
                if (random.nextInt(8) == 0) {
                    s.app().resumesReading();
                    s.app().stopsReading();
                }
                s.after(ofMillis(random.nextInt(60)));
                for (Received ack : s.peer().drain()) {
                    int next = ack.ack() - 1001 + (int) ack.windowBytes();
                    assertTrue(next >= edge, "from " + edge + " to " + next);
                    edge = next;
                }
            }
            s.app().resumesReading();
            s.app().expectsRead(sent);
            s.peer().drain();
        }
    }

    // RFC 7323 2.4: with a scale the edge moves left by less than a unit, and what was offered is taken
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void scaledTheRightEdgeMovesByLessThanAUnitAndWhatWasOfferedIsTaken(long seed) {
        Random random = new Random(seed);
        try (Script s = Script.establishedServer(with(SO_RCVBUF, BUFFER_BYTES), peerWs(7))) {
            int sent = 0;
            int edge = (int) s.info().receiveWindowBytes();
            for (int i = 0; i < 300; i++) {
                int length = Math.min(edge - sent, 1 + random.nextInt(1460));
                if (length > 0) {
                    s.peer().sends(data(1001 + sent, length).acks(1));
                    sent += length;
                }
                if (random.nextInt(8) == 0) {
                    s.app().resumesReading();
                    s.app().stopsReading();
                }
                s.after(ofMillis(random.nextInt(60)));
                for (Received ack : s.peer().drain()) {
                    int next = ack.ack() - 1001 + (int) ack.windowBytes();
                    assertTrue(next > edge - UNIT_BYTES, "from " + edge + " to " + next);
                    edge = Math.max(edge, next);
                }
            }
            s.app().resumesReading();
            s.app().expectsRead(sent);
            s.peer().drain();
        }
    }

    @Test
    void nothingIsReadWithoutDemand() {
        try (Script s = Script.establishedServer(with(SO_RCVBUF, 65535))) {
            s.app().stopsReading();
            s.peer().sends(data(1001, 1460), data(2461, 1460));
            s.peer().expects(ack(1, 3921).win(65535 - 2920));
            s.app().expectsNothingRead();
            assertEquals(2920, s.info().receiveQueueBytes());
            s.app().resumesReading();
            s.app().expectsRead(2920);
            s.after(ofMillis(40));
            s.peer().drain();
        }
    }
}
