/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ReceiveBufferTest {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    private static final int SEGMENT_BYTES = 1460;
    private static final int INITIAL_WINDOW_BYTES = 10 * SEGMENT_BYTES;
    private static final int SCALE = 11;
    private static final int BURST_BYTES = MIB;
    private static final long RTT_NANOS = 100_000_000;
    private static final long NEAR_NANOS = 1_000_000;

    private final SessionConfig config = new SessionConfig();
    private final MemoryBudget budget = new MemoryBudget(1 << 30);
    private final ReceiveBuffer buffer = new ReceiveBuffer(config, budget, SEGMENT_BYTES);
    private long nowNanos = 5;
    private long totalRead;

    /** The application reads so much within a round trip. */
    private void reads(int bytes) {
        reads(bytes, RTT_NANOS, SCALE, BURST_BYTES);
    }

    private void reads(int bytes, long rttNanos, int scale, int burstBytes) {
        if (totalRead == 0) {
            totalRead = 1;
            buffer.afterRead(totalRead, rttNanos, scale, burstBytes, nowNanos);
        }
        nowNanos += RTT_NANOS;
        totalRead += bytes;
        buffer.afterRead(totalRead, rttNanos, scale, burstBytes, nowNanos);
    }

    @Test
    void startsWith128Kibibytes() {
        assertEquals(128 * KIB, buffer.bytes());
        reads(INITIAL_WINDOW_BYTES);
        assertEquals(128 * KIB, buffer.bytes());
    }

    /** What is announced after round trip n limits what is sent in n + 2, four times as much. */
    @Test
    void neverLimitsSlowStart() {
        int sent = INITIAL_WINDOW_BYTES;
        while (4L * sent < config.maxReceiveBufferBytes) {
            reads(sent);
            int next = 4 * sent;
            assertTrue(buffer.bytes() >= next, () -> buffer.bytes() + " bytes for " + next);
            sent *= 2;
        }
    }

    @Test
    void holdsTwiceWhatASteadyStreamBringsInARoundTrip() {
        for (int i = 0; i < 20; i++) {
            reads(10 * MIB);
        }
        int steady = buffer.bytes();
        reads(10 * MIB);
        assertEquals(steady, buffer.bytes());
        assertTrue(steady >= 20 * MIB);
    }

    @Test
    void doesNotGrowWithinARoundTrip() {
        buffer.afterRead(1, RTT_NANOS, SCALE, BURST_BYTES, nowNanos);
        buffer.afterRead(10 * MIB, RTT_NANOS, SCALE, BURST_BYTES, nowNanos + RTT_NANOS - 1);
        assertEquals(128 * KIB, buffer.bytes());
    }

    @Test
    void doesNotGrowWhileTheRoundTripIsNotKnown() {
        reads(10 * MIB, 0, SCALE, BURST_BYTES);
        assertEquals(128 * KIB, buffer.bytes());
    }

    @Test
    void endsAtTheMaximum() {
        config.maxReceiveBufferBytes = 3 * MIB + 1;
        reads(10 * MIB);
        assertEquals(3 * MIB + 1, buffer.bytes());
        reads(50 * MIB);
        assertEquals(3 * MIB + 1, buffer.bytes());
    }

    @Test
    void aMaximumBelowTheFirstSizeHolds() {
        config.maxReceiveBufferBytes = 1000;
        reads(10 * MIB);
        assertEquals(1000, buffer.bytes());
    }

    /** RFC 7323 2.2: a window field of 16 bits, shifted. */
    @Test
    void growsNoFurtherThanTheWindowFieldReaches() {
        reads(10 * MIB, RTT_NANOS, 3, BURST_BYTES);
        assertEquals(65535 << 3, buffer.bytes());
    }

    @Test
    void withoutWindowScalingItStays() {
        reads(10 * MIB, RTT_NANOS, 0, BURST_BYTES);
        assertEquals(128 * KIB, buffer.bytes());
    }

    @Test
    void aFixedSizeStays() {
        config.receiveBufferBytes = 5000;
        config.receiveBufferFixed = true;
        reads(10 * MIB);
        assertEquals(5000, buffer.bytes());
        assertEquals(1 << 30, budget.freeBytes());
    }

    /** A burst that the socket takes, but no more, is granted to an application that reads seldom. */
    @Test
    void whatWasReadInManyRoundTripsCountsAsABurst() {
        reads(10 * MIB, RTT_NANOS / 10_000, SCALE, BURST_BYTES);
        assertEquals(BURST_BYTES, buffer.bytes());
    }

    @Test
    void aSmallSocketGrantsNoBurst() {
        reads(10 * MIB, RTT_NANOS / 10_000, SCALE, 50_000);
        assertEquals(128 * KIB, buffer.bytes());
    }

    @Test
    void whatTheBudgetRefusesItGetsLater() {
        int drawn = budget.draw((1 << 30) - 64 * KIB);
        reads(10 * MIB);
        assertEquals(192 * KIB, buffer.bytes());
        budget.giveBack(drawn);
        reads(MIB);
        assertTrue(buffer.bytes() >= 20 * MIB, () -> buffer.bytes() + " bytes");
    }

    @Test
    void shrinksToWhatIsHeldAndRemembersWhatWasPromised() {
        reads(10 * MIB);
        buffer.shrink(300 * KIB, 20 * MIB);
        assertEquals(300 * KIB, buffer.bytes());
        assertTrue(buffer.promisesMore());
        buffer.cover(MIB, 20 * MIB);
        assertTrue(buffer.bytes() >= MIB);
        assertTrue(buffer.promisesMore());
        buffer.cover(19 * MIB, 19 * MIB);
        assertEquals(19 * MIB, buffer.bytes());
        assertFalse(buffer.promisesMore());
    }

    @Test
    void growsAgainAfterIdleTime() {
        reads(10 * MIB);
        buffer.shrink(0, 0);
        assertEquals(128 * KIB, buffer.bytes());
        assertFalse(buffer.promisesMore());
        reads(10 * MIB);
        assertTrue(buffer.bytes() >= 20 * MIB);
    }

    @Test
    void theEndGivesBackAllButWhatIsUnread() {
        reads(10 * MIB);
        buffer.end(MIB);
        assertEquals((1 << 30) - (MIB - 128 * KIB), budget.freeBytes());
        reads(50 * MIB);
        assertEquals(MIB, buffer.bytes());
        buffer.discard();
        assertEquals(1 << 30, budget.freeBytes());
    }

    /** Reads enough to be one of those that share the room of a socket. */
    private static ReceiveBuffer sharing(SocketRoom room, SessionConfig config, long rttNanos) {
        ReceiveBuffer buffer = new ReceiveBuffer(config, new MemoryBudget(1 << 30), SEGMENT_BYTES);
        buffer.room(room);
        buffer.afterRead(1, rttNanos, SCALE, room.burstBytes(), 1);
        buffer.afterRead(10 * MIB, rttNanos, SCALE, room.burstBytes(), 1 + rttNanos);
        return buffer;
    }

    @Test
    void sessionsOfOneHostOfferEqualSharesOfTheirSocketsRoom() {
        SocketRoom room = new SocketRoom(MIB, new HostPath());
        ReceiveBuffer first = sharing(room, config, NEAR_NANOS);
        assertEquals(256 * KIB, first.offeredBytes());
        ReceiveBuffer[] later = new ReceiveBuffer[7];
        Arrays.setAll(later, i -> sharing(room, config, NEAR_NANOS));
        assertEquals(128 * KIB, first.offeredBytes());
        assertEquals(128 * KIB, later[6].offeredBytes());
        later[0].shrink(0, 0);
        later[1].discard();
        later[2].end(0);
        later[3].room(null);
        assertEquals(256 * KIB, first.offeredBytes());
    }

    @Test
    void whatWasReadAfterTheEndTakesNoShare() {
        SocketRoom room = new SocketRoom(MIB, new HostPath());
        ReceiveBuffer ended = sharing(room, config, NEAR_NANOS);
        ended.end(0);
        ended.afterRead(20 * MIB, NEAR_NANOS, SCALE, room.burstBytes(), 10 * NEAR_NANOS);
        for (int i = 0; i < 4; i++) {
            sharing(room, config, NEAR_NANOS);
        }
        assertEquals(256 * KIB, room.shareBytes());
    }

    @Test
    void aShareIsNeverLessThanTheLargestDatagram() {
        SocketRoom room = new SocketRoom(100 * KIB, new HostPath());
        sharing(room, config, NEAR_NANOS);
        assertEquals(64 * KIB, sharing(room, config, NEAR_NANOS).offeredBytes());
    }

    @Test
    void whoReadsLittleTakesNoShare() {
        SocketRoom room = new SocketRoom(MIB, new HostPath());
        buffer.room(room);
        for (int i = 1; i < 100; i++) {
            buffer.afterRead(1000L * i, NEAR_NANOS, SCALE, room.burstBytes(), i * NEAR_NANOS);
        }
        ReceiveBuffer[] others = new ReceiveBuffer[4];
        Arrays.setAll(others, i -> sharing(room, config, NEAR_NANOS));
        assertEquals(256 * KIB, others[0].offeredBytes());
    }

    @Test
    void aLongRoundTripIsNotHeldToAShareThoughItIsWithinTheHost() {
        SocketRoom room = new SocketRoom(MIB, new HostPath());
        ReceiveBuffer far = sharing(room, config, RTT_NANOS);
        assertTrue(far.offeredBytes() > 10 * MIB, () -> far.offeredBytes() + " bytes");
    }

    @Test
    void aSessionThatMeasuresOnlyHowBusyTheHostIsIsHeldToAShare() {
        HostPath path = new HostPath();
        sharing(new SocketRoom(MIB, path), config, NEAR_NANOS);
        assertEquals(256 * KIB, sharing(new SocketRoom(MIB, path), config, RTT_NANOS).offeredBytes());
    }

    @Test
    void aFixedSizeIsOfferedInFull() {
        config.receiveBufferFixed = true;
        config.receiveBufferBytes = MIB;
        assertEquals(MIB, sharing(new SocketRoom(MIB, new HostPath()), config, NEAR_NANOS).offeredBytes());
    }
}
