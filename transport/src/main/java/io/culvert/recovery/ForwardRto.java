/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

/**
 * F-RTO, RFC 5682: tells a spurious retransmission timeout from a real one by the first acknowledgments after it,
 * sending new data instead of more retransmissions in between. The basic algorithm of section 2 without SACK, the
 * enhanced one of section 3 with it.
 */
public final class ForwardRto {
    /** What an acknowledgment tells. */
    public enum Verdict {
        /** Nothing yet, or nothing was asked. */
        OPEN,
        /** The timeout was real: recovery by retransmission goes on. */
        REAL,
        /** The timeout was spurious. */
        SPURIOUS
    }

    private enum Step {
        IDLE, AWAITING_FIRST, AWAITING_SECOND
    }

    private Step step = Step.IDLE;

    /** The retransmission timer expired: step 1. */
    public void begin() {
        step = Step.AWAITING_FIRST;
    }

    /** The timeout is settled otherwise, or expired again. */
    public void cancel() {
        step = Step.IDLE;
    }

    /** Step 1: whether the first segment alone goes again, until it is answered. */
    public boolean holdsBack() {
        return step == Step.AWAITING_FIRST;
    }

    /** Step 2b: whether new data goes before what is taken for lost. */
    public boolean prefersNewData() {
        return step == Step.AWAITING_SECOND;
    }

    /**
     * An acknowledgment arrived.
     *
     * @param sack whether the peer acknowledges selectively
     * @param advanced whether SND.UNA advanced, over all that was sent again
     * @param complete whether everything sent before the timeout is acknowledged
     * @param originalDelivered whether data sent before the timeout, and never again, was delivered
     * @param newData whether there is new data, and window, to send
     */
    public Verdict onAck(boolean sack, boolean advanced, boolean complete, boolean originalDelivered,
            boolean newData) {
        if (step == Step.IDLE) {
            return Verdict.OPEN;
        }
        if (originalDelivered && (sack || advanced && step == Step.AWAITING_SECOND)) {
            // section 3.1 step 3b: with SACK, nothing but its first transmission can have delivered it; without,
            // section 2.1 step 3b, once all that was sent again is acknowledged
            return settled(Verdict.SPURIOUS);
        }
        if (step == Step.AWAITING_SECOND || !advanced || complete || !newData) {
            // section 2.1 steps 2a and 3a
            return settled(Verdict.REAL);
        }
        step = Step.AWAITING_SECOND;
        return Verdict.OPEN;
    }

    private Verdict settled(Verdict verdict) {
        step = Step.IDLE;
        return verdict;
    }
}
