/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import static io.culvert.CulvertChannelOption.CHILD_GROUP;
import static io.culvert.CulvertChannelOption.CONGESTION_CONTROL;
import static io.culvert.CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY;
import static io.culvert.CulvertChannelOption.DATAGRAM_HANDLER;
import static io.culvert.CulvertChannelOption.DELAYED_ACK_MILLIS;
import static io.culvert.CulvertChannelOption.FIN_TIMEOUT_MILLIS;
import static io.culvert.CulvertChannelOption.FOREIGN_DATAGRAM_HANDLER;
import static io.culvert.CulvertChannelOption.INTERFACE_MTU;
import static io.culvert.CulvertChannelOption.MAX_RECEIVE_BUFFER_BYTES;
import static io.culvert.CulvertChannelOption.MAX_SEND_BUFFER_BYTES;
import static io.culvert.CulvertChannelOption.MEMORY_BUDGET_BYTES;
import static io.culvert.CulvertChannelOption.MSL_MILLIS;
import static io.culvert.CulvertChannelOption.NAT_KEEPALIVE_SECONDS;
import static io.culvert.CulvertChannelOption.ORPHAN_TIMEOUT_MILLIS;
import static io.culvert.CulvertChannelOption.PACING_QUANTUM_BYTES;
import static io.culvert.CulvertChannelOption.RENDEZVOUS;
import static io.culvert.CulvertChannelOption.RTO_MIN_MILLIS;
import static io.culvert.CulvertChannelOption.SECRET_KEY;
import static io.culvert.CulvertChannelOption.SESSION_OBSERVER;
import static io.culvert.CulvertChannelOption.TCP_KEEPCNT;
import static io.culvert.CulvertChannelOption.TCP_KEEPIDLE;
import static io.culvert.CulvertChannelOption.TCP_KEEPINTVL;
import static io.culvert.CulvertChannelOption.TCP_MAXSEG;
import static io.culvert.CulvertChannelOption.TCP_RETRIES;
import static io.culvert.CulvertChannelOption.TCP_SACK;
import static io.culvert.CulvertChannelOption.TCP_SYNCNT;
import static io.culvert.CulvertChannelOption.TCP_TIMESTAMPS;
import static io.culvert.CulvertChannelOption.TCP_USER_TIMEOUT;
import static io.culvert.CulvertChannelOption.TCP_WINDOW_SCALING;
import static io.culvert.CulvertChannelOption.UDP_OFFLOAD;

import io.culvert.carrier.CarrierFactory;
import io.culvert.listen.EndpointKeys;
import io.culvert.observe.GuardedObserver;
import io.culvert.session.MemoryBudget;
import io.culvert.session.SessionConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.util.internal.SystemPropertyUtil;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** What channel options mean for a session and its socket: one table for client, server and accepted channels. */
final class SessionOptions {
    private static final int MAX_BUFFER_BYTES = 1 << 30;
    private static final int MIN_BUFFER_BYTES = 256;
    private static final int MIN_SEGMENT_BYTES = 64;
    private static final int MIN_QUANTUM_BYTES = 2048;
    private static final int MAX_QUANTUM_BYTES = 1 << 30;
    private static final int MAX_KEEPALIVE_SECONDS = 32_767;
    private static final int MAX_KEEPALIVE_PROBES = 127;
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** What a session hears of at once when it is set. */
    private static final Set<ChannelOption<?>> TIMEOUTS =
            Set.of(ChannelOption.SO_KEEPALIVE, TCP_KEEPIDLE, TCP_USER_TIMEOUT, NAT_KEEPALIVE_SECONDS);
    private static final int MIN_MTU = 576;
    private static final int MAX_MTU = 65_536;

    private record Entry<T>(Function<SessionOptions, T> get, BiConsumer<SessionOptions, T> set) {
    }

    private static final Map<ChannelOption<?>, Entry<?>> ENTRIES = new HashMap<>();

    static {
        number(MSL_MILLIS, 1, 120_000, o -> millis(o.session.mslNanos), (o, v) -> o.session.mslNanos = nanos(v));
        number(FIN_TIMEOUT_MILLIS, 1, Integer.MAX_VALUE, o -> millis(o.session.finWait2Nanos),
                (o, v) -> o.session.finWait2Nanos = nanos(v));
        number(ORPHAN_TIMEOUT_MILLIS, 1, Integer.MAX_VALUE, o -> millis(o.session.orphanNanos),
                (o, v) -> o.session.orphanNanos = nanos(v));
        number(TCP_SYNCNT, 0, 30, o -> o.session.synRetries, (o, v) -> o.session.synRetries = v);
        number(TCP_RETRIES, 1, 30, o -> o.session.dataRetries, (o, v) -> o.session.dataRetries = v);
        number(TCP_USER_TIMEOUT, 0, Integer.MAX_VALUE, o -> millis(o.session.userTimeoutNanos),
                (o, v) -> o.session.userTimeoutNanos = nanos(v));
        number(TCP_KEEPIDLE, 1, MAX_KEEPALIVE_SECONDS, o -> seconds(o.session.keepIdleNanos),
                (o, v) -> o.session.keepIdleNanos = SECOND_NANOS * v);
        number(TCP_KEEPINTVL, 1, MAX_KEEPALIVE_SECONDS, o -> seconds(o.session.keepIntervalNanos),
                (o, v) -> o.session.keepIntervalNanos = SECOND_NANOS * v);
        number(TCP_KEEPCNT, 1, MAX_KEEPALIVE_PROBES, o -> o.session.keepCount, (o, v) -> o.session.keepCount = v);
        number(NAT_KEEPALIVE_SECONDS, 0, MAX_KEEPALIVE_SECONDS, o -> seconds(o.session.natKeepaliveNanos),
                (o, v) -> o.session.natKeepaliveNanos = SECOND_NANOS * v);
        number(RTO_MIN_MILLIS, 1, 60_000, o -> millis(o.session.minRtoNanos),
                (o, v) -> o.session.minRtoNanos = nanos(v));
        number(DELAYED_ACK_MILLIS, 0, 500, o -> millis(o.session.delayedAckNanos),
                (o, v) -> o.session.delayedAckNanos = nanos(v));
        number(TCP_MAXSEG, 0, 65_495, o -> o.session.maxSegmentBytes, (o, v) -> o.maxSegmentBytes(v));
        number(INTERFACE_MTU, 0, MAX_MTU, o -> o.session.interfaceMtu, (o, v) -> o.interfaceMtu(v));
        number(ChannelOption.SO_SNDBUF, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES, o -> o.session.sendBufferBytes,
                (o, v) -> o.sendBufferBytes(v));
        number(ChannelOption.SO_RCVBUF, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES, o -> o.session.receiveBufferBytes,
                (o, v) -> o.receiveBufferBytes(v));
        number(MAX_SEND_BUFFER_BYTES, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES, o -> o.session.maxSendBufferBytes,
                (o, v) -> o.session.maxSendBufferBytes = v);
        number(MAX_RECEIVE_BUFFER_BYTES, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES, o -> o.session.maxReceiveBufferBytes,
                (o, v) -> o.session.maxReceiveBufferBytes = v);
        entry(MEMORY_BUDGET_BYTES, o -> o.session.memory.totalBytes(), (o, v) -> o.memoryBudgetBytes(v));
        number(ChannelOption.IP_TOS, 0, 255, o -> o.endpoint.trafficClass, (o, v) -> o.endpoint().trafficClass = v);
        entry(ChannelOption.TCP_NODELAY, o -> o.session.noDelay, (o, v) -> o.session.noDelay = v);
        entry(ChannelOption.SO_KEEPALIVE, o -> o.session.keepAlive, (o, v) -> o.session.keepAlive = v);
        entry(RENDEZVOUS, o -> o.session.rendezvous, (o, v) -> o.session.rendezvous = v);
        entry(TCP_TIMESTAMPS, o -> o.session.timestamps, (o, v) -> o.session.timestamps = v);
        entry(TCP_SACK, o -> o.session.sack, (o, v) -> o.session.sack = v);
        entry(TCP_WINDOW_SCALING, o -> o.session.windowScaling, (o, v) -> o.session.windowScaling = v);
        number(PACING_QUANTUM_BYTES, MIN_QUANTUM_BYTES, MAX_QUANTUM_BYTES, o -> o.session.pacingQuantumBytes,
                (o, v) -> o.session.pacingQuantumBytes = v);
        entry(CONGESTION_CONTROL, o -> o.session.congestionControl, (o, v) -> o.session.congestionControl = v);
        entry(SESSION_OBSERVER, o -> GuardedObserver.unguarded(o.session.observer),
                (o, v) -> o.session.observer = new GuardedObserver(v));
        entry(DATAGRAM_HANDLER, o -> o.endpoint.datagramHandler, (o, v) -> o.endpoint().datagramHandler = v);
        entry(CHILD_GROUP, o -> o.endpoint.childGroup, (o, v) -> o.endpoint().childGroup = v);
        entry(FOREIGN_DATAGRAM_HANDLER, o -> o.endpoint.foreignHandler, (o, v) -> o.endpoint().foreignHandler = v);
        entry(DATAGRAM_CHANNEL_FACTORY, o -> o.endpoint.channels, (o, v) -> o.endpoint().channels = v);
        entry(UDP_OFFLOAD, o -> o.endpoint.offload, (o, v) -> o.endpoint().offload = v);
        entry(SECRET_KEY, o -> o.endpoint.secret == null ? null : o.endpoint.secret.clone(), (o, v) -> {
            EndpointKeys.of(v);
            o.endpoint().secret = v.clone();
        });
    }

    /** The accepted channel whose settings these are; {@code null} for a server's, and for those of a client. */
    private final CulvertChannel accepted;
    private volatile SessionConfig session;
    /** Whether others have the same settings, which are copied then before they change. Guarded by this. */
    private boolean shared;
    private Endpoint endpoint = Endpoint.UNSET;

    /** Settings of one's own, the default ones. */
    SessionOptions() {
        accepted = null;
        session = new SessionConfig();
    }

    /** The settings of an accepted channel, which it has from its server and shares with others. */
    SessionOptions(CulvertChannel accepted, SessionConfig ofServer) {
        this.accepted = accepted;
        session = ofServer;
        shared = true;
    }

    private static <T> void entry(ChannelOption<T> option, Function<SessionOptions, T> get,
            BiConsumer<SessionOptions, T> set) {
        ENTRIES.put(option, new Entry<>(get, set));
    }

    private static void number(ChannelOption<Integer> option, int min, int max,
            Function<SessionOptions, Integer> get, BiConsumer<SessionOptions, Integer> set) {
        entry(option, get, (options, value) -> {
            if (value < min || value > max) {
                throw new IllegalArgumentException(
                        option.name() + ": " + value + " (expected: " + min + " to " + max + ')');
            }
            set.accept(options, value);
        });
    }

    private static int millis(long nanos) {
        return (int) (nanos / 1_000_000);
    }

    private static long nanos(int millis) {
        return millis * 1_000_000L;
    }

    private static int seconds(long nanos) {
        return (int) (nanos / SECOND_NANOS);
    }

    private void maxSegmentBytes(int bytes) {
        if (bytes > 0 && bytes < MIN_SEGMENT_BYTES) {
            throw new IllegalArgumentException(
                    TCP_MAXSEG.name() + ": " + bytes + " (expected: 0, or " + MIN_SEGMENT_BYTES + " to 65495)");
        }
        session.maxSegmentBytes = bytes;
    }

    private void interfaceMtu(int bytes) {
        if (bytes > 0 && bytes < MIN_MTU) {
            throw new IllegalArgumentException(
                    INTERFACE_MTU.name() + ": " + bytes + " (expected: 0, or " + MIN_MTU + " to " + MAX_MTU + ')');
        }
        session.interfaceMtu = bytes;
    }

    private void sendBufferBytes(int bytes) {
        session.sendBufferBytes = bytes;
        session.sendBufferFixed = true;
    }

    private void receiveBufferBytes(int bytes) {
        session.receiveBufferBytes = bytes;
        session.receiveBufferFixed = true;
    }

    private void memoryBudgetBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException(MEMORY_BUDGET_BYTES.name() + ": " + bytes + " (expected: >= 0)");
        }
        session.memory = new MemoryBudget(bytes);
    }

    SessionConfig session() {
        return session;
    }

    /** The settings for a session that the server makes; from now on they stay as they are. */
    synchronized SessionConfig share() {
        shared = true;
        return session;
    }

    /** Whether the settings were others', too, until now. */
    private boolean makeOwn() {
        boolean others = shared;
        if (others) {
            session = session.copy();
            shared = false;
        }
        return others;
    }

    Map<ChannelOption<?>, Object> all(Map<ChannelOption<?>, Object> base) {
        ENTRIES.forEach((option, entry) -> base.put(option, entry.get().apply(this)));
        return base;
    }

    boolean has(ChannelOption<?> option) {
        return ENTRIES.containsKey(option);
    }

    /** Whether the option is of those that timers of an open session depend on. */
    static boolean isTimeout(ChannelOption<?> option) {
        return TIMEOUTS.contains(option);
    }

    @SuppressWarnings("unchecked")
    <T> T get(ChannelOption<T> option) {
        return ((Entry<T>) ENTRIES.get(option)).get().apply(this);
    }

    @SuppressWarnings("unchecked")
    synchronized <T> void set(ChannelOption<T> option, T value) {
        Objects.requireNonNull(value, option.name());
        boolean news = makeOwn() && accepted != null;
        try {
            ((Entry<T>) ENTRIES.get(option)).set().accept(this, value);
        } finally {
            if (news) {
                SessionConfig own = session;
                accepted.tellSession(carried -> carried.session().config(own));
            }
        }
    }

    private Endpoint endpoint() {
        if (endpoint == Endpoint.UNSET) {
            endpoint = new Endpoint();
        }
        return endpoint;
    }

    /** Whose loops serve a server's port, {@code null} if the first session accepted is to tell. */
    EventLoopGroup childGroup() {
        return endpoint.childGroup;
    }

    CarrierFactory carrierFactory(ByteBufAllocator allocator) {
        Endpoint e = endpoint;
        EndpointKeys keys = e.secret == null ? EndpointKeys.ofProcess() : EndpointKeys.of(e.secret);
        return new CarrierFactory(e.channels, e.datagramHandler, e.foreignHandler, keys, allocator, e.trafficClass,
                e.offload);
    }

    boolean hasDatagramChannelFactory() {
        return endpoint.channels != null;
    }

    /** What is set of sockets; a session that was accepted has none of its own. */
    private static final class Endpoint {
        static final Endpoint UNSET = new Endpoint();

        private ChannelHandler datagramHandler;
        private ChannelHandler foreignHandler;
        private ChannelFactory<? extends Channel> channels;
        private EventLoopGroup childGroup;
        private byte[] secret;
        private int trafficClass;
        private boolean offload = SystemPropertyUtil.getBoolean("io.culvert.udpOffload", true);
    }
}
