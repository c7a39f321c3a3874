/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class MemoryBudgetTest {
    private static final int STEP_BYTES = 64 * 1024;

    @Test
    void grantsWhatIsLeft() {
        MemoryBudget budget = new MemoryBudget(100);
        assertEquals(60, budget.draw(60));
        assertEquals(40, budget.draw(60));
        assertEquals(0, budget.draw(60));
        budget.giveBack(10);
        assertEquals(10, budget.draw(60));
        assertEquals(0, budget.freeBytes());
        assertEquals(100, budget.totalBytes());
    }

    @Test
    void grantsNothingOfNothing() {
        assertEquals(0, new MemoryBudget(0).draw(1));
    }

    @Test
    void theProcessHasAtMost256Mebibytes() {
        long total = MemoryBudget.ofProcess().totalBytes();
        assertTrue(total > 0 && total <= 256L << 20, () -> total + " bytes");
    }

    @Test
    void manyThreadsNeverDrawMoreThanThereIs() throws InterruptedException {
        MemoryBudget budget = new MemoryBudget(1_000_000);
        AtomicLong kept = new AtomicLong();
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                for (int n = 0; n < 10_000; n++) {
                    int drawn = budget.draw(700);
                    if (n % 4 == 0) {
                        kept.addAndGet(drawn);
                    } else {
                        budget.giveBack(drawn);
                    }
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(1_000_000, kept.get() + budget.freeBytes());
        assertTrue(budget.freeBytes() >= 0);
    }

    @Test
    void anAllowanceIsRaisedInStepsUpToAnEnd() {
        MemoryBudget budget = new MemoryBudget(10 * STEP_BYTES);
        Allowance allowance = new Allowance(budget);
        allowance.raise(1, 3 * STEP_BYTES);
        assertEquals(STEP_BYTES, allowance.bytes());
        allowance.raise(STEP_BYTES + 1, 3 * STEP_BYTES - 5);
        assertEquals(2 * STEP_BYTES, allowance.bytes());
        allowance.raise(3 * STEP_BYTES - 5, 3 * STEP_BYTES - 5);
        assertEquals(3 * STEP_BYTES - 5, allowance.bytes());
        allowance.raise(STEP_BYTES, 3 * STEP_BYTES);
        assertEquals(3 * STEP_BYTES - 5, allowance.bytes());
        assertEquals(7 * STEP_BYTES + 5, budget.freeBytes());
    }

    @Test
    void anAllowanceGivesBackAndAfterItsEndDrawsNoMore() {
        MemoryBudget budget = new MemoryBudget(2 * STEP_BYTES);
        Allowance allowance = new Allowance(budget);
        allowance.raise(5 * STEP_BYTES, 9 * STEP_BYTES);
        assertEquals(2 * STEP_BYTES, allowance.bytes());
        allowance.lower(100);
        assertEquals(100, allowance.bytes());
        assertEquals(2 * STEP_BYTES - 100, budget.freeBytes());
        allowance.end();
        allowance.raise(STEP_BYTES, STEP_BYTES);
        allowance.lower(0);
        assertEquals(2 * STEP_BYTES, budget.freeBytes());
    }
}
