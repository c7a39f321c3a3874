/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.culvert.state.ConnectionState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * A session in a list, as {@code netstat} and {@code ss} have it: a half-open one and what is left of one in TIME-WAIT,
 * too.
 *
 * @param state the state of RFC 9293
 * @param localAddress our UDP address
 * @param remoteAddress the peer's UDP address
 * @param receiveQueueBytes bytes received in order and not read
 * @param sendQueueBytes bytes written and not acknowledged, those in flight included
 * @param bytesSent payload bytes sent, retransmissions included; 0 in TIME-WAIT, which keeps no counts
 * @param bytesReceived payload bytes received in order; 0 in TIME-WAIT
 * @param retransmissions segments sent again; 0 in TIME-WAIT
 * @param smoothedRttNanos SRTT of RFC 6298 in nanoseconds, 0 before the first sample and in TIME-WAIT
 * @param timer what happens next if nothing else does, as {@code retransmit} or {@code time-wait}; empty for nothing
 * @param timerNanos in how many nanoseconds; 0 for nothing, or at once
 */
public record SessionSummary(ConnectionState state, InetSocketAddress localAddress, InetSocketAddress remoteAddress,
        long receiveQueueBytes, long sendQueueBytes, long bytesSent, long bytesReceived, long retransmissions,
        long smoothedRttNanos, String timer, long timerNanos) {
    private static final double MILLI_NANOS = 1e6;
    private static final double SECOND_NANOS = 1e9;
    private static final String COLUMNS = "%-12s %9s %9s  %-24s %-24s %12s %12s %7s %10s  %s";

    /** The heading of a table whose lines are {@link #toString()}. */
    public static String heading() {
        return String.format(Locale.ROOT, COLUMNS, "State", "Recv-Q", "Send-Q", "Local address", "Peer address",
                "Sent", "Received", "Retrans", "RTT ms", "Timer").stripTrailing();
    }

    /** A line under {@link #heading()}. */
    @Override
    public String toString() {
        String rtt = smoothedRttNanos == 0 ? "-" : String.format(Locale.ROOT, "%.3f", smoothedRttNanos / MILLI_NANOS);
        String next = timer.isEmpty() ? ""
                : String.format(Locale.ROOT, "%s %.3f s", timer, timerNanos / SECOND_NANOS);
        return String.format(Locale.ROOT, COLUMNS, state.rfcName(), receiveQueueBytes, sendQueueBytes,
                text(localAddress), text(remoteAddress), bytesSent, bytesReceived, retransmissions, rtt, next)
                .stripTrailing();
    }

    private static String text(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        String numeric = host == null ? address.getHostString() : host.getHostAddress();
        return (numeric.indexOf(':') < 0 ? numeric : '[' + numeric + ']') + ':' + address.getPort();
    }
}
