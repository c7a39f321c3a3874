/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.observe.CarrierIncident;
import io.culvert.observe.Incident;
import io.culvert.session.PathProber;
import io.culvert.session.Session;
import io.culvert.state.CloseReason;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.PortUnreachableException;

/** What the errors of a carrier's UDP channel mean: ICMP for a session, a datagram too long, or a fault of ours. */
final class SocketErrors {
    private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(SocketErrors.class);

    private final Carrier carrier;
    private boolean warned;

    SocketErrors(Carrier carrier) {
        this.carrier = carrier;
    }

    /** An exception in the pipeline: from the socket, or a fault of ours. Logged once, counted always. */
    void onException(Throwable cause) {
        carrier.counters.note(CarrierIncident.SOCKET_ERROR);
        CarriedSession only = cause instanceof IOException ? carrier.onlySession() : null;
        if (only != null) {
            onIcmp(only, isPortUnreachable(cause));
        } else if (!(cause instanceof IOException && carrier.isConnected())) {
            warnOnce(cause);
        }
    }

    /** What threw worked for one session, which ends with it. */
    void onFault(Session session, Throwable cause) {
        carrier.counters.note(CarrierIncident.SOCKET_ERROR);
        warnOnce(cause);
        session.fail(cause);
    }

    private void warnOnce(Throwable cause) {
        if (!warned) {
            warned = true;
            LOGGER.warn("{}: an error on the UDP channel; further ones are only counted", carrier.udp(), cause);
        }
    }

    /** What the kernel makes of an ICMP port unreachable: NIO has a type for it, the native transports a message. */
    private static boolean isPortUnreachable(Throwable cause) {
        return cause instanceof PortUnreachableException || cause instanceof ConnectException
                || String.valueOf(cause.getMessage()).contains("Connection refused");
    }

    /** RFC 5927: a port unreachable is fatal in answer to a SYN, everything else is soft. */
    private void onIcmp(CarriedSession carried, boolean portUnreachable) {
        Session session = carried.session();
        if (portUnreachable && session.state() == ConnectionState.SYN_SENT) {
            session.machine.closeReason(CloseReason.REFUSED);
            carrier.fire(session, ConnectionEvent.RST);
        } else {
            session.counters.note(Incident.SOFT_ERROR);
        }
        serveLater(carried);
    }

    /** A datagram of the session could not be sent. */
    void onSendFailure(CarriedSession carried, Throwable cause) {
        if (DontFragment.isTooLong(cause)) {
            carrier.counters.note(CarrierIncident.DATAGRAM_TOO_LONG);
            InterfaceMtu.forget();
            PathProber.refused(carried.session(), carrier.now());
            serveLater(carried);
        } else if (carrier.udp().isOpen()) {
            carrier.udp().pipeline().fireExceptionCaught(cause);
        }
    }

    void serveLater(CarriedSession carried) {
        carrier.batch.touch(carried);
        carrier.loop().execute(carrier.batch::run);
    }
}
