/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.netty.channel.ChannelOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Options of the kernel's sockets that bootstraps set on any transport. Netty's native transports and the JDK each have
 * constants of their own, which may be missing at run time, so that names are compared. Those that mean something here
 * stand for the option that says it; those that only tune a kernel are kept and do nothing.
 */
final class ForeignOptions {
    private static final Map<String, ChannelOption<?>> MEANT = new HashMap<>();

    /** Hints: whoever sets one misses nothing but speed. What promises security, as TCP_MD5SIG does, is not of them. */
    private static final Set<String> KEPT = Set.of("TCP_FASTOPEN", "TCP_FASTOPEN_CONNECT", "TCP_QUICKACK", "TCP_CORK",
            "TCP_NOPUSH", "TCP_NOTSENT_LOWAT", "TCP_DEFER_ACCEPT", "SO_REUSEPORT", "SO_BUSY_POLL", "SO_TIMEOUT",
            "SO_SNDLOWAT", "SO_ACCEPTFILTER", "SO_INCOMING_NAPI_ID", "IP_FREEBIND", "IP_TRANSPARENT",
            "IP_BIND_ADDRESS_NO_PORT", "EPOLL_MODE", "RCV_ALLOC_TRANSPORT_PROVIDES_GUESS", "IO_URING_BUFFER_GROUP_ID",
            "IO_URING_WRITE_ZERO_COPY_THRESHOLD");

    static {
        for (ChannelOption<?> same : Set.of(ChannelOption.SO_KEEPALIVE, ChannelOption.SO_SNDBUF,
                ChannelOption.SO_RCVBUF, ChannelOption.SO_REUSEADDR, ChannelOption.SO_LINGER, ChannelOption.IP_TOS,
                ChannelOption.TCP_NODELAY)) {
            MEANT.put(same.name(), same);
        }
        MEANT.put("TCP_KEEPIDLE", CulvertChannelOption.TCP_KEEPIDLE);
        MEANT.put("TCP_KEEPINTVL", CulvertChannelOption.TCP_KEEPINTVL);
        MEANT.put("TCP_KEEPINTERVAL", CulvertChannelOption.TCP_KEEPINTVL);
        MEANT.put("TCP_KEEPCNT", CulvertChannelOption.TCP_KEEPCNT);
        MEANT.put("TCP_KEEPCOUNT", CulvertChannelOption.TCP_KEEPCNT);
        MEANT.put("TCP_USER_TIMEOUT", CulvertChannelOption.TCP_USER_TIMEOUT);
    }

    /** Of a channel that has none set, as most. */
    static final ForeignOptions NONE = new ForeignOptions(Map.of());

    private final Map<ChannelOption<?>, Object> kept;

    private ForeignOptions(Map<ChannelOption<?>, Object> kept) {
        this.kept = kept;
    }

    /** The option that says the same here, or the option itself. */
    @SuppressWarnings("unchecked")
    static <T> ChannelOption<T> meantBy(ChannelOption<T> option) {
        return (ChannelOption<T>) MEANT.getOrDefault(nameOf(option), option);
    }

    /** Netty puts the name of the class that has the constant before it. */
    private static String nameOf(ChannelOption<?> option) {
        return option.name().substring(option.name().indexOf('#') + 1);
    }

    static boolean keeps(ChannelOption<?> option) {
        return KEPT.contains(nameOf(option));
    }

    /** These, and one more. */
    <T> ForeignOptions with(ChannelOption<T> option, T value) {
        Map<ChannelOption<?>, Object> more = new HashMap<>(kept);
        more.put(option, value);
        return new ForeignOptions(more);
    }

    /** What it was set to, {@code null} when it was not. */
    @SuppressWarnings("unchecked")
    <T> T get(ChannelOption<T> option) {
        return (T) kept.get(option);
    }

    Map<ChannelOption<?>, Object> all(Map<ChannelOption<?>, Object> base) {
        base.putAll(kept);
        return base;
    }
}
