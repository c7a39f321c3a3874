/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import static io.netty.channel.ChannelOption.ALLOW_HALF_CLOSURE;
import static io.netty.channel.ChannelOption.IP_TOS;
import static io.netty.channel.ChannelOption.SO_KEEPALIVE;
import static io.netty.channel.ChannelOption.SO_LINGER;
import static io.netty.channel.ChannelOption.SO_RCVBUF;
import static io.netty.channel.ChannelOption.SO_REUSEADDR;
import static io.netty.channel.ChannelOption.SO_SNDBUF;
import static io.netty.channel.ChannelOption.TCP_NODELAY;

import io.culvert.carrier.CarriedSession;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannelConfig;
import io.netty.channel.socket.SocketChannelConfig;
import java.util.Map;

/**
 * The configuration of a {@link CulvertChannel}: Netty's options of a socket, and those of
 * {@link CulvertChannelOption}. Any thread may read and write it. {@code SO_SNDBUF} and {@code SO_RCVBUF}, 256 to
 * 1,073,741,824 bytes, fix the size of the session's buffer and end its growth, as in Linux; unset they say with how
 * much it starts, and {@link CulvertChannel#info()} says how large it is. {@code SO_REUSEADDR} and performance
 * preferences are accepted and mean nothing here: no two UDP sockets may share a port. {@code SO_KEEPALIVE}, what goes
 * with it, the user timeout and the keepalive of NATs may be set at any time, the congestion controller until something
 * has been sent.
 *
 * <p>The options of Netty's native transports and of the JDK are taken, too: {@code TCP_KEEPIDLE},
 * {@code TCP_KEEPINTVL}, {@code TCP_KEEPCNT} and {@code TCP_USER_TIMEOUT} for those of {@link CulvertChannelOption},
 * and what only tunes a kernel's socket ({@code TCP_FASTOPEN}, {@code TCP_FASTOPEN_CONNECT}, {@code TCP_QUICKACK},
 * {@code TCP_CORK}, {@code TCP_NOTSENT_LOWAT}, {@code TCP_DEFER_ACCEPT}, {@code SO_REUSEPORT}, {@code SO_BUSY_POLL},
 * {@code SO_TIMEOUT}, {@code IP_FREEBIND} and their like) is remembered and does nothing.
 */
public final class CulvertChannelConfig extends DefaultChannelConfig
        implements SocketChannelConfig, DuplexChannelConfig {
    /** Shared by all channels for as long as nobody sets another: it holds nothing of a channel. */
    private static final AdaptiveRecvByteBufAllocator READ_SIZES = new AdaptiveRecvByteBufAllocator();

    private final SessionOptions options;
    private volatile ForeignOptions foreign = ForeignOptions.NONE;
    private final CulvertChannel culvertChannel;
    private volatile boolean allowHalfClosure;
    private volatile int soLinger = -1;
    private volatile boolean reuseAddress;

    CulvertChannelConfig(CulvertChannel channel, SessionOptions options) {
        super(channel, READ_SIZES);
        this.culvertChannel = channel;
        this.options = options;
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return foreign.all(options.all(getOptions(super.getOptions(), ALLOW_HALF_CLOSURE, SO_LINGER, SO_REUSEADDR)));
    }

    @SuppressWarnings("unchecked")
    @Override
    public <T> T getOption(ChannelOption<T> asked) {
        ChannelOption<T> option = ForeignOptions.meantBy(asked);
        if (option == ALLOW_HALF_CLOSURE) {
            return (T) Boolean.valueOf(allowHalfClosure);
        }
        if (option == SO_LINGER) {
            return (T) Integer.valueOf(soLinger);
        }
        if (option == SO_REUSEADDR) {
            return (T) Boolean.valueOf(reuseAddress);
        }
        if (ForeignOptions.keeps(option)) {
            return foreign.get(option);
        }
        return options.has(option) ? options.get(option) : super.getOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> asked, T value) {
        validate(asked, value);
        ChannelOption<T> option = ForeignOptions.meantBy(asked);
        if (option == ALLOW_HALF_CLOSURE) {
            allowHalfClosure = (Boolean) value;
        } else if (option == SO_LINGER) {
            soLinger = Math.max(-1, (Integer) value);
        } else if (option == SO_REUSEADDR) {
            reuseAddress = (Boolean) value;
        } else if (options.has(option)) {
            options.set(option, value);
            if (SessionOptions.isTimeout(option)) {
                culvertChannel.tellSession(CarriedSession::timeoutsChanged);
            } else if (option == CulvertChannelOption.CONGESTION_CONTROL) {
                culvertChannel.tellSession(CarriedSession::congestionControlChanged);
            }
        } else if (ForeignOptions.keeps(option)) {
            synchronized (this) {
                foreign = foreign.with(option, value);
            }
        } else {
            return super.setOption(option, value);
        }
        return true;
    }

    @Override
    protected void autoReadCleared() {
        culvertChannel.clearReadPending();
    }

    @Override
    public boolean isTcpNoDelay() {
        return options.get(TCP_NODELAY);
    }

    @Override
    public CulvertChannelConfig setTcpNoDelay(boolean tcpNoDelay) {
        options.set(TCP_NODELAY, tcpNoDelay);
        return this;
    }

    @Override
    public int getSoLinger() {
        return soLinger;
    }

    @Override
    public CulvertChannelConfig setSoLinger(int soLinger) {
        setOption(SO_LINGER, soLinger);
        return this;
    }

    @Override
    public int getSendBufferSize() {
        return options.get(SO_SNDBUF);
    }

    @Override
    public CulvertChannelConfig setSendBufferSize(int sendBufferSize) {
        options.set(SO_SNDBUF, sendBufferSize);
        return this;
    }

    @Override
    public int getReceiveBufferSize() {
        return options.get(SO_RCVBUF);
    }

    @Override
    public CulvertChannelConfig setReceiveBufferSize(int receiveBufferSize) {
        options.set(SO_RCVBUF, receiveBufferSize);
        return this;
    }

    @Override
    public boolean isKeepAlive() {
        return options.get(SO_KEEPALIVE);
    }

    @Override
    public CulvertChannelConfig setKeepAlive(boolean keepAlive) {
        setOption(SO_KEEPALIVE, keepAlive);
        return this;
    }

    @Override
    public int getTrafficClass() {
        return options.get(IP_TOS);
    }

    @Override
    public CulvertChannelConfig setTrafficClass(int trafficClass) {
        options.set(IP_TOS, trafficClass);
        return this;
    }

    @Override
    public boolean isReuseAddress() {
        return reuseAddress;
    }

    @Override
    public CulvertChannelConfig setReuseAddress(boolean reuseAddress) {
        this.reuseAddress = reuseAddress;
        return this;
    }

    @Override
    public CulvertChannelConfig setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        return this;
    }

    @Override
    public boolean isAllowHalfClosure() {
        return allowHalfClosure;
    }

    @Override
    public CulvertChannelConfig setAllowHalfClosure(boolean allowHalfClosure) {
        this.allowHalfClosure = allowHalfClosure;
        return this;
    }

    @Override
    public CulvertChannelConfig setConnectTimeoutMillis(int connectTimeoutMillis) {
        super.setConnectTimeoutMillis(connectTimeoutMillis);
        return this;
    }

    @Deprecated
    @Override
    public CulvertChannelConfig setMaxMessagesPerRead(int maxMessagesPerRead) {
        if (getRecvByteBufAllocator() == READ_SIZES) {
            setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator());
        }
        super.setMaxMessagesPerRead(maxMessagesPerRead);
        return this;
    }

    @Override
    public CulvertChannelConfig setWriteSpinCount(int writeSpinCount) {
        super.setWriteSpinCount(writeSpinCount);
        return this;
    }

    @Override
    public CulvertChannelConfig setAllocator(ByteBufAllocator allocator) {
        super.setAllocator(allocator);
        return this;
    }

    @Override
    public CulvertChannelConfig setRecvByteBufAllocator(RecvByteBufAllocator recvByteBufAllocator) {
        super.setRecvByteBufAllocator(recvByteBufAllocator);
        return this;
    }

    @Override
    public CulvertChannelConfig setAutoRead(boolean autoRead) {
        super.setAutoRead(autoRead);
        return this;
    }

    @Override
    public CulvertChannelConfig setAutoClose(boolean autoClose) {
        super.setAutoClose(autoClose);
        return this;
    }

    @Override
    public CulvertChannelConfig setMessageSizeEstimator(MessageSizeEstimator messageSizeEstimator) {
        super.setMessageSizeEstimator(messageSizeEstimator);
        return this;
    }

    @Override
    public CulvertChannelConfig setWriteBufferWaterMark(WriteBufferWaterMark writeBufferWaterMark) {
        super.setWriteBufferWaterMark(writeBufferWaterMark);
        return this;
    }

    @Override
    public CulvertChannelConfig setWriteBufferHighWaterMark(int writeBufferHighWaterMark) {
        super.setWriteBufferHighWaterMark(writeBufferHighWaterMark);
        return this;
    }

    @Override
    public CulvertChannelConfig setWriteBufferLowWaterMark(int writeBufferLowWaterMark) {
        super.setWriteBufferLowWaterMark(writeBufferLowWaterMark);
        return this;
    }
}
