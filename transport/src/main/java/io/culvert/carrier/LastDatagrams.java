/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.TimeUnit;

/**
 * Closes an idle carrier's socket behind the datagrams that its last session has written, a reset for instance: a full
 * socket keeps them for a while, and one of io_uring, which takes them one by one, always does.
 */
final class LastDatagrams {
    private static final int RETRY_MILLIS = 1;

    private final Carrier carrier;
    private boolean waiting;
    /** Completes when the socket is closed, {@code null} before it is to be. */
    private Promise<Void> closing;
    private boolean closeAsked;

    LastDatagrams(Carrier carrier) {
        this.carrier = carrier;
    }

    /** When the socket is closed; {@code null} when it is to stay open. */
    Future<Void> closing() {
        return closing;
    }

    void closeBehind() {
        if (closing == null) {
            closing = carrier.loop().newPromise();
        }
        // a train that has not departed is not in the buffer yet
        carrier.udp().flush();
        ChannelOutboundBuffer unsent = carrier.udp().unsafe().outboundBuffer();
        if (unsent == null || unsent.isEmpty()) {
            closeAsked = true;
            // io_uring's is done when the descriptor is closed, a turn after the channel is
            carrier.udp().close().addListener(closed -> closing.trySuccess(null));
        } else if (!waiting) {
            waiting = true;
            carrier.loop().schedule(this::retry, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Whether the socket has been closed, of which one of io_uring tells only turns of its loop later. */
    boolean isClosing() {
        return closeAsked;
    }

    /** The loop ends, and closes its sockets itself. */
    void loopEnds() {
        if (closing != null) {
            closing.trySuccess(null);
        }
    }

    private void retry() {
        waiting = false;
        carrier.closeIfIdle();
    }
}
