/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.util.function.Consumer;

/**
 * Registers an accepted channel on the loop that its server chooses for its session; otherwise delegates. Until the
 * session has arrived there the channel is not registered: what is asked of it goes through its pipeline afterwards.
 */
final class CarrierLoopUnsafe implements Channel.Unsafe {
    private final Channel.Unsafe unsafe;
    private final CulvertChannel channel;

    CarrierLoopUnsafe(Channel.Unsafe unsafe, CulvertChannel channel) {
        this.unsafe = unsafe;
        this.channel = channel;
    }

    @Override
    public void register(EventLoop eventLoop, ChannelPromise promise) {
        unsafe.register(channel.loopFor(eventLoop), promise);
    }

    /** Whether something has to wait until the session is there and the pipeline complete; it is called then. */
    private boolean isLater(Consumer<ChannelPipeline> operation) {
        Future<Void> arrival = channel.arrival();
        if (arrival == null) {
            return false;
        }
        arrival.addListener(arrived -> operation.accept(channel.pipeline()));
        return true;
    }

    private static ChannelPromise real(ChannelPromise promise, ChannelPipeline pipeline) {
        return promise.isVoid() ? pipeline.newPromise() : promise;
    }

    @Override
    @SuppressWarnings("deprecation")
    public RecvByteBufAllocator.Handle recvBufAllocHandle() {
        return unsafe.recvBufAllocHandle();
    }

    @Override
    public SocketAddress localAddress() {
        return unsafe.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return unsafe.remoteAddress();
    }

    @Override
    public void bind(SocketAddress localAddress, ChannelPromise promise) {
        unsafe.bind(localAddress, promise);
    }

    @Override
    public void connect(SocketAddress remoteAddress, SocketAddress localAddress, ChannelPromise promise) {
        unsafe.connect(remoteAddress, localAddress, promise);
    }

    @Override
    public void disconnect(ChannelPromise promise) {
        if (!isLater(pipeline -> pipeline.disconnect(real(promise, pipeline)))) {
            unsafe.disconnect(promise);
        }
    }

    @Override
    public void close(ChannelPromise promise) {
        if (!isLater(pipeline -> pipeline.close(real(promise, pipeline)))) {
            unsafe.close(promise);
        }
    }

    @Override
    public void closeForcibly() {
        unsafe.closeForcibly();
    }

    @Override
    public void deregister(ChannelPromise promise) {
        if (!isLater(pipeline -> pipeline.deregister(real(promise, pipeline)))) {
            unsafe.deregister(promise);
        }
    }

    @Override
    public void beginRead() {
        if (!isLater(ChannelPipeline::read)) {
            unsafe.beginRead();
        }
    }

    @Override
    public void write(Object message, ChannelPromise promise) {
        if (!isLater(pipeline -> pipeline.write(message, promise))) {
            unsafe.write(message, promise);
        }
    }

    @Override
    public void flush() {
        if (!isLater(ChannelPipeline::flush)) {
            unsafe.flush();
        }
    }

    @Override
    public ChannelPromise voidPromise() {
        return unsafe.voidPromise();
    }

    @Override
    public ChannelOutboundBuffer outboundBuffer() {
        return unsafe.outboundBuffer();
    }
}
