/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Channel options that every socket of a factory starts with. Immutable. */
final class Settings {
    static final Settings NONE = new Settings(Map.of());

    /** What accepted channels do not have from their server channel. */
    private static final Set<ChannelOption<?>> OF_EACH_CHANNEL = Set.of(ChannelOption.ALLOCATOR,
            ChannelOption.RECVBUF_ALLOCATOR, ChannelOption.WRITE_BUFFER_WATER_MARK, ChannelOption.SO_LINGER,
            ChannelOption.WRITE_SPIN_COUNT);
    private static final Set<ChannelOption<?>> OF_STREAMS_ONLY = Set.of(ChannelOption.RECVBUF_ALLOCATOR,
            ChannelOption.WRITE_BUFFER_WATER_MARK, ChannelOption.SO_LINGER, ChannelOption.WRITE_SPIN_COUNT);
    /** What the sockets depend on. */
    private static final Set<ChannelOption<?>> RESERVED = Set.of(ChannelOption.AUTO_READ, ChannelOption.AUTO_CLOSE,
            ChannelOption.ALLOW_HALF_CLOSURE, ChannelOption.CONNECT_TIMEOUT_MILLIS);

    private final Map<ChannelOption<?>, Object> values;

    private Settings(Map<ChannelOption<?>, Object> values) {
        this.values = values;
    }

    /** These, and one more. */
    <T> Settings with(ChannelOption<T> option, T value) {
        Objects.requireNonNull(value, option.name());
        if (RESERVED.contains(option)) {
            throw new IllegalArgumentException("a socket sets " + option + " itself");
        }
        Map<ChannelOption<?>, Object> more = new HashMap<>(values);
        more.put(option, value);
        return new Settings(more);
    }

    void applyTo(ChannelConfig config) {
        values.forEach((option, value) -> set(config, option, value));
    }

    void applyToListener(ChannelConfig config) {
        values.forEach((option, value) -> {
            if (!OF_STREAMS_ONLY.contains(option)) {
                set(config, option, value);
            }
        });
    }

    void applyToAccepted(ChannelConfig config) {
        values.forEach((option, value) -> {
            if (OF_EACH_CHANNEL.contains(option)) {
                set(config, option, value);
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static <T> void set(ChannelConfig config, ChannelOption<T> option, Object value) {
        if (!config.setOption(option, (T) value)) {
            throw new IllegalArgumentException("unknown option: " + option);
        }
    }
}
