/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static io.culvert.segment.SequenceNumber.greaterThan;
import static io.culvert.segment.SequenceNumber.lessOrEqual;

import io.culvert.congestion.CongestionController;
import io.culvert.congestion.DeliveryRate;
import io.culvert.observe.Incident;
import io.culvert.recovery.ForwardRto;
import io.culvert.recovery.FlightLog;
import io.culvert.recovery.Recovery;
import io.culvert.recovery.SackScoreboard;
import io.culvert.recovery.SegmentFate;
import io.culvert.segment.Segment;

/**
 * What acknowledgments and timers mean for loss recovery and congestion control: finds losses, begins and ends
 * recovery, takes back what was spurious, and tells the congestion controller. One serves all sessions of a carrier,
 * one call at a time.
 */
public final class RecoveryProcessor implements SegmentFate {
    private final AckEvent event = new AckEvent();

    /** {@code null} between acknowledgments: a carrier in TIME-WAIT keeps no session. */
    private Session session;
    private long nowNanos;
    private boolean echoed;
    private int echo;
    private int ackedSegments;
    private int priorUna;
    private int priorDuplicates;
    private boolean originalDelivered;
    private boolean selective;
    private long selectiveRttNanos;

    /**
     * An acknowledgment begins to be processed.
     *
     * @param echoed whether the segment has a timestamp echo that can be trusted
     */
    void begin(Session session, boolean echoed, int echo, long nowNanos) {
        this.session = session;
        this.nowNanos = nowNanos;
        this.echoed = echoed;
        this.echo = echo;
        ackedSegments = 0;
        priorUna = session.snd.una();
        priorDuplicates = session.recovery.duplicates.count();
        originalDelivered = false;
        selective = false;
        event.reset(session, nowNanos);
        session.rate.beginAck();
        session.recovery.rack.beginAck();
    }

    @Override
    public void delivered(int record) {
        FlightLog flight = session.flight;
        event.newlyAckedBytes += flight.bytesOf(record);
        ackedSegments++;
        PathProber.delivered(session, record, nowNanos);
        session.rate.onDelivered(flight, record, nowNanos);
        if (session.isSackPermitted()) {
            // what is echoed with a SACK block is older than the segment that the block tells of
            session.recovery.rack.onDelivered(flight, record, session.rtt.minNanos(), echoed && !selective, echo,
                    nowNanos);
        }
        if (!flight.isRetransmitted(record)) {
            originalDelivered |= lessOrEqual(flight.endOf(record), session.recovery.recoveryPoint());
            if (selective) {
                selectiveRttNanos = nowNanos - flight.sentNanosOf(record);
            }
        }
    }

    /** Takes the SACK blocks, after what is acknowledged cumulatively. */
    void takeBlocks(Segment segment) {
        selective = true;
        selectiveRttNanos = -1;
        session.recovery.scoreboard.take(segment, session.flight, session.snd.una(), this);
        if (event.rttNanos < 0 && selectiveRttNanos >= 0) {
            // as Linux: a segment acknowledged selectively measures the path, too
            sampled(selectiveRttNanos);
        }
    }

    /** A part of the first record is delivered. */
    void deliveredPart(int bytes) {
        event.newlyAckedBytes += bytes;
        session.rate.onDelivered(bytes);
    }

    /** A round trip was measured. */
    void sampled(long rttNanos) {
        event.rttNanos = rttNanos;
        session.rtt.sample(rttNanos);
        session.counters.roundTrip(rttNanos);
        session.recovery.probe.onMeasured();
    }

    @Override
    public void lost(int record) {
        FlightLog flight = session.flight;
        if (flight.isProbe(record)) {
            // RFC 8899 section 3, item 7: the loss of a probe is no sign of congestion
            PathProber.lost(session, nowNanos);
            return;
        }
        int bytes = flight.bytesOf(record);
        session.rate.onLost(bytes);
        event.newlyLostBytes += bytes;
        session.congestion().onLost(nowNanos, bytes, flight.inFlightOf(record),
                session.rate.lost() - flight.lostOf(record), flight.isAppLimited(record));
    }

    private void takeForLost(int record) {
        if (!session.flight.isLost(record)) {
            lost(record);
            session.flight.markLost(record);
        }
    }

    /**
     * All of an acknowledgment is taken into the flight log.
     *
     * @param advanced whether SND.UNA advanced
     * @param plain whether it is a duplicate acknowledgment that has no SACK blocks
     */
    void finish(boolean advanced, boolean plain) {
        session.rate.endAck();
        Recovery recovery = session.recovery;
        if (advanced) {
            PathProber.advanced(session, nowNanos);
        }
        boolean duplicateSack = session.isSackPermitted() && recovery.scoreboard.isDuplicate();
        if (duplicateSack) {
            session.counters.note(Incident.DUPLICATE_SACK);
            recovery.rack.onDuplicateSack(session.snd.una(), session.snd.nxt());
            recovery.undo().onDuplicateSack(recovery.scoreboard.duplicateLeft(), recovery.scoreboard.duplicateRight());
        }
        probe(duplicateSack, plain);
        // a peer that acknowledges selectively tells what it has, and its duplicates are not counted
        boolean duplicate = plain && !session.isSackPermitted() && !session.flight.isEmpty();
        if (event.newlyAckedBytes > 0 || advanced || duplicate || duplicateSack) {
            detect(advanced, duplicate);
            move(advanced);
            report(advanced, duplicate);
        }
        session = null;
    }

    private void detect(boolean advanced, boolean duplicate) {
        Recovery recovery = session.recovery;
        if (session.isSackPermitted()) {
            recovery.rack.detectLosses(session.flight, recovery.isUnderWay(), session.rtt, this, nowNanos);
            armReordering();
        } else if (duplicate) {
            // as Linux: after a timeout only what was sent since can make duplicates that tell something
            boolean telling = !recovery.isTimeout() || greaterThan(session.snd.nxt(), recovery.recoveryPoint());
            if (telling && recovery.duplicates.onDuplicateAck(session.snd.una())) {
                takeForLost(session.flight.first());
            }
        } else if (advanced) {
            recovery.duplicates.onNewAck(session.snd.una(), ackedSegments);
            if (recovery.isFast() && !recovery.isComplete(session.snd.una())) {
                // RFC 6582 3.2 step 3: a partial acknowledgment shows the next loss, which is repaired at once
                takeForLost(session.flight.first());
                session.outbox.orderRetransmitFirst();
            }
        }
    }

    /** RFC 8985 section 8: the reordering timer takes the place of the retransmission timer, as long as it runs. */
    private void armReordering() {
        TimerTable timers = session.timers;
        if (session.recovery.rack.isWaiting()) {
            timers.set(TimerKind.REORDERING, session.recovery.rack.nextNanos());
            timers.stop(TimerKind.RETRANSMIT);
            return;
        }
        timers.stop(TimerKind.REORDERING);
        if (!session.flight.isEmpty() && !timers.isSet(TimerKind.RETRANSMIT)) {
            timers.set(TimerKind.RETRANSMIT, nowNanos + session.rtt.rtoNanos());
        }
    }

    /** RFC 8985 7.4: a loss that the probe has repaired is a congestion event all the same. */
    private void probe(boolean duplicateSack, boolean plain) {
        Recovery recovery = session.recovery;
        boolean reported = duplicateSack && recovery.scoreboard.duplicateRight() == recovery.probe.endSequence();
        if (recovery.probe.onAck(session.snd.una(), reported, plain) && !recovery.isUnderWay()) {
            session.counters.note(Incident.TAIL_LOSS_REPAIRED);
            CongestionController congestion = session.congestion();
            congestion.onCongestionEvent(nowNanos, flightSize());
            congestion.onRecoveryExit(nowNanos, session.inFlight());
        }
    }

    /** Begins and ends recovery. */
    private void move(boolean advanced) {
        Recovery recovery = session.recovery;
        boolean complete = recovery.isComplete(session.snd.una());
        boolean spurious = advanced && recovery.isUnderWay() && recovery.undo().isOriginalAcknowledged(echoed, echo)
                || recovery.isNothingLost();
        if (recovery.isTimeout()) {
            FlightLog flight = session.flight;
            boolean answered = advanced && (flight.isEmpty() || !flight.isRetransmitted(flight.first()));
            ForwardRto.Verdict verdict = recovery.forwardRto.onAck(session.isSackPermitted(), answered, complete,
                    originalDelivered, session.hasSendableData());
            spurious |= verdict == ForwardRto.Verdict.SPURIOUS;
        }
        if (spurious) {
            undo();
        } else if (recovery.isUnderWay() && advanced && complete) {
            if (recovery.isFast()) {
                session.congestion().onRecoveryExit(nowNanos, session.inFlight());
            }
            recovery.complete();
        }
        if (!recovery.isUnderWay() && session.flight.lostRecords() > session.flight.lostProbes()) {
            enterFastRecovery();
        }
    }

    private void undo() {
        Recovery recovery = session.recovery;
        session.counters.note(Incident.SPURIOUS_LOSS);
        if (recovery.isUnderWay() && !recovery.isComplete(session.snd.una())) {
            session.flight.forgetLosses();
        }
        recovery.undone();
        session.congestion().onSpuriousLoss(nowNanos);
    }

    private void enterFastRecovery() {
        session.counters.note(Incident.FAST_RECOVERY);
        SendSpace snd = session.snd;
        CongestionController congestion = session.congestion();
        boolean probed = session.recovery.probe.isOutstanding();
        congestion.onCongestionEvent(nowNanos, flightSize());
        session.recovery.beginFast(snd.una(), snd.nxt());
        session.recovery.rate().begin(flightSize(), session.inFlight(), congestion.slowStartThreshold(), probed);
        session.outbox.orderRetransmitFirst();
        session.timers.stop(TimerKind.TAIL_LOSS_PROBE);
    }

    /** RFC 5681: FlightSize before the acknowledgment. */
    private long flightSize() {
        return (long) session.flight.bytes() + (session.snd.una() - priorUna);
    }

    /** RFC 6937 section 3: DeliveredData; without SACK a duplicate acknowledgment stands for a segment. */
    private long deliveredData(boolean duplicate) {
        if (session.isSackPermitted()) {
            return event.newlyAckedBytes;
        }
        long smss = session.smss();
        return duplicate ? smss : Math.max(event.newlyAckedBytes - priorDuplicates * smss, 0);
    }

    /** Tells the congestion controller. */
    private void report(boolean advanced, boolean duplicate) {
        Recovery recovery = session.recovery;
        if (recovery.isFast()) {
            recovery.rate().onAck(deliveredData(duplicate), session.inFlight(), advanced && event.newlyLostBytes == 0,
                    session.smss());
        }
        if (event.newlyAckedBytes > 0 || event.newlyLostBytes > 0) {
            CongestionController congestion = session.congestion();
            DeliveryRate rate = session.rate;
            event.inFlightBytes = session.inFlight();
            event.deliveredBytes = rate.delivered();
            event.lostBytes = rate.lost();
            event.priorDeliveredBytes = rate.priorDelivered();
            event.transmitInFlightBytes = rate.transmitInFlight();
            event.lostSinceTransmitBytes = rate.lostSinceTransmit();
            event.deliveryRate = rate.rate(nowNanos, session.rtt.minNanos());
            event.appLimited = rate.isSampleAppLimited();
            event.smoothedRttNanos = session.rtt.smoothedNanos();
            event.minRttNanos = session.rtt.minNanos();
            event.inOrder = advanced || recovery.rack.isReorderingSeen();
            event.inRecovery = recovery.isFast();
            event.cwndLimited = session.windowUse.isLimited(
                    congestion.congestionWindow(), congestion.slowStartThreshold());
            congestion.onAcknowledged(event);
        }
    }

    /** RFC 8985 6.2 step 5: the reordering timer expired. */
    void onReorderingTimeout(Session session, long nowNanos) {
        begin(session, false, 0, nowNanos);
        detect(false, false);
        move(false);
        report(false, false);
    }

    /** RFC 6298 5.4 to 5.6, RFC 5681 3.1: the retransmission timer expired after our SYN was acknowledged. */
    void onRetransmissionTimeout(Session session, long nowNanos) {
        begin(session, false, 0, nowNanos);
        FlightLog flight = session.flight;
        boolean reneged = SackScoreboard.isReneged(flight);
        if (reneged) {
            // RFC 2018 section 8
            session.counters.note(Incident.RENEGE);
            flight.forgetSacks();
        }
        if (session.isSackPermitted() && !reneged) {
            session.recovery.rack.detectOnTimeout(flight, session.rtt, this, nowNanos);
        } else {
            for (int record = flight.first(); record != flight.end(); record++) {
                takeForLost(record);
            }
        }
        session.congestion().onRetransmissionTimeout(nowNanos, flightSize(), session.retries == 1);
        session.recovery.beginTimeout(session.snd.una(), session.snd.nxt(), session.retries > 1);
        session.outbox.orderRetransmitFirst();
        session.timers.stop(TimerKind.REORDERING);
        session.timers.stop(TimerKind.TAIL_LOSS_PROBE);
    }
}
