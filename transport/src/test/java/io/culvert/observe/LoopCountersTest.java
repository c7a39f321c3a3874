/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.culvert.segment.MalformedReason;
import io.culvert.state.ConnectionState;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LoopCountersTest {
    private static final int TIMES = 100_000;
    private static final Path NONE = Path.of("none");

    @Test
    void countingAllocatesNothing() {
        LoopCounters counters = new LoopCounters();
        count(counters);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        count(counters);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        // compiling may allocate a little on this thread; a single object each time would be 1,600,000 bytes
        assertTrue(allocated < TIMES, () -> allocated + " bytes");
        assertEquals(2 * TIMES, counters.segmentsSent());
    }

    private static void count(LoopCounters counters) {
        for (int i = 0; i < TIMES; i++) {
            counters.sent(1448);
            counters.received();
            counters.text(1448);
            counters.roundTrip(i * 1000L);
            counters.note(Incident.DUPLICATE);
            counters.note(CarrierIncident.STRAY);
            counters.malformed(MalformedReason.TOO_SHORT);
        }
    }

    @Test
    void everythingCountedHasOneMeter() {
        List<Consumer<LoopCounters>> all = new ArrayList<>();
        for (Incident incident : Incident.values()) {
            // that is the sum of its causes
            if (incident != Incident.RETRANSMISSION) {
                all.add(counters -> counters.note(incident));
            }
        }
        for (CarrierIncident incident : CarrierIncident.values()) {
            all.add(counters -> counters.note(incident));
        }
        for (MalformedReason reason : MalformedReason.values()) {
            all.add(counters -> counters.malformed(reason));
        }
        for (HandshakeResult result : HandshakeResult.values()) {
            all.add(counters -> counters.handshake(false, result));
            all.add(counters -> counters.handshake(true, result));
        }
        for (ConnectionState state : ConnectionState.values()) {
            if (state != ConnectionState.CLOSED && state != ConnectionState.LISTEN) {
                all.add(counters -> counters.entered(state));
            }
        }
        all.add(LoopCounters::received);
        all.add(counters -> counters.sent(0));
        all.add(counters -> counters.text(1));
        all.add(counters -> counters.sentAgain(1));
        for (Consumer<LoopCounters> each : all) {
            LoopCounters counters = new LoopCounters();
            each.accept(counters);
            List<String> moved = nonZero(counters);
            assertEquals(1, moved.size(), moved::toString);
        }
    }

    private static List<String> nonZero(LoopCounters counters) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new CulvertMetrics(figure -> figure.applyAsLong(counters), Tags.empty(), new HostUdp(NONE, NONE))
                .bindTo(registry);
        List<String> names = new ArrayList<>();
        for (Meter meter : registry.getMeters()) {
            if (meter.measure().iterator().next().getValue() != 0) {
                names.add(meter.getId().toString());
            }
        }
        return names;
    }

    @Test
    void aDurationIsWithinEveryStepFromItsOwnOn() {
        Durations durations = new Durations();
        durations.add(0);
        durations.add(Durations.boundNanos(3));
        durations.add(Durations.boundNanos(3) + 1);
        durations.add(Long.MAX_VALUE / 4);
        assertEquals(1, durations.within(0));
        assertEquals(1, durations.within(2));
        assertEquals(2, durations.within(3));
        assertEquals(3, durations.within(4));
        assertEquals(3, durations.within(Durations.STEPS - 1));
        assertEquals(4, durations.count());
    }

    @Test
    void aLoopHasOneSetOfCounters() {
        EventLoop loop = new DefaultEventLoop();
        assertSame(LoopCounters.of(loop), LoopCounters.of(loop));
    }

    @Test
    void whatALoopHasCountedStaysWhenItIsGone() {
        long before = LoopCounters.sum(LoopCounters::bytesRetransmitted);
        WeakReference<EventLoop> loop = new WeakReference<>(countedOnAPassingLoop());
        Awaitility.await().until(() -> {
            System.gc();
            return loop.get() == null;
        });
        assertTrue(LoopCounters.sum(LoopCounters::bytesRetransmitted) >= before + 1);
    }

    private static EventLoop countedOnAPassingLoop() {
        EventLoop loop = new DefaultEventLoop();
        LoopCounters.of(loop).sentAgain(1);
        return loop;
    }
}
