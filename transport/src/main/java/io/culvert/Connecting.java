/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeUnit;

/** A connect under way: its promise, and the timer of {@code CONNECT_TIMEOUT_MILLIS} that ends it. */
final class Connecting {
    private final ChannelPromise promise;
    private Future<?> timeout;

    Connecting(CulvertChannel channel, ChannelPromise promise, SocketAddress remote) {
        this.promise = promise;
        int millis = channel.config().getConnectTimeoutMillis();
        if (millis > 0) {
            timeout = channel.eventLoop().schedule(() -> {
                channel.connectTimesOut();
                if (promise.tryFailure(new ConnectTimeoutException(
                        "connection timed out after " + millis + " ms: " + remote))) {
                    channel.unsafe().close(channel.unsafe().voidPromise());
                }
            }, millis, TimeUnit.MILLISECONDS);
        }
        promise.addListener(future -> {
            if (future.isCancelled()) {
                stopTimer();
                channel.connectCancelled();
            }
        });
    }

    /**
     * The address to connect to.
     *
     * @throws UnsupportedOperationException if it is of another kind
     * @throws UnresolvedAddressException if its name was not resolved
     */
    static InetSocketAddress resolved(SocketAddress address) {
        if (!(address instanceof InetSocketAddress remote)) {
            throw new UnsupportedOperationException("not an InetSocketAddress: " + address);
        }
        if (remote.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        return remote;
    }

    private void stopTimer() {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    /** Completes the promise; false when it was cancelled or has failed. */
    boolean succeed() {
        stopTimer();
        return promise.trySuccess();
    }

    void fail(Throwable cause) {
        stopTimer();
        promise.tryFailure(cause);
    }
}
