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

    /** Steps 2b: whether new data goes before what is taken for lost. */
    public boolean prefersNewData() {
        return step == Step.AWAITING_SECOND;
    }

    /**
     * An acknowledgment arrived.
     *
     * @param sack whether the peer acknowledges selectively
     * @param advanced whether SND.UNA advanced
     * @param complete whether everything sent before the timeout is acknowledged
     * @param originalDelivered whether data sent before the timeout, and never again, was delivered
     * @param newData whether there is new data, and window, to send
     */
    public Verdict onAck(boolean sack, boolean advanced, boolean complete, boolean originalDelivered,
            boolean newData) {
        if (step == Step.IDLE) {
            return Verdict.OPEN;
        }
        if (sack && originalDelivered) {
            // section 3.1 step 3b: with SACK, nothing but its first transmission can have delivered it
            return settled(Verdict.SPURIOUS);
        }
        if (step == Step.AWAITING_SECOND) {
            // section 2.1 step 3: new data was sent in between
            return settled(advanced && !sack ? Verdict.SPURIOUS : Verdict.REAL);
        }
        if (!advanced || complete || !newData) {
            // section 2.1 step 2a
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
