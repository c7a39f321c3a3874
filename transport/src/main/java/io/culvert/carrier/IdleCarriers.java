/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.listen.EndpointKeys;
import io.culvert.session.TimeWait;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The clients' carriers of an event loop that hold a TIME-WAIT record with timestamps and nothing else. Once the record
 * has been quiet for long enough ({@link TimeWait#mayReopen}) the next session to the same peer takes the carrier over,
 * as tcp_tw_reuse of Linux lets it take a port. Past a number of carriers, and when there is no socket to be had
 * otherwise, the first of them give way that have been quiet for long enough; one that has not never does. A loop's are
 * touched on that loop only.
 */
final class IdleCarriers {
    /** How many an event loop keeps for sessions that may come; Linux has 28,232 ports to give at first. */
    static final int MAX_IDLE = 1024;
    /** How many are looked at for one to take over: the first are the ones that have been quiet for longest. */
    private static final int MAX_LOOKS = 4;
    /** How many give way to one that comes: more than one, so that the number goes back after a burst. */
    private static final int MOST_GIVEN = 2;
    private static final Map<EventLoop, IdleCarriers> OF_LOOP = new ConcurrentHashMap<>();

    private final Map<Purpose, Set<Carrier>> byPurpose = new HashMap<>();
    private final Set<Carrier> all = new LinkedHashSet<>();

    private IdleCarriers() {
    }

    /**
     * What a carrier was opened for, and how: what has to be the same for another session to take it over. The keys are
     * part of it because the clock of timestamps must go on.
     *
     * @param scopeId of the peer's address, which {@link Inet6Address} does not compare
     */
    record Purpose(InetSocketAddress remote, int scopeId, ChannelFactory<? extends Channel> datagramChannels,
            ChannelHandler datagramHandler, EndpointKeys keys, ByteBufAllocator allocator, int trafficClass) {
        static int scopeId(InetSocketAddress remote) {
            return remote.getAddress() instanceof Inet6Address address ? address.getScopeId() : 0;
        }
    }

    /** A carrier's session is in TIME-WAIT. */
    static void add(Carrier carrier) {
        TimeWait record = carrier.purpose() == null ? null : carrier.onlyTimeWait();
        if (record != null && record.isStamped()) {
            IdleCarriers idle = OF_LOOP.computeIfAbsent(carrier.loop(), loop -> new IdleCarriers());
            idle.append(carrier);
            int left = MOST_GIVEN;
            while (left > 0 && idle.all.size() > MAX_IDLE && giveWay(carrier.loop())) {
                left--;
            }
        }
    }

    /** Something was sent from TIME-WAIT: the carrier has to be quiet for as long again. */
    static void heardAgain(Carrier carrier) {
        IdleCarriers idle = OF_LOOP.get(carrier.loop());
        if (idle != null && idle.all.contains(carrier)) {
            idle.discard(carrier);
            idle.append(carrier);
        }
    }

    /** The carrier's socket is closed. */
    static void remove(Carrier carrier) {
        IdleCarriers idle = OF_LOOP.get(carrier.loop());
        if (idle != null) {
            idle.discard(carrier);
            idle.endIfEmpty(carrier.loop());
        }
    }

    /** A carrier that a session of this purpose may take over now; {@code null} when there is none. */
    static Carrier take(EventLoop loop, Purpose purpose) {
        IdleCarriers idle = OF_LOOP.get(loop);
        Set<Carrier> candidates = idle == null ? null : idle.byPurpose.get(purpose);
        Carrier found = candidates == null ? null : firstQuiet(candidates);
        if (found != null) {
            idle.discard(found);
            idle.endIfEmpty(loop);
        }
        return found;
    }

    /** Closes the carrier that has been quiet for longest, if for long enough; false when there is none. */
    static boolean giveWay(EventLoop loop) {
        IdleCarriers idle = OF_LOOP.get(loop);
        Carrier found = idle == null ? null : firstQuiet(idle.all);
        if (found == null) {
            return false;
        }
        idle.discard(found);
        idle.endIfEmpty(loop);
        found.evictTimeWait(found.onlyTimeWait());
        return true;
    }

    /** How many there are. */
    static int count(EventLoop loop) {
        IdleCarriers idle = OF_LOOP.get(loop);
        return idle == null ? 0 : idle.all.size();
    }

    private static Carrier firstQuiet(Set<Carrier> candidates) {
        Iterator<Carrier> eldest = candidates.iterator();
        for (int looks = 0; looks < MAX_LOOKS && eldest.hasNext(); looks++) {
            Carrier carrier = eldest.next();
            TimeWait record = carrier.onlyTimeWait();
            if (record != null && record.mayReopen(carrier.now())) {
                return carrier;
            }
        }
        return null;
    }

    private void append(Carrier carrier) {
        all.add(carrier);
        byPurpose.computeIfAbsent(carrier.purpose(), purpose -> new LinkedHashSet<>()).add(carrier);
    }

    private void discard(Carrier carrier) {
        if (all.remove(carrier)) {
            Set<Carrier> others = byPurpose.get(carrier.purpose());
            others.remove(carrier);
            if (others.isEmpty()) {
                byPurpose.remove(carrier.purpose());
            }
        }
    }

    private void endIfEmpty(EventLoop loop) {
        if (all.isEmpty()) {
            OF_LOOP.remove(loop);
        }
    }
}
