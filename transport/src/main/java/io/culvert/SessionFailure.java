/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.observe.Incident;
import io.culvert.session.Session;
import io.culvert.state.CloseReason;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;

/** The exception by which an application hears why its session failed. */
final class SessionFailure {
    private SessionFailure() {
    }

    static Exception of(Session session, boolean connecting) {
        CloseReason reason = session.machine.reason();
        if (reason == CloseReason.REFUSED) {
            return new ConnectException("Connection refused");
        }
        if (reason == CloseReason.TIMED_OUT) {
            return connecting
                    ? new ConnectTimeoutException("connection timed out: no answer from " + session.remoteAddress()
                            + " to " + (session.counters.of(Incident.RETRANSMISSION) + 1) + " SYNs")
                    : new CulvertTimeoutException("Connection timed out: no acknowledgment from "
                            + session.remoteAddress());
        }
        if (reason == CloseReason.USER_TIMEOUT) {
            return ofUserTimeout(session, connecting);
        }
        if (reason == CloseReason.KEEPALIVE_TIMEOUT) {
            int probes = session.keepalive.unanswered();
            return new CulvertTimeoutException("Connection timed out: " + session.remoteAddress()
                    + " has not answered " + probes + " keepalive probe" + (probes == 1 ? "" : "s"));
        }
        if (reason == CloseReason.FAULT) {
            return new IOException("Connection aborted: " + session.fault(), session.fault());
        }
        return reason == CloseReason.CARRIER_CLOSED ? new ClosedChannelException()
                : new IOException("Connection reset by peer");
    }

    private static Exception ofUserTimeout(Session session, boolean connecting) {
        String millis = session.config.userTimeoutNanos / 1_000_000 + " ms (TCP_USER_TIMEOUT)";
        return connecting
                ? new ConnectTimeoutException("connection timed out: no answer from " + session.remoteAddress()
                        + " within " + millis)
                : new CulvertTimeoutException("Connection timed out: " + session.remoteAddress()
                        + " has taken no data for " + millis);
    }
}
