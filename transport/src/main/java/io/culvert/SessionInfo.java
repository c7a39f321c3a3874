/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.carrier.CarriedSession;
import io.culvert.carrier.Offload;
import io.culvert.congestion.CongestionController;
import io.culvert.observe.Incident;
import io.culvert.recovery.Recovery;
import io.culvert.session.Session;
import io.culvert.session.SessionCounters;
import io.culvert.state.ConnectionState;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a session looks like at one moment, as {@code ss -ti} shows it for a kernel's connection; {@link #toString()}
 * is such a line.
 *
 * @param state the state of RFC 9293
 * @param localAddress our UDP address
 * @param remoteAddress the peer's UDP address
 * @param smoothedRttNanos SRTT of RFC 6298 in nanoseconds, 0 before the first sample
 * @param rttVariationNanos RTTVAR of RFC 6298 in nanoseconds
 * @param minRttNanos the smallest round trip measured in nanoseconds, 0 before the first sample
 * @param rtoNanos the retransmission timeout in nanoseconds, backoff included
 * @param congestionWindowBytes cwnd, 0 before ESTABLISHED
 * @param slowStartThresholdBytes ssthresh, {@link Long#MAX_VALUE} in the first slow start
 * @param flightBytes bytes sent and not acknowledged
 * @param sendQueueBytes bytes written and not acknowledged, those in flight included
 * @param receiveQueueBytes bytes received in order and not read
 * @param reassemblyBytes bytes received ahead of a hole
 * @param sendBufferBytes the size of the send buffer now
 * @param receiveBufferBytes the size of the receive buffer now
 * @param socketReceiveBufferBytes the receive buffer that the kernel grants the UDP socket
 * @param peerWindowBytes SND.WND
 * @param receiveWindowBytes RCV.WND
 * @param segmentBytes most payload bytes in a segment sent
 * @param mtu the path's MTU in use
 * @param segmentsSent segments sent, retransmissions included
 * @param segmentsReceived segments received
 * @param bytesSent payload bytes sent, retransmissions included
 * @param bytesReceived payload bytes received in order
 * @param retransmissions segments sent again
 * @param retransmissionTimeouts expiries of the retransmission timer
 * @param fastRecoveries fast recoveries begun
 * @param tailLossProbes probes of a flight's tail sent (RFC 8985)
 * @param spuriousLosses loss episodes that proved spurious and were undone
 * @param challengeAcks challenge ACKs sent (RFC 5961)
 * @param softErrors ICMP errors survived (RFC 5927), and refusals in a rendezvous
 * @param offload whether the kernel cuts up and puts together the UDP socket's trains of datagrams
 * @param passive whether the peer has opened the session
 * @param ageNanos how long ago the handshake began
 * @param timestamps whether both sides send timestamps (RFC 7323)
 * @param selectiveAcknowledgments whether both sides permit SACK (RFC 2018)
 * @param sendWindowScale the shift count of the peer's windows, -1 when windows are not scaled
 * @param receiveWindowScale the shift count of our windows, -1 when windows are not scaled
 * @param congestionControl the congestion controller's name, empty before ESTABLISHED
 * @param recovery what loss recovery does
 * @param backoffs how often the retransmission timeout stands doubled
 * @param pacingRate bytes per second at which segments leave, 0 while the session is not paced
 * @param deliveryRate bytes per second at which the path delivered the flight measured last, 0 when nothing was
 *         measured since the session rested
 * @param appLimited whether what was in flight then was what the application gave, not what the path takes
 * @param bytesAcknowledged payload bytes that the peer has acknowledged
 * @param bytesRetransmitted payload bytes sent again
 * @param notSentBytes bytes written and never sent
 * @param lostSegments segments in flight taken for lost and not sent again yet
 * @param sackedSegments segments in flight that the peer has acknowledged selectively
 * @param reorderingSeen whether the path was seen to reorder (RFC 8985)
 * @param receiverRttNanos the round trip as the receiving side knows it, 0 before it does
 * @param receiveSpaceBytes the most that the application has read within a round trip, which the receive buffer follows
 * @param sinceSentNanos how long ago the last segment left that takes sequence numbers
 * @param sinceReceivedNanos how long ago the last acceptable segment came, since ESTABLISHED
 * @param timer what happens next if nothing else does, as {@code retransmit} or {@code keepalive}; empty for nothing
 * @param timerNanos in how many nanoseconds
 * @param incidents how often each thing has happened that seldom does; what has not is not in it
 */
public record SessionInfo(ConnectionState state, InetSocketAddress localAddress, InetSocketAddress remoteAddress,
        long smoothedRttNanos, long rttVariationNanos, long minRttNanos, long rtoNanos,
        long congestionWindowBytes, long slowStartThresholdBytes, long flightBytes,
        long sendQueueBytes, long receiveQueueBytes, long reassemblyBytes,
        long sendBufferBytes, long receiveBufferBytes, long socketReceiveBufferBytes,
        long peerWindowBytes, long receiveWindowBytes, int segmentBytes, int mtu,
        long segmentsSent, long segmentsReceived, long bytesSent, long bytesReceived,
        long retransmissions, long retransmissionTimeouts, long fastRecoveries, long tailLossProbes,
        long spuriousLosses, long challengeAcks, long softErrors, Offload offload,
        boolean passive, long ageNanos, boolean timestamps, boolean selectiveAcknowledgments,
        int sendWindowScale, int receiveWindowScale, String congestionControl, RecoveryState recovery, int backoffs,
        long pacingRate, long deliveryRate, boolean appLimited,
        long bytesAcknowledged, long bytesRetransmitted, long notSentBytes,
        int lostSegments, int sackedSegments, boolean reorderingSeen,
        long receiverRttNanos, long receiveSpaceBytes, long sinceSentNanos, long sinceReceivedNanos,
        String timer, long timerNanos, Map<Incident, Long> incidents) {

    /** What loss recovery does, with Linux's names ({@code tcp_ca_state}). */
    public enum RecoveryState {
        /** Nothing is lost, as far as is known. */
        OPEN,
        /** The peer acknowledges selectively, and nothing is taken for lost yet. */
        DISORDER,
        /** Fast recovery (RFC 6675, RFC 8985, RFC 6582). */
        RECOVERY,
        /** The retransmission timer has expired. */
        LOSS;

        static RecoveryState of(Session session) {
            Recovery recovery = session.recovery;
            if (recovery.isFast()) {
                return RECOVERY;
            }
            if (recovery.isTimeout()) {
                return LOSS;
            }
            return session.flight.sackedRecords() > 0 ? DISORDER : OPEN;
        }
    }

    static SessionInfo of(CarriedSession carried) {
        Session session = carried.session();
        long now = carried.now();
        SessionCounters counters = session.counters;
        CongestionController congestion = session.congestion();
        boolean scaled = session.isWindowScaled();
        return new SessionInfo(session.state(), session.localAddress(), session.remoteAddress(),
                session.rtt.smoothedNanos(), session.rtt.variationNanos(),
                session.rtt.hasSample() ? session.rtt.minNanos() : 0, session.rtt.rtoNanos(),
                congestion == null ? 0 : congestion.congestionWindow(),
                congestion == null ? Long.MAX_VALUE : congestion.slowStartThreshold(), session.snd.flightSize(),
                session.sendQueue.bytes(), session.receiveQueue.bytes(), session.reassembly.bytes(),
                session.buffers.sendBytes(), session.buffers.receiveBytes(), session.socketRoom().bytes(),
                session.snd.wnd(), session.rcv.wnd(), session.smss(), session.path.mtu(),
                counters.segmentsSent(), counters.segmentsReceived(), counters.bytesSent(), counters.bytesReceived(),
                counters.of(Incident.RETRANSMISSION), counters.of(Incident.RETRANSMISSION_TIMEOUT),
                counters.of(Incident.FAST_RECOVERY), counters.of(Incident.TAIL_LOSS_PROBE),
                counters.of(Incident.SPURIOUS_LOSS), counters.of(Incident.CHALLENGE_ACK),
                counters.of(Incident.SOFT_ERROR), carried.offload(),
                session.isPassive(), now - session.openedNanos(), session.timestamps.isOn(),
                session.isSackPermitted(), scaled ? session.snd.scale() : -1, scaled ? session.rcv.scale() : -1,
                congestion == null ? "" : congestion.name(), RecoveryState.of(session), session.rtt.backoffs(),
                session.pacer.bytesPerSecond(), session.rate.latestRate(), session.rate.isAppLimited(),
                session.sendQueue.totalReleased(), counters.bytesRetransmitted(), session.notSentBytes(),
                session.flight.lostRecords(), session.flight.sackedRecords(),
                session.recovery.rack.isReorderingSeen(),
                session.buffers.receiverRttNanos(), session.buffers.mostReadBytes(),
                session.sinceSentNanos(now), session.sinceReceivedNanos(now),
                session.timers.nextName(), session.timers.untilNext(now), incidentsOf(counters));
    }

    private static Map<Incident, Long> incidentsOf(SessionCounters counters) {
        Map<Incident, Long> incidents = new EnumMap<>(Incident.class);
        for (Incident incident : Incident.values()) {
            long count = counters.of(incident);
            if (count > 0) {
                incidents.put(incident, count);
            }
        }
        return Collections.unmodifiableMap(incidents);
    }

    /** How often something has happened. */
    public long of(Incident incident) {
        return incidents.getOrDefault(incident, 0L);
    }

    /** One line, with the names and units of {@code ss -ti} where it has them. */
    @Override
    public String toString() {
        return SessionInfoLine.of(this);
    }
}
