/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.observe.CarrierIncident;
import io.culvert.session.Session;
import io.culvert.state.ConnectionState;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * What a carrier has to do with the carriers of the same address on other loops, and of other addresses of the same
 * port: it hands them their datagrams, and sessions move from one to another. A carrier that has none, as a client's,
 * is alone with every peer. Every method runs on the carrier's event loop.
 */
final class Siblings {
    private final Carrier carrier;
    private final HandedOver handedOver;
    /** Where sessions have gone that have not arrived there yet. */
    private final Map<InetSocketAddress, Carrier> departed = new HashMap<>(0);
    private Endpoint endpoint;
    private DatagramPacket received;

    Siblings(Carrier carrier) {
        this.carrier = carrier;
        handedOver = new HandedOver(carrier);
    }

    void join(Endpoint address) {
        endpoint = address;
    }

    /** The carrier's socket is gone. */
    void leave() {
        if (endpoint != null) {
            endpoint.port().onClosed(carrier, endpoint);
        }
    }

    Endpoint endpoint() {
        return endpoint;
    }

    // ---- datagrams ----------------------------------------------------------------------------------------------

    /** The datagram that is being received. */
    void received(DatagramPacket datagram) {
        received = datagram;
    }

    /**
     * Makes a peer's session this carrier's; the datagram, if another carrier was faster, that one's.
     *
     * @return false when it was handed over
     */
    boolean claim(InetSocketAddress peer) {
        return endpoint == null || !handTo(endpoint.claim(peer, carrier));
    }

    /** Nothing is left of the session with a peer. */
    void disclaim(InetSocketAddress peer) {
        if (endpoint != null) {
            endpoint.disclaim(peer, carrier);
        }
    }

    /**
     * Hands the datagram to the carrier it should have come to: the one that has the peer's session, or that of the
     * address it was sent to.
     *
     * @param opens whether it asks for a session
     * @return false when there is none, or it is this one
     */
    boolean handOver(InetSocketAddress peer, boolean opens) {
        if (endpoint == null) {
            return false;
        }
        Carrier owner = departed.getOrDefault(peer, endpoint.ownerOf(peer));
        if (owner == null && endpoint.isWildcard()) {
            owner = endpoint.port().carrierOf(received.recipient(), carrier.loop(), opens);
        } else if (owner == null && !opens) {
            // the session may be older than the sockets of its address
            owner = endpoint.port().bound().ownerOf(peer);
        }
        return handTo(owner);
    }

    private boolean handTo(Carrier owner) {
        if (owner == null || owner == carrier) {
            return false;
        }
        carrier.counters.note(CarrierIncident.HANDED_OVER);
        if (!owner.siblings.handedOver.add(received)) {
            carrier.counters.note(CarrierIncident.HAND_OVER_DROPPED);
        }
        return true;
    }

    /** Whether the datagram was sent to many hosts at once, as far as the socket tells. */
    boolean isForGroup() {
        return endpoint != null && endpoint.isWildcard() && received.recipient() != null
                && LocalAddresses.isGroup(received.recipient().getAddress());
    }

    /** A connection request to the wildcard address: whether it belongs to an address that was not there before. */
    boolean isForNewAddress(long nowNanos) {
        return endpoint != null && endpoint.isWildcard() && endpoint.port().lookForAddresses(nowNanos, carrier.loop());
    }

    // ---- sessions -----------------------------------------------------------------------------------------------

    /** The carrier of the same address on another loop; {@code null} if there is none yet. */
    Carrier on(EventLoop other) {
        return endpoint.on(other);
    }

    /** A session that nobody holds yet goes to another loop; its datagrams follow it. */
    void depart(CarriedSession carried, Carrier to) {
        InetSocketAddress peer = carried.session().remoteAddress();
        if (carrier.letGo(carried)) {
            departed.put(peer, to);
        }
        to.siblings.handedOver.add(() -> {
            to.siblings.arrive(carried, carrier);
            ServerPort.execute(carrier.loop(), () -> {
                departed.remove(peer);
                // the server may have been closed, and the socket have waited for this session
                carrier.closeIfIdle();
            });
        });
    }

    /** Whether sessions have gone from here that have not arrived, for which the port is held. */
    boolean isAwaitingArrivals() {
        return !departed.isEmpty();
    }

    private void arrive(CarriedSession carried, Carrier from) {
        Session session = carried.session();
        // the server may have been closed since, and the socket with it
        Carrier open = carrier.isClosed() ? endpoint.port().carrierFor(endpoint, carrier.loop()) : carrier;
        Carrier to = open == null ? carrier : open;
        carried.on(to);
        if (session.state() != ConnectionState.CLOSED) {
            endpoint.transfer(session.remoteAddress(), from, to);
            to.takeIn(carried);
        }
        carried.arrived();
        carried.wake();
    }
}
