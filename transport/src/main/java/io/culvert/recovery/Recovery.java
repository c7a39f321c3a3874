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
    /** Whether a timeout was spurious. */
    public final ForwardRto forwardRto = new ForwardRto();

    private Phase phase = Phase.OPEN;
    private int recoveryPoint;
    /** Made when fast recovery begins for the first time. */
    private ProportionalRate rate;
    /** Made when something is sent again for the first time. */
    private Undo undo;

    /** Whether fast recovery is under way. */
    public boolean isFast() {
        return phase == Phase.FAST_RECOVERY;
    }

    /** What may be sent in fast recovery, which has begun once. */
    public ProportionalRate rate() {
        return rate;
    }

    /** Whether an episode was spurious. */
    public Undo undo() {
        if (undo == null) {
            undo = new Undo();
        }
        return undo;
    }

    /** RFC 3708: whether there was an episode, and every retransmission of it was reported as a duplicate. */
    public boolean isNothingLost() {
        return undo != null && undo.isNothingLost();
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
        if (rate == null) {
            rate = new ProportionalRate();
        }
        recoveryPoint = sndNxt;
        undo().begin(sndUna);
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
            undo().begin(sndUna);
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
        undo().disarm();
        end();
    }

    private void end() {
        phase = Phase.OPEN;
        duplicates.exitRecovery();
        forwardRto.cancel();
    }
}
