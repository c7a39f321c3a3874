/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A local address of a server's port: its carriers, one per event loop, and the index that says whose a peer's session
 * is, half-open ones and TIME-WAIT records included. The kernel divides the peers among the sockets, and divides anew
 * when there is one more or less: a carrier that gets a datagram of a peer it does not know asks here. Any thread may
 * call.
 */
final class Endpoint {
    private final ServerPort port;
    private final InetSocketAddress local;
    private final Map<EventLoop, Carrier> carriers = new ConcurrentHashMap<>();
    private final Set<EventLoop> lacking = ConcurrentHashMap.newKeySet();
    private final Map<InetSocketAddress, Carrier> owners = new ConcurrentHashMap<>();

    Endpoint(ServerPort port, InetSocketAddress local) {
        this.port = port;
        this.local = local;
    }

    ServerPort port() {
        return port;
    }

    InetSocketAddress local() {
        return local;
    }

    boolean isWildcard() {
        return local.getAddress().isAnyLocalAddress();
    }

    // ---- carriers -----------------------------------------------------------------------------------------------

    /** The carrier of a loop, {@code null} if it has none. */
    Carrier on(EventLoop loop) {
        return carriers.get(loop);
    }

    /** The carriers of all loops. */
    Collection<Carrier> carriers() {
        return carriers.values();
    }

    void add(Carrier carrier) {
        carriers.put(carrier.loop(), carrier);
    }

    void remove(Carrier carrier) {
        carriers.remove(carrier.loop(), carrier);
    }

    /** No socket could be opened on a loop. */
    void lack(EventLoop loop) {
        lacking.add(loop);
    }

    boolean lacks(EventLoop loop) {
        return lacking.contains(loop);
    }

    // ---- the index ----------------------------------------------------------------------------------------------

    /** Whose the session with a peer is, {@code null} if there is none. */
    Carrier ownerOf(InetSocketAddress peer) {
        return owners.get(peer);
    }

    /** Makes the session with a peer the carrier's; answers whose it is, which is another's if that was first. */
    Carrier claim(InetSocketAddress peer, Carrier carrier) {
        Carrier first = owners.putIfAbsent(peer, carrier);
        return first == null ? carrier : first;
    }

    /** The session with the peer has moved. */
    void transfer(InetSocketAddress peer, Carrier from, Carrier to) {
        owners.replace(peer, from, to);
    }

    /** Nothing is left of the session with a peer. */
    void disclaim(InetSocketAddress peer, Carrier carrier) {
        owners.remove(peer, carrier);
    }
}
