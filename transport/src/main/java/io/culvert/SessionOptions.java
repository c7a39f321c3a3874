/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import static io.culvert.CulvertChannelOption.CONGESTION_CONTROL;
import static io.culvert.CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY;
import static io.culvert.CulvertChannelOption.DATAGRAM_HANDLER;
import static io.culvert.CulvertChannelOption.DELAYED_ACK_MILLIS;
import static io.culvert.CulvertChannelOption.FIN_TIMEOUT_MILLIS;
import static io.culvert.CulvertChannelOption.MSL_MILLIS;
import static io.culvert.CulvertChannelOption.ORPHAN_TIMEOUT_MILLIS;
import static io.culvert.CulvertChannelOption.RTO_MIN_MILLIS;
import static io.culvert.CulvertChannelOption.SECRET_KEY;
import static io.culvert.CulvertChannelOption.SESSION_OBSERVER;
import static io.culvert.CulvertChannelOption.TCP_MAXSEG;
import static io.culvert.CulvertChannelOption.TCP_RETRIES;
import static io.culvert.CulvertChannelOption.TCP_SYNCNT;
import static io.culvert.CulvertChannelOption.TCP_TIMESTAMPS;
import static io.culvert.CulvertChannelOption.TCP_WINDOW_SCALING;

import io.culvert.carrier.CarrierFactory;
import io.culvert.listen.EndpointKeys;
import io.culvert.session.SessionConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What channel options mean for a session and its socket: one table for client, server and accepted channels. */
final class SessionOptions {
    private static final int MAX_BUFFER_BYTES = 1 << 30;
    private static final int MIN_BUFFER_BYTES = 256;

    private record Entry<T>(Supplier<T> get, Consumer<T> set) {
    }

    private final Map<ChannelOption<?>, Entry<?>> entries = new HashMap<>();
    private final SessionConfig session;

    private ChannelHandler datagramHandler;
    private ChannelFactory<? extends Channel> datagramChannels;
    private byte[] secret;
    private int trafficClass;

    SessionOptions(SessionConfig session) {
        this.session = session;
        number(MSL_MILLIS, 1, 120_000, () -> millis(session.mslNanos), v -> session.mslNanos = nanos(v));
        number(FIN_TIMEOUT_MILLIS, 1, Integer.MAX_VALUE, () -> millis(session.finWait2Nanos),
                v -> session.finWait2Nanos = nanos(v));
        number(ORPHAN_TIMEOUT_MILLIS, 1, Integer.MAX_VALUE, () -> millis(session.orphanNanos),
                v -> session.orphanNanos = nanos(v));
        number(TCP_SYNCNT, 0, 30, () -> session.synRetries, v -> session.synRetries = v);
        number(TCP_RETRIES, 1, 30, () -> session.dataRetries, v -> session.dataRetries = v);
        number(RTO_MIN_MILLIS, 1, 60_000, () -> millis(session.minRtoNanos), v -> session.minRtoNanos = nanos(v));
        number(DELAYED_ACK_MILLIS, 0, 500, () -> millis(session.delayedAckNanos),
                v -> session.delayedAckNanos = nanos(v));
        number(TCP_MAXSEG, 0, 65_495, () -> session.maxSegmentBytes, v -> {
            if (v > 0 && v < 64) {
                throw new IllegalArgumentException(TCP_MAXSEG.name() + ": " + v + " (expected: 0, or 64 to 65495)");
            }
            session.maxSegmentBytes = v;
        });
        number(ChannelOption.SO_SNDBUF, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES, () -> session.sendBufferBytes,
                v -> session.sendBufferBytes = v);
        number(ChannelOption.SO_RCVBUF, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES, () -> session.receiveBufferBytes, v -> {
            session.receiveBufferBytes = v;
            session.maxReceiveBufferBytes = Math.max(session.maxReceiveBufferBytes, v);
        });
        number(ChannelOption.IP_TOS, 0, 255, () -> trafficClass, v -> trafficClass = v);
        entry(ChannelOption.TCP_NODELAY, () -> session.noDelay, v -> session.noDelay = v);
        entry(TCP_TIMESTAMPS, () -> session.timestamps, v -> session.timestamps = v);
        entry(TCP_WINDOW_SCALING, () -> session.windowScaling, v -> session.windowScaling = v);
        entry(CONGESTION_CONTROL, () -> session.congestionControl, v -> session.congestionControl = v);
        entry(SESSION_OBSERVER, () -> session.observer, v -> session.observer = v);
        entry(DATAGRAM_HANDLER, () -> datagramHandler, v -> datagramHandler = v);
        entry(DATAGRAM_CHANNEL_FACTORY, () -> datagramChannels, v -> datagramChannels = v);
        entry(SECRET_KEY, () -> secret, v -> {
            EndpointKeys.of(v);
            secret = v.clone();
        });
    }

    private <T> void entry(ChannelOption<T> option, Supplier<T> get, Consumer<T> set) {
        entries.put(option, new Entry<>(get, set));
    }

    private void number(ChannelOption<Integer> option, int min, int max, Supplier<Integer> get,
            Consumer<Integer> set) {
        entry(option, get, value -> {
            if (value < min || value > max) {
                throw new IllegalArgumentException(
                        option.name() + ": " + value + " (expected: " + min + " to " + max + ')');
            }
            set.accept(value);
        });
    }

    private static int millis(long nanos) {
        return (int) (nanos / 1_000_000);
    }

    private static long nanos(int millis) {
        return millis * 1_000_000L;
    }

    SessionConfig session() {
        return session;
    }

    Map<ChannelOption<?>, Object> all(Map<ChannelOption<?>, Object> base) {
        entries.forEach((option, entry) -> base.put(option, entry.get().get()));
        return base;
    }

    boolean has(ChannelOption<?> option) {
        return entries.containsKey(option);
    }

    @SuppressWarnings("unchecked")
    <T> T get(ChannelOption<T> option) {
        return ((Entry<T>) entries.get(option)).get().get();
    }

    @SuppressWarnings("unchecked")
    <T> void set(ChannelOption<T> option, T value) {
        ((Entry<T>) entries.get(option)).set().accept(Objects.requireNonNull(value, option.name()));
    }

    CarrierFactory carrierFactory(ByteBufAllocator allocator) {
        EndpointKeys keys = secret == null ? EndpointKeys.ofProcess() : EndpointKeys.of(secret);
        return new CarrierFactory(datagramChannels, datagramHandler, keys, allocator, trafficClass);
    }

    boolean hasDatagramChannelFactory() {
        return datagramChannels != null;
    }
}
