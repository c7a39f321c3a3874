/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.listen.EndpointKeys;
import io.culvert.segment.Segment;
import io.culvert.session.Handshake;
import io.culvert.session.PathMtu;
import io.culvert.session.Session;
import io.culvert.session.SessionConfig;
import io.culvert.session.TimeWait;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** How the sessions of a carrier begin: their numbers, the MTU they start with, what they take the place of. */
final class Openings {
    private final Carrier carrier;
    private final EndpointKeys keys;

    Openings(Carrier carrier, EndpointKeys keys) {
        this.carrier = carrier;
        this.keys = keys;
    }

    /** The session that connects to a peer. */
    CarriedSession active(InetSocketAddress peer, SessionConfig config) {
        long now = carrier.now();
        TimeWait reopened = carrier.timeWaits.find(peer);
        Session session = newSession(peer, false, config, iss(peer, reopened, now));
        if (reopened != null) {
            carrier.timeWaits.end(reopened, ConnectionEvent.OPEN_ACTIVE, now);
            session.reopens(reopened);
        }
        return carrier.add(session);
    }

    /** The session of a connection request; of a session in TIME-WAIT that it reopens, {@code null} for none. */
    CarriedSession passive(InetSocketAddress peer, TimeWait reopened, long nowNanos) {
        return addPassive(passiveSession(peer, iss(peer, reopened, nowNanos)));
    }

    /** The session that a SYN cookie stands for. */
    CarriedSession ofCookie(InetSocketAddress peer, int cookie, Segment syn, long nowNanos) {
        Session session = passiveSession(peer, cookie);
        Handshake.restore(session, syn, nowNanos);
        return addPassive(session);
    }

    /** A session of the listener's that is not among the carrier's. */
    Session passiveSession(InetSocketAddress peer, int iss) {
        return newSession(PeerAddress.of(peer), true, carrier.acceptor().newSessionConfig(), iss);
    }

    private CarriedSession addPassive(Session session) {
        session.acceptQueue(carrier.listener());
        CarriedSession carried = carrier.add(session);
        carrier.fire(session, ConnectionEvent.OPEN_PASSIVE);
        return carried;
    }

    /** Puts a session that is open into the accept queue, and takes it out again when it ends there. */
    void offer(CarriedSession carried) {
        Session session = carried.session();
        boolean connected = session.inbox.pollConnected();
        if (session.state() != ConnectionState.CLOSED) {
            if (connected) {
                carried.enterAcceptQueue();
                carrier.acceptor().onEstablished(carried);
            }
        } else if (carried.isInAcceptQueue()) {
            carrier.acceptor().onUnacceptedFailed(carried);
        } else if (connected) {
            // opened and reset within one batch: it was counted, and nobody will hear of it
            carrier.listener().accepted();
        }
    }

    private Session newSession(InetSocketAddress peer, boolean passive, SessionConfig config, int iss) {
        InetSocketAddress local = carrier.local();
        return new Session(local, peer, passive, config, carrier.udp().alloc(), pathTo(peer, config), iss,
                keys.timestampOffset(local, peer));
    }

    /** RFC 6528; RFC 6191: beyond anything that the session in TIME-WAIT can have sent. */
    private int iss(InetSocketAddress peer, TimeWait reopened, long nowNanos) {
        int iss = keys.initialSequenceNumber(carrier.local(), peer, nowNanos);
        return reopened == null ? iss : reopened.issBeyond(iss);
    }

    private PathMtu pathTo(InetSocketAddress peer, SessionConfig config) {
        InetAddress address = peer.getAddress();
        boolean ipv6 = address instanceof Inet6Address;
        int mtu = config.interfaceMtu > 0
                ? config.interfaceMtu : InterfaceMtu.towards(address, carrier.local().getAddress(), carrier.now());
        DontFragment set = carrier.dontFragment();
        // what loopback takes whole nobody fragments
        boolean whole = (ipv6 ? set.ipv6() : set.ipv4()) || address.isLoopbackAddress();
        return new PathMtu(mtu, ipv6, whole);
    }
}
