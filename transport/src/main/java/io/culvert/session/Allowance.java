/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/** What one buffer may hold beyond its first size: its share of the {@link MemoryBudget}. */
final class Allowance {
    /** Shares change in steps of so much, so that the budget is seldom asked. */
    private static final int STEP_BYTES = 64 * 1024;

    private final MemoryBudget memory;
    private int bytes;
    private boolean ended;

    Allowance(MemoryBudget memory) {
        this.memory = memory;
    }

    int bytes() {
        return bytes;
    }

    /** Raises the share to what is wanted, rounded up to a step, as far as the budget goes. */
    void raise(int wanted, int most) {
        if (wanted > bytes && !ended) {
            long steps = (wanted + STEP_BYTES - 1L) / STEP_BYTES;
            int to = (int) Math.min(steps * STEP_BYTES, most);
            if (to > bytes) {
                bytes += memory.draw(to - bytes);
            }
        }
    }

    /** Gives back all but so much. */
    void lower(int kept) {
        if (kept < bytes) {
            memory.giveBack(bytes - kept);
            bytes = kept;
        }
    }

    /** The session is over: the share is never raised again. */
    void end() {
        ended = true;
    }
}
