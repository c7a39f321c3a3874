/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static io.culvert.segment.SequenceNumber.greaterOrEqual;

/** Where loss recovery stands, and the algorithms that take part in it. */
public final class Recovery {
    private enum Phase {
        OPEN, FAST_RECOVERY, TIMEOUT
    }

    /** SACK blocks received. */
    public final SackScoreboard scoreboard = new SackScoreboard();
    /** Loss detection with SACK. */
    public final RackDetector rack = new RackDetector();
    /** The tail of a flight. */
    public final TailLossProbe probe = new TailLossProbe();
    /** Loss detection without SACK. */
    public final DuplicateAcks duplicates = new DuplicateAcks();
    /** What may be sent in fast recovery. */
    public final ProportionalRate rate = new ProportionalRate();
    /** Whether a timeout was spurious. */
    public final ForwardRto forwardRto = new ForwardRto();
    /** Whether an episode was spurious. */
    public final Undo undo = new Undo();

    private Phase phase = Phase.OPEN;
    private int recoveryPoint;

    /** Whether fast recovery is under way. */
    public boolean isFast() {
        return phase == Phase.FAST_RECOVERY;
    }

    /** Whether a retransmission timeout is being recovered from. */
    public boolean isTimeout() {
        return phase == Phase.TIMEOUT;
    }

    /** Whether fast recovery or that of a timeout is under way. */
    public boolean isUnderWay() {
        return phase != Phase.OPEN;
    }

    /** SND.NXT when recovery began: what lies before it belongs to the episode. */
    public int recoveryPoint() {
        return recoveryPoint;
    }

    /** Whether everything that was outstanding when recovery began is acknowledged. */
    public boolean isComplete(int sndUna) {
        return greaterOrEqual(sndUna, recoveryPoint);
    }

    /** Fast recovery begins. */
    public void beginFast(int sndUna, int sndNxt) {
        phase = Phase.FAST_RECOVERY;
        recoveryPoint = sndNxt;
        undo.begin(sndUna);
        duplicates.enterRecovery(sndNxt);
        probe.cancel();
    }

    /**
     * The retransmission timer expired.
     *
     * @param again whether it has expired before, and nothing was acknowledged since
     */
    public void beginTimeout(int sndUna, int sndNxt, boolean again) {
        // RFC 5682 2.1 step 1: not while an earlier loss is being recovered from; as Linux, a second expiry is none
        if (phase == Phase.OPEN) {
            forwardRto.begin();
        } else if (!again) {
            forwardRto.cancel();
        }
        if (phase != Phase.TIMEOUT) {
            undo.begin(sndUna);
        }
        phase = Phase.TIMEOUT;
        recoveryPoint = sndNxt;
        duplicates.onRetransmissionTimeout(sndNxt);
        probe.cancel();
    }

    /** Everything outstanding when recovery began is acknowledged. */
    public void complete() {
        rack.onRecoveryExit();
        end();
    }

    /** Recovery was never needed. */
    public void undone() {
        undo.disarm();
        end();
    }

    private void end() {
        phase = Phase.OPEN;
        duplicates.exitRecovery();
        forwardRto.cancel();
    }
}
