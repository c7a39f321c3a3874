/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Closes an idle carrier's socket behind the datagrams that its last session has written, a reset for instance: a full
 * socket keeps them for a while, and one of io_uring, which takes them one by one, always does.
 */
final class LastDatagrams {
    private static final int RETRY_MILLIS = 1;

    private final Carrier carrier;
    private boolean waiting;

    LastDatagrams(Carrier carrier) {
        this.carrier = carrier;
    }

    void closeBehind() {
        ChannelOutboundBuffer unsent = carrier.udp().unsafe().outboundBuffer();
        if (unsent == null || unsent.isEmpty()) {
            carrier.udp().close();
        } else if (!waiting) {
            waiting = true;
            carrier.loop().schedule(this::retry, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void retry() {
        waiting = false;
        carrier.closeIfIdle();
    }
}
