/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import static io.netty.channel.ChannelOption.SO_BACKLOG;
import static io.netty.channel.ChannelOption.SO_RCVBUF;
import static io.netty.channel.ChannelOption.SO_REUSEADDR;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ServerSocketChannelConfig;
import io.netty.util.NetUtil;
import java.util.Map;

/**
 * The configuration of a {@link CulvertServerChannel}: Netty's options of a server socket, and those of
 * {@link CulvertChannelOption}, which every accepted session starts with. Any thread may read and write it.
 * {@code SO_REUSEADDR} is accepted and means nothing here: no two UDP sockets may share a port.
 *
 * <p>The options of Netty's native transports and of the JDK are taken, too: {@code TCP_KEEPIDLE},
 * {@code TCP_KEEPINTVL}, {@code TCP_KEEPCNT} and {@code TCP_USER_TIMEOUT} for those of {@link CulvertChannelOption},
 * and what only tunes a kernel's socket ({@code TCP_FASTOPEN}, {@code TCP_FASTOPEN_CONNECT}, {@code TCP_QUICKACK},
 * {@code TCP_CORK}, {@code TCP_NOTSENT_LOWAT}, {@code TCP_DEFER_ACCEPT}, {@code SO_REUSEPORT}, {@code SO_BUSY_POLL},
 * {@code SO_TIMEOUT}, {@code IP_FREEBIND} and their like) is remembered and does nothing.
 */
public final class CulvertServerChannelConfig extends DefaultChannelConfig implements ServerSocketChannelConfig {
    private final SessionOptions options;
    private volatile ForeignOptions foreign = ForeignOptions.NONE;
    private final CulvertServerChannel serverChannel;
    private volatile int backlog = NetUtil.SOMAXCONN;
    private volatile boolean reuseAddress;

    CulvertServerChannelConfig(CulvertServerChannel channel, SessionOptions options) {
        super(channel, new ServerChannelRecvByteBufAllocator());
        this.serverChannel = channel;
        this.options = options;
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return foreign.all(options.all(getOptions(super.getOptions(), SO_BACKLOG, SO_REUSEADDR)));
    }

    @SuppressWarnings("unchecked")
    @Override
    public <T> T getOption(ChannelOption<T> asked) {
        ChannelOption<T> option = ForeignOptions.meantBy(asked);
        if (option == SO_BACKLOG) {
            return (T) Integer.valueOf(backlog);
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
        if (option == SO_BACKLOG) {
            setBacklog((Integer) value);
        } else if (option == SO_REUSEADDR) {
            reuseAddress = (Boolean) value;
        } else if (options.has(option)) {
            options.set(option, value);
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
        serverChannel.clearReadPending();
    }

    @Override
    public int getBacklog() {
        return backlog;
    }

    /**
     * Bounds the half-open sessions and, apart from them, the established ones that are not accepted; 0 for the
     * system's own bound ({@link NetUtil#SOMAXCONN}), which is the default. Takes effect when the channel is bound.
     *
     * @throws IllegalArgumentException if it is negative
     */
    @Override
    public CulvertServerChannelConfig setBacklog(int backlog) {
        if (backlog < 0) {
            throw new IllegalArgumentException("SO_BACKLOG: " + backlog + " (expected: >= 0)");
        }
        this.backlog = backlog == 0 ? NetUtil.SOMAXCONN : backlog;
        return this;
    }

    @Override
    public boolean isReuseAddress() {
        return reuseAddress;
    }

    @Override
    public CulvertServerChannelConfig setReuseAddress(boolean reuseAddress) {
        this.reuseAddress = reuseAddress;
        return this;
    }

    @Override
    public int getReceiveBufferSize() {
        return options.get(SO_RCVBUF);
    }

    @Override
    public CulvertServerChannelConfig setReceiveBufferSize(int receiveBufferSize) {
        options.set(SO_RCVBUF, receiveBufferSize);
        return this;
    }

    @Override
    public CulvertServerChannelConfig setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        return this;
    }

    @Override
    public CulvertServerChannelConfig setConnectTimeoutMillis(int connectTimeoutMillis) {
        super.setConnectTimeoutMillis(connectTimeoutMillis);
        return this;
    }

    @Deprecated
    @Override
    public CulvertServerChannelConfig setMaxMessagesPerRead(int maxMessagesPerRead) {
        super.setMaxMessagesPerRead(maxMessagesPerRead);
        return this;
    }

    @Override
    public CulvertServerChannelConfig setWriteSpinCount(int writeSpinCount) {
        super.setWriteSpinCount(writeSpinCount);
        return this;
    }

    @Override
    public CulvertServerChannelConfig setAllocator(ByteBufAllocator allocator) {
        super.setAllocator(allocator);
        return this;
    }

    @Override
    public CulvertServerChannelConfig setRecvByteBufAllocator(RecvByteBufAllocator recvByteBufAllocator) {
        super.setRecvByteBufAllocator(recvByteBufAllocator);
        return this;
    }

    @Override
    public CulvertServerChannelConfig setAutoRead(boolean autoRead) {
        super.setAutoRead(autoRead);
        return this;
    }

    @Override
    public CulvertServerChannelConfig setAutoClose(boolean autoClose) {
        super.setAutoClose(autoClose);
        return this;
    }

    @Override
    public CulvertServerChannelConfig setMessageSizeEstimator(MessageSizeEstimator messageSizeEstimator) {
        super.setMessageSizeEstimator(messageSizeEstimator);
        return this;
    }

    @Override
    public CulvertServerChannelConfig setWriteBufferWaterMark(WriteBufferWaterMark writeBufferWaterMark) {
        super.setWriteBufferWaterMark(writeBufferWaterMark);
        return this;
    }

    @Override
    public CulvertServerChannelConfig setWriteBufferHighWaterMark(int writeBufferHighWaterMark) {
        super.setWriteBufferHighWaterMark(writeBufferHighWaterMark);
        return this;
    }

    @Override
    public CulvertServerChannelConfig setWriteBufferLowWaterMark(int writeBufferLowWaterMark) {
        super.setWriteBufferLowWaterMark(writeBufferLowWaterMark);
        return this;
    }
}
