/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.observe.Incident;
import java.net.InetSocketAddress;
import java.util.Locale;

/** Writes a session's figures as {@code ss -ti} does: only those that say something, times in milliseconds. */
final class SessionInfoLine {
    private static final double MILLI_NANOS = 1e6;
    private static final int BITS = 8;

    private final StringBuilder text = new StringBuilder(512);

    private SessionInfoLine() {
    }

    static String of(SessionInfo info) {
        SessionInfoLine line = new SessionInfoLine();
        line.addresses(info);
        line.options(info);
        line.path(info);
        line.totals(info);
        line.rates(info);
        line.flight(info);
        line.incidents(info);
        line.receiver(info);
        line.number("udp_rcvbuf", info.socketReceiveBufferBytes());
        line.flag("gso", info.offload().segmentsOnSend());
        line.flag("gro", info.offload().coalescesOnReceive());
        return line.text.toString();
    }

    private void addresses(SessionInfo info) {
        text.append(info.state().rfcName()).append(' ').append(info.receiveQueueBytes()).append(' ')
                .append(info.sendQueueBytes()).append(' ').append(address(info.localAddress())).append(' ')
                .append(address(info.remoteAddress()));
        if (!info.timer().isEmpty()) {
            word("timer:(" + info.timer() + ',' + millis(info.timerNanos()) + "ms)");
        }
    }

    private void options(SessionInfo info) {
        flag("ts", info.timestamps());
        flag("sack", info.selectiveAcknowledgments());
        flag(info.congestionControl(), !info.congestionControl().isEmpty());
        if (info.sendWindowScale() >= 0) {
            word("wscale:" + info.sendWindowScale() + ',' + info.receiveWindowScale());
        }
        if (info.recovery() != SessionInfo.RecoveryState.OPEN) {
            word("ca_state:" + info.recovery().name().toLowerCase(Locale.ROOT));
        }
    }

    private void path(SessionInfo info) {
        time("rto", info.rtoNanos());
        number("backoff", info.backoffs());
        if (info.smoothedRttNanos() > 0) {
            word("rtt:" + millis(info.smoothedRttNanos()) + '/' + millis(info.rttVariationNanos()));
            time("minrtt", info.minRttNanos());
        }
        number("mss", info.segmentBytes());
        number("pmtu", info.mtu());
        number("cwnd_bytes", info.congestionWindowBytes());
        if (info.slowStartThresholdBytes() != Long.MAX_VALUE) {
            number("ssthresh_bytes", info.slowStartThresholdBytes());
        }
    }

    private void totals(SessionInfo info) {
        number("bytes_sent", info.bytesSent());
        number("bytes_retrans", info.bytesRetransmitted());
        number("bytes_acked", info.bytesAcknowledged());
        number("bytes_received", info.bytesReceived());
        number("segs_out", info.segmentsSent());
        number("segs_in", info.segmentsReceived());
    }

    private void rates(SessionInfo info) {
        time("age", info.ageNanos());
        time("lastsnd", info.sinceSentNanos());
        time("lastrcv", info.sinceReceivedNanos());
        rate("pacing_rate", info.pacingRate());
        rate("delivery_rate", info.deliveryRate());
        flag("app_limited", info.appLimited());
    }

    private void flight(SessionInfo info) {
        number("unacked_bytes", info.flightBytes());
        number("notsent", info.notSentBytes());
        number("retrans", info.retransmissions());
        number("lost", info.lostSegments());
        number("sacked", info.sackedSegments());
        number("dsack_dups", info.of(Incident.DUPLICATE_SACK));
        flag("reord_seen", info.reorderingSeen());
        number("snd_wnd", info.peerWindowBytes());
        number("snd_buf", info.sendBufferBytes());
    }

    private void incidents(SessionInfo info) {
        number("timeouts", info.retransmissionTimeouts());
        number("recoveries", info.fastRecoveries());
        number("tlp", info.tailLossProbes());
        number("spurious", info.spuriousLosses());
        number("challenge_acks", info.challengeAcks());
        number("soft_errors", info.softErrors());
        number("rcv_dups", info.of(Incident.DUPLICATE));
        number("rcv_ooopack", info.of(Incident.OUT_OF_ORDER));
    }

    private void receiver(SessionInfo info) {
        time("rcv_rtt", info.receiverRttNanos());
        number("rcv_space", info.receiveSpaceBytes());
        number("rcv_wnd", info.receiveWindowBytes());
        number("rcv_buf", info.receiveBufferBytes());
        number("rcv_ooo_bytes", info.reassemblyBytes());
    }

    private void word(String word) {
        text.append(' ').append(word);
    }

    private void flag(String name, boolean set) {
        if (set) {
            word(name);
        }
    }

    private void number(String name, long value) {
        if (value != 0) {
            word(name + ':' + value);
        }
    }

    private void time(String name, long nanos) {
        if (nanos != 0) {
            word(name + ':' + millis(nanos));
        }
    }

    private void rate(String name, long bytesPerSecond) {
        if (bytesPerSecond != 0) {
            word(name + ' ' + bytesPerSecond * BITS + "bps");
        }
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / MILLI_NANOS);
    }

    private static String address(InetSocketAddress address) {
        String host = address.getAddress() == null ? address.getHostString() : address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + address.getPort();
    }
}
