/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The receive window and its right edge: RFC 9293 3.8.6, RFC 7323 2.4. */
final class ReceiveSpaceTest {
    private static final int IRS = -100;

    private final ReceiveSpace rcv = new ReceiveSpace();

    ReceiveSpaceTest() {
        rcv.start(IRS);
    }

    @Test
    void startsAfterThePeersSyn() {
        assertEquals(IRS + 1, rcv.nxt());
        assertEquals(0, rcv.wnd());
        assertEquals(IRS + 1, rcv.lastAckSent());
    }

    @Test
    void announcesTheFreeBuffer() {
        assertEquals(10_000, rcv.announce(10_000, 1460));
        assertEquals(10_000, rcv.wnd());
        rcv.nxt(rcv.nxt() + 3000);
        assertEquals(7000, rcv.announce(7000, 1460));
        assertEquals(7000, rcv.wnd());
    }

    @Test
    void theFieldBoundsTheWindow() {
        assertEquals(65535, rcv.announce(1 << 20, 1460));
        assertEquals(65535, rcv.announceUnscaled(1 << 20));
    }

    // RFC 9293 3.8.6.2.2
    @Test
    void theEdgeStaysUntilAWorthwhileStep() {
        rcv.announce(5000, 1460);
        rcv.nxt(rcv.nxt() + 5000);
        assertEquals(0, rcv.announce(1459, 1460));
        assertEquals(0, rcv.wnd());
        assertEquals(1460, rcv.announce(1460, 1460));
    }

    @Test
    void theEdgeStaysWhenTheBufferShrinks() {
        rcv.announce(5000, 1460);
        assertEquals(5000, rcv.announce(100, 50));
        assertEquals(5000, rcv.wnd());
    }

    @Test
    void theWindowOfASynIsNotScaled() {
        rcv.scale(7);
        assertEquals(1000, rcv.announceUnscaled(1000));
        assertEquals(1000, rcv.wnd());
    }

    // RFC 7323 2.4: rounding takes nothing back
    @Property
    void scaledWindowsNeverTakeBackMoreThanAUnit(@ForAll @IntRange(max = 14) int scale,
            @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 5000) Integer> steps) {
        ReceiveSpace space = new ReceiveSpace();
        space.start(IRS);
        space.scale(scale);
        int buffer = 200_000;
        int queued = 0;
        int offered = 0;
        for (int step : steps) {
            int free = buffer - queued;
            int edgeBefore = space.rightEdge();
            int field = space.announce(free, 1460);
            int announced = space.nxt() + (field << scale);
            assertTrue(space.rightEdge() - edgeBefore >= 0);
            assertTrue(announced - space.rightEdge() <= 0, "what is announced is accepted");
            assertTrue(announced - offered > -(1 << scale) || offered == 0);
            assertTrue(announced - space.nxt() < free + (1 << scale) || announced - edgeBefore <= 0);
            offered = announced;
            int came = Math.min(step, space.wnd());
            space.nxt(space.nxt() + came);
            queued += came;
            if (step % 3 == 0) {
                queued = 0;
            }
        }
    }

    @Test
    void textEndsAtTheFin() {
        rcv.announce(5000, 1460);
        int fin = rcv.nxt() + 100;
        rcv.finAt(fin);
        rcv.finAt(fin + 50);
        assertEquals(fin, rcv.textLimit());
        assertFalse(rcv.isFinNext());
        rcv.nxt(fin);
        assertTrue(rcv.isFinNext());
        rcv.finReceived();
        assertFalse(rcv.isFinNext());
    }
}
