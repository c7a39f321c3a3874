/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.netty.channel.ChannelPromise;

/** Closes a channel's directions one by one, and keeps the promises made of it. */
final class HalfClose {
    private final CulvertChannel channel;
    private final SessionReader reader;
    private final SessionWriter writer;

    HalfClose(CulvertChannel channel, SessionReader reader, SessionWriter writer) {
        this.channel = channel;
        this.reader = reader;
        this.writer = writer;
    }

    void shutdownInput(ChannelPromise promise) {
        channel.runOnLoop(() -> {
            if (!channel.isActive()) {
                promise.tryFailure(channel.notActive());
            } else if (promise.setUncancellable()) {
                reader.shutdown();
                promise.trySuccess();
            }
        });
    }

    void shutdownOutput(ChannelPromise promise) {
        channel.runOnLoop(() -> {
            if (!channel.isActive()) {
                promise.tryFailure(channel.notActive());
            } else {
                writer.shutdown(promise);
            }
        });
    }

    /** The output first: its failure is told before that of the input. */
    void shutdown(ChannelPromise promise) {
        channel.shutdownOutput().addListener(output -> channel.shutdownInput().addListener(input -> {
            Throwable cause = output.isSuccess() ? input.cause() : output.cause();
            if (cause == null) {
                promise.trySuccess();
            } else {
                promise.tryFailure(cause);
            }
        }));
    }
}
