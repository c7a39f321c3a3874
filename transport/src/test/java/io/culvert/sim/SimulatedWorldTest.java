/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.BlockingOperationException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SimulatedWorldTest {
    private final SimulatedWorld world = new SimulatedWorld(1);

    private void after(long millis, Runnable task) {
        world.loop().schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    @Test
    void runsTimersAtTheirInstantAndInTheirOrder() {
        List<Long> instants = new ArrayList<>();
        after(20, () -> instants.add(world.nowNanos()));
        after(10, () -> {
            instants.add(world.nowNanos());
            after(10, () -> instants.add(world.nowNanos() + 1));
        });
        world.runFor(ofMillis(50));
        assertEquals(List.of(10_000_000L, 20_000_000L, 20_000_001L), instants);
        assertEquals(50_000_000L, world.nowNanos());
    }

    @Test
    void runForIncludesItsLastInstantAndNothingLater() {
        List<String> ran = new ArrayList<>();
        after(10, () -> ran.add("at the end"));
        after(11, () -> ran.add("later"));
        world.runFor(ofMillis(10));
        assertEquals(List.of("at the end"), ran);
    }

    @Test
    void aCancelledTimerIsNothingLeftToDo() {
        Future<?> timer = world.loop().schedule(() -> { }, 1, TimeUnit.HOURS);
        timer.cancel(false);
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(0, world.nowNanos());
    }

    @Test
    void quietNeedsEveryTimerToRun() {
        after(5, () -> after(5, () -> { }));
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(10_000_000L, world.nowNanos());

        after(2000, () -> { });
        assertThrows(AssertionError.class, () -> world.runUntilQuiet(ofSeconds(1)));
    }

    @Test
    void aConditionThatCannotHoldAnyMoreFailsAtOnceWithTheSeed() {
        AssertionError error = assertThrows(AssertionError.class, () -> world.runUntil(() -> false, ofHours(1)));
        assertEquals(0, world.nowNanos());
        assertTrue(error.getMessage().contains("seed 1,"), error.getMessage());
    }

    @Test
    void aConditionThatComesTooLateFailsAtTheLimit() {
        boolean[] done = {false};
        after(3000, () -> done[0] = true);
        assertThrows(AssertionError.class, () -> world.runUntil(() -> done[0], ofSeconds(2)));
        assertEquals(2_000_000_000L, world.nowNanos());
        world.runUntil(() -> done[0], ofSeconds(1));
    }

    @Test
    void awaitGivesTheValueOrThrowsTheFailure() {
        Promise<String> value = world.loop().newPromise();
        Promise<String> failure = world.loop().newPromise();
        Exception cause = new IOException("no");
        after(10, () -> value.setSuccess("yes"));
        after(20, () -> failure.setFailure(cause));
        assertEquals("yes", world.await(value));
        assertSame(cause, assertThrows(IOException.class, () -> world.await(failure)));
    }

    @Test
    void syncOnTheLoopThreadIsRefusedByNetty() {
        assertThrows(BlockingOperationException.class, () -> world.loop().newPromise().sync());
    }

    @Test
    void aTaskThatCallsItselfForeverIsCaught() {
        world.loop().execute(new Runnable() {
            @Override
            public void run() {
                world.loop().execute(this);
            }
        });
        AssertionError error = assertThrows(AssertionError.class, () -> world.runFor(ofMillis(1)));
        assertTrue(error.getMessage().contains("endless loop"), error.getMessage());
    }

    @Test
    void aTimerThatIsAlwaysDueIsCaught() {
        after(7, new Runnable() {
            @Override
            public void run() {
                after(0, this);
            }
        });
        assertThrows(AssertionError.class, () -> world.runFor(ofMillis(10)));
        assertEquals(7_000_000L, world.nowNanos());
    }

    @Test
    void anIdleCenturyIsOneStep() {
        boolean[] rang = {false};
        world.loop().schedule(() -> rang[0] = true, 36_500, TimeUnit.DAYS);
        world.runFor(ofHours(36_500 * 24 - 1));
        assertFalse(rang[0]);
        world.runFor(ofHours(1));
        assertTrue(rang[0]);
    }

    @Test
    void aLoopThatIsShutDownTerminatesAndClosesItsSockets() {
        Mailbox mailbox = Mailbox.bound(world, SimulatedNetwork.host("10.0.0.1"), 1);
        Future<?> terminated = world.loop().shutdownGracefully(0, 1, TimeUnit.SECONDS);
        world.runUntil(terminated::isDone, ofSeconds(5));
        assertFalse(mailbox.channel().isOpen());
    }

    @Test
    void theWorldDoesNotRunInsideItself() {
        List<Throwable> thrown = new ArrayList<>();
        world.loop().execute(() -> thrown.add(
                assertThrows(IllegalStateException.class, () -> world.runFor(ofMillis(1)))));
        world.runFor(ofMillis(1));
        assertEquals(1, thrown.size());
    }
}
