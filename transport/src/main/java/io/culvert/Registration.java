/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.carrier.CarriedSession;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

/** How a channel comes to its event loop: an accepted one to the loop of its session, once that is there. */
final class Registration {
    private Registration() {
    }

    /**
     * The loop that a channel runs on when it is asked to run on another: that of an accepted one its server chooses.
     */
    static EventLoop loopFor(CulvertChannel channel, EventLoop asked) {
        CarriedSession carried = channel.carried();
        if (carried == null) {
            return asked;
        }
        return channel.parent() instanceof CulvertServerChannel server && !channel.isRegisteredBefore()
                ? server.place(carried, asked) : carried.loop();
    }

    static void register(CulvertChannel channel, ChannelPromise promise) {
        Future<Void> arrival = channel.arrival();
        if (arrival == null) {
            finish(channel, promise);
            return;
        }
        arrival.addListener(future -> {
            if (future.isSuccess()) {
                finish(channel, promise);
            } else {
                promise.setFailure(future.cause());
            }
        });
    }

    private static void finish(CulvertChannel channel, ChannelPromise promise) {
        CarriedSession carried = channel.carried();
        if (!channel.registered() || carried == null) {
            promise.setSuccess();
            return;
        }
        carried.owner(channel.owner());
        // channelActive is fired by the registration of an accepted channel, and may block this thread
        carried.sendInline(true);
        try {
            promise.setSuccess();
        } finally {
            carried.sendInline(false);
        }
        // what came before the channel was registered is told once channelActive has been
        carried.loop().execute(channel::wake);
    }
}
