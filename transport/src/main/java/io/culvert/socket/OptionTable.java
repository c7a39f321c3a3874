/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.culvert.CulvertChannelOption;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/** The options of sockets by the names and numbers that the JDK gives them, and the channel options that they are. */
final class OptionTable {
    private static final int MIN_BUFFER_BYTES = 256;
    private static final int MAX_BUFFER_BYTES = 1 << 30;

    private static final Map<Integer, SocketOption<?>> BY_NUMBER = Map.of(
            SocketOptions.TCP_NODELAY, StandardSocketOptions.TCP_NODELAY,
            SocketOptions.SO_KEEPALIVE, StandardSocketOptions.SO_KEEPALIVE,
            SocketOptions.SO_LINGER, StandardSocketOptions.SO_LINGER,
            SocketOptions.SO_SNDBUF, StandardSocketOptions.SO_SNDBUF,
            SocketOptions.SO_RCVBUF, StandardSocketOptions.SO_RCVBUF,
            SocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEADDR,
            SocketOptions.IP_TOS, StandardSocketOptions.IP_TOS);

    /** Of a socket that listens. */
    static final OptionTable LISTENER = new OptionTable(new HashMap<>(Map.of(
            StandardSocketOptions.SO_RCVBUF, ChannelOption.SO_RCVBUF,
            StandardSocketOptions.SO_REUSEADDR, ChannelOption.SO_REUSEADDR,
            StandardSocketOptions.IP_TOS, ChannelOption.IP_TOS)));

    /** Of a socket that connects, or is accepted. */
    static final OptionTable STREAM = new OptionTable(new HashMap<>(Map.of(
            StandardSocketOptions.SO_RCVBUF, ChannelOption.SO_RCVBUF,
            StandardSocketOptions.SO_REUSEADDR, ChannelOption.SO_REUSEADDR,
            StandardSocketOptions.IP_TOS, ChannelOption.IP_TOS,
            StandardSocketOptions.SO_SNDBUF, ChannelOption.SO_SNDBUF,
            StandardSocketOptions.SO_KEEPALIVE, ChannelOption.SO_KEEPALIVE,
            StandardSocketOptions.SO_LINGER, ChannelOption.SO_LINGER,
            StandardSocketOptions.TCP_NODELAY, ChannelOption.TCP_NODELAY)));

    private final Map<SocketOption<?>, ChannelOption<?>> options;

    private OptionTable(Map<SocketOption<?>, ChannelOption<?>> standard) {
        options = standard;
        try {
            Extended.addTo(options);
        } catch (LinkageError e) {
            // an image without the module jdk.net has nobody who could name them
            return;
        }
    }

    /** Linked when it is used, for the module may be missing. */
    private static final class Extended {
        static void addTo(Map<SocketOption<?>, ChannelOption<?>> options) {
            options.put(ExtendedSocketOptions.TCP_KEEPIDLE, CulvertChannelOption.TCP_KEEPIDLE);
            options.put(ExtendedSocketOptions.TCP_KEEPINTERVAL, CulvertChannelOption.TCP_KEEPINTVL);
            options.put(ExtendedSocketOptions.TCP_KEEPCOUNT, CulvertChannelOption.TCP_KEEPCNT);
        }
    }

    Set<SocketOption<?>> supported() {
        return Collections.unmodifiableSet(options.keySet());
    }

    /** The option of a number. */
    SocketOption<?> byNumber(int number) throws SocketException {
        SocketOption<?> option = BY_NUMBER.get(number);
        if (option == null || !options.containsKey(option)) {
            throw new SocketException("Unknown option " + number);
        }
        return option;
    }

    Object get(ChannelConfig config, SocketOption<?> option) {
        return config.getOption(channelOption(option));
    }

    /** Sets an option; sizes of buffers are taken for the hints that they are. */
    @SuppressWarnings("unchecked")
    void set(ChannelConfig config, SocketOption<?> option, Object value) throws SocketException {
        ChannelOption<Object> channelOption = (ChannelOption<Object>) channelOption(option);
        if (!option.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid value '" + value + "' of " + option);
        }
        Object set = value;
        if (option == StandardSocketOptions.SO_SNDBUF || option == StandardSocketOptions.SO_RCVBUF) {
            if ((Integer) value <= 0) {
                throw new SocketException(option + " <= 0");
            }
            set = Math.max(MIN_BUFFER_BYTES, Math.min((Integer) value, MAX_BUFFER_BYTES));
        }
        try {
            config.setOption(channelOption, set);
        } catch (IllegalArgumentException e) {
            SocketException invalid = new SocketException(e.getMessage());
            invalid.initCause(e);
            throw invalid;
        }
    }

    private ChannelOption<?> channelOption(SocketOption<?> option) {
        ChannelOption<?> channelOption = options.get(option);
        if (channelOption == null) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
        return channelOption;
    }
}
