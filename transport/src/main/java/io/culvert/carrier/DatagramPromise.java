/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.util.function.Consumer;

/**
 * The promise of all datagrams of one session. Like Netty's void promise it is never done, takes no listeners and can
 * be used again and again; unlike that, it tells whose datagram has failed.
 */
class DatagramPromise extends DefaultChannelPromise {
    private final Consumer<Throwable> onFailure;

    /**
     * A promise for a UDP channel.
     *
     * @param onFailure hears of every datagram that could not be sent
     */
    DatagramPromise(Channel channel, Consumer<Throwable> onFailure) {
        super(channel);
        this.onFailure = onFailure;
    }

    @Override
    public boolean setUncancellable() {
        return true;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return false;
    }

    /** A datagram has left. */
    void succeeded() {
    }

    /** A datagram could not be sent. */
    void failed(Throwable cause) {
        onFailure.accept(cause);
    }

    @Override
    public boolean trySuccess() {
        succeeded();
        return true;
    }

    @Override
    public boolean trySuccess(Void result) {
        return trySuccess();
    }

    @Override
    public ChannelPromise setSuccess() {
        succeeded();
        return this;
    }

    @Override
    public ChannelPromise setSuccess(Void result) {
        return setSuccess();
    }

    @Override
    public boolean tryFailure(Throwable cause) {
        failed(cause);
        return true;
    }

    @Override
    public ChannelPromise setFailure(Throwable cause) {
        failed(cause);
        return this;
    }

    @Override
    public boolean isVoid() {
        return true;
    }

    /** For handlers that must know what became of one datagram: a promise of its own. */
    @Override
    public ChannelPromise unvoid() {
        return new DefaultChannelPromise(channel()).addListener(future -> {
            if (future.isSuccess()) {
                succeeded();
            } else {
                failed(future.cause());
            }
        });
    }

    @Override
    public ChannelPromise addListener(GenericFutureListener<? extends Future<? super Void>> listener) {
        throw new IllegalStateException("no listeners: unvoid() gives a promise that takes them");
    }

    @Override
    @SuppressWarnings("unchecked")
    public ChannelPromise addListeners(GenericFutureListener<? extends Future<? super Void>>... listeners) {
        throw new IllegalStateException("no listeners: unvoid() gives a promise that takes them");
    }
}
