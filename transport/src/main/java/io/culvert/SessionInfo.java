/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.carrier.Offload;
import io.culvert.congestion.CongestionController;
import io.culvert.session.Incident;
import io.culvert.session.Session;
import io.culvert.session.SessionCounters;
import io.culvert.state.ConnectionState;
import java.net.InetSocketAddress;

/**
 * What a session looks like at one moment, as {@code ss -ti} shows it for a kernel's connection.
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
 */
public record SessionInfo(ConnectionState state, InetSocketAddress localAddress, InetSocketAddress remoteAddress,
        long smoothedRttNanos, long rttVariationNanos, long minRttNanos, long rtoNanos,
        long congestionWindowBytes, long slowStartThresholdBytes, long flightBytes,
        long sendQueueBytes, long receiveQueueBytes, long reassemblyBytes,
        long sendBufferBytes, long receiveBufferBytes, long socketReceiveBufferBytes,
        long peerWindowBytes, long receiveWindowBytes, int segmentBytes, int mtu,
        long segmentsSent, long segmentsReceived, long bytesSent, long bytesReceived,
        long retransmissions, long retransmissionTimeouts, long fastRecoveries, long tailLossProbes,
        long spuriousLosses, long challengeAcks, long softErrors, Offload offload) {

    static SessionInfo of(Session session, Offload offload) {
        SessionCounters counters = session.counters;
        CongestionController congestion = session.congestion();
        return new SessionInfo(session.state(), session.localAddress(), session.remoteAddress(),
                session.rtt.smoothedNanos(), session.rtt.variationNanos(),
                session.rtt.hasSample() ? session.rtt.minNanos() : 0, session.rtt.rtoNanos(),
                congestion == null ? 0 : congestion.congestionWindow(),
                congestion == null ? Long.MAX_VALUE : congestion.slowStartThreshold(), session.snd.flightSize(),
                session.sendQueue.bytes(), session.receiveQueue.bytes(), session.reassembly.bytes(),
                session.buffers.sendBytes(), session.buffers.receiveBytes(), session.socketRoom().bytes(),
                session.snd.wnd(), session.rcv.wnd(), session.smss(), session.path.mtu(),
                counters.segmentsSent, counters.segmentsReceived, counters.bytesSent, counters.bytesReceived,
                counters.of(Incident.RETRANSMISSION), counters.of(Incident.RETRANSMISSION_TIMEOUT),
                counters.of(Incident.FAST_RECOVERY), counters.of(Incident.TAIL_LOSS_PROBE),
                counters.of(Incident.SPURIOUS_LOSS), counters.of(Incident.CHALLENGE_ACK),
                counters.of(Incident.SOFT_ERROR), offload);
    }
}
