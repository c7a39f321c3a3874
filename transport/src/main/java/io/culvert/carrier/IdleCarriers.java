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
import io.netty.util.concurrent.ScheduledFuture;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The clients' carriers of an event loop that hold a TIME-WAIT record with timestamps and nothing else. When it is safe
 * ({@link TimeWait#reopenableNanos}) the next session to the same peer takes one over, as tcp_tw_reuse of Linux lets it
 * take a port; where sockets run short, sooner ({@link TimeWait#reopenableInNeedNanos}). Past a number of carriers
 * those give way that nobody has taken over for a while, and when there is no socket to be had otherwise the first that
 * might be taken over; the others never do. A loop's are touched on that loop only.
 */
final class IdleCarriers {
    /** How many an event loop keeps for sessions that may come; Linux has 28,232 ports to give at first. */
    static final int MAX_IDLE = 256;
    /** Beyond those: how long nobody has taken one over that might have been. */
    private static final long MAX_UNUSED_NANOS = 1_000_000_000L;
    /** How long an address is believed to be the host's: it takes 100 microseconds to ask. */
    private static final long HOME_NANOS = 1_000_000_000L;
    private static final Map<EventLoop, IdleCarriers> OF_LOOP = new ConcurrentHashMap<>();

    private final Map<Purpose, TreeSet<Entry>> byPurpose = new HashMap<>();
    private final TreeSet<Entry> all = new TreeSet<>();
    private long entries;
    private ScheduledFuture<?> trimming;
    /** The address that the host was last seen to have, {@code null} for none. */
    private InetAddress home;
    private long homeNanos;

    private IdleCarriers() {
    }

    /**
     * What a carrier was opened for, and how: what has to be the same for another session to take it over. The keys are
     * part of it because the clock of timestamps must go on.
     *
     * @param scopeId of the peer's address, which {@link Inet6Address} does not compare
     */
    record Purpose(InetSocketAddress remote, int scopeId, ChannelFactory<? extends Channel> datagramChannels,
            ChannelHandler datagramHandler, ChannelHandler foreignHandler, EndpointKeys keys,
            ByteBufAllocator allocator, int trafficClass, boolean offload) {
        static int scopeId(InetSocketAddress remote) {
            return remote.getAddress() instanceof Inet6Address address ? address.getScopeId() : 0;
        }
    }

    /** A carrier's place among those of its loop: the sooner it may be taken over the earlier. */
    record Entry(Carrier carrier, TimeWait record, long readyNanos, long order) implements Comparable<Entry> {
        boolean isReady(boolean inNeed) {
            return carrier.now() - (inNeed ? record.reopenableInNeedNanos() : readyNanos) >= 0;
        }

        /** For how long nobody has taken it over that might have; negative when nobody might. */
        long unusedNanos() {
            return carrier.now() - readyNanos;
        }

        @Override
        public int compareTo(Entry other) {
            return Long.signum(readyNanos != other.readyNanos ? readyNanos - other.readyNanos : order - other.order);
        }
    }

    /** A carrier's session is in TIME-WAIT. */
    static void add(Carrier carrier, TimeWait record) {
        if (carrier.purpose() != null && record.isStamped()) {
            IdleCarriers idle = OF_LOOP.computeIfAbsent(carrier.loop(), loop -> new IdleCarriers());
            idle.append(carrier, record);
            idle.armTrimming(carrier.loop());
        }
    }

    /** Something was sent from TIME-WAIT: the carrier has to be quiet for as long again. */
    static void heardAgain(Carrier carrier) {
        Entry entry = carrier.idle();
        if (entry != null) {
            OF_LOOP.get(carrier.loop()).discard(entry);
            add(carrier, entry.record());
        }
    }

    /** TIME-WAIT of the carrier's session is over. */
    static void remove(Carrier carrier) {
        if (carrier.idle() != null) {
            OF_LOOP.get(carrier.loop()).discard(carrier.idle());
        }
    }

    /**
     * A carrier that a session of this purpose may take over now; {@code null} when there is none.
     *
     * @param inNeed whether there is no other socket
     */
    static Carrier take(EventLoop loop, Purpose purpose, boolean inNeed) {
        IdleCarriers idle = OF_LOOP.get(loop);
        return idle == null ? null : idle.take(purpose, inNeed);
    }

    private Carrier take(Purpose purpose, boolean inNeed) {
        Entry found = first(byPurpose.get(purpose));
        while (found != null && found.isReady(inNeed)) {
            if (purpose.datagramChannels() != null || isAtHome(found.carrier())) {
                discard(found);
                return found.carrier();
            }
            close(found);
            found = first(byPurpose.get(purpose));
        }
        return null;
    }

    /** Whether the host still has the address of a carrier: a session that began on another would hear nobody. */
    private boolean isAtHome(Carrier carrier) {
        InetAddress address = carrier.local().getAddress();
        long now = carrier.now();
        if (!address.equals(home) || now - homeNanos >= HOME_NANOS) {
            home = LocalAddresses.has(address) ? address : null;
            homeNanos = now;
        }
        return home != null;
    }

    /** Closes the carrier that might be taken over first, if it might be now; false when there is none. */
    static boolean giveWay(EventLoop loop) {
        IdleCarriers idle = OF_LOOP.get(loop);
        Entry first = idle == null ? null : first(idle.all);
        if (first == null || !first.isReady(true)) {
            return false;
        }
        idle.close(first);
        return true;
    }

    private void close(Entry entry) {
        discard(entry);
        entry.carrier().timeWaits.evict(entry.record());
    }

    private void armTrimming(EventLoop loop) {
        if (trimming == null && all.size() > MAX_IDLE) {
            Entry first = all.first();
            trimming = loop.schedule(() -> trim(loop), Math.max(0, MAX_UNUSED_NANOS - first.unusedNanos()),
                    TimeUnit.NANOSECONDS);
        }
    }

    private void trim(EventLoop loop) {
        trimming = null;
        while (all.size() > MAX_IDLE && all.first().unusedNanos() >= MAX_UNUSED_NANOS) {
            close(all.first());
        }
        armTrimming(loop);
    }

    /** How many there are. */
    static int count(EventLoop loop) {
        IdleCarriers idle = OF_LOOP.get(loop);
        return idle == null ? 0 : idle.all.size();
    }

    private static Entry first(TreeSet<Entry> entries) {
        return entries == null || entries.isEmpty() ? null : entries.first();
    }

    private void append(Carrier carrier, TimeWait record) {
        Entry entry = new Entry(carrier, record, record.reopenableNanos(), entries++);
        carrier.idle(entry);
        all.add(entry);
        byPurpose.computeIfAbsent(carrier.purpose(), purpose -> new TreeSet<>()).add(entry);
    }

    private void discard(Entry entry) {
        Carrier carrier = entry.carrier();
        carrier.idle(null);
        all.remove(entry);
        TreeSet<Entry> others = byPurpose.get(carrier.purpose());
        others.remove(entry);
        if (others.isEmpty()) {
            byPurpose.remove(carrier.purpose());
        }
        if (all.isEmpty()) {
            OF_LOOP.remove(carrier.loop());
        }
    }
}
