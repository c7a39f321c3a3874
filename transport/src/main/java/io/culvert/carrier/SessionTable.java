/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sessions of a carrier by the peer's address: its own address is the same for all. */
final class SessionTable {
    private final Map<InetSocketAddress, CarriedSession> sessions = new HashMap<>();
    private CarriedSession latest;
    /** What it was asked for by: all datagrams of a train come with one object. */
    private InetSocketAddress asked;

    CarriedSession find(InetSocketAddress peer) {
        if (peer == asked && latest != null) {
            return latest;
        }
        CarriedSession last = latest;
        CarriedSession found =
                last != null && last.session().remoteAddress().equals(peer) ? last : sessions.get(peer);
        if (found != null) {
            latest = found;
            asked = peer;
        }
        return found;
    }

    void add(CarriedSession carried) {
        sessions.put(carried.session().remoteAddress(), carried);
    }

    /** Removes the session, unless another has taken its place. */
    CarriedSession remove(CarriedSession carried) {
        if (latest == carried) {
            latest = null;
            asked = null;
        }
        return sessions.remove(carried.session().remoteAddress(), carried) ? carried : null;
    }

    boolean isEmpty() {
        return sessions.isEmpty();
    }

    int size() {
        return sessions.size();
    }

    /** Whether no session has anything left to deliver to its peer. */
    boolean areDelivered() {
        for (CarriedSession carried : sessions.values()) {
            if (!carried.session().isDelivered()) {
                return false;
            }
        }
        return true;
    }

    /** A copy, for a walk during which sessions may end. */
    List<CarriedSession> snapshot() {
        return new ArrayList<>(sessions.values());
    }
}
