/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.carrier.CarriedSession;
import io.culvert.session.Session;
import io.culvert.state.ConnectionState;

/** What becomes of a session whose channel is closed. */
final class Closing {
    private static final long DEFAULT_LINGER_SECONDS = 10;

    private Closing() {
    }

    /** Begins the close; answers what to wait for, {@code null} for nothing. */
    static Lingering begin(CulvertChannel channel) {
        CarriedSession carried = channel.carried();
        Session session = carried.session();
        int linger = channel.config().getSoLinger();
        boolean unread = session.receiveQueue.bytes() > 0 && session.state() != ConnectionState.TIME_WAIT;
        // RFC 2525 2.17: received bytes that nobody will read are answered with a reset, and so is SO_LINGER 0
        if (linger == 0 || unread) {
            // what a write has promised leaves before it
            carried.sendNow();
            carried.abort();
            return null;
        }
        session.closeFully();
        carried.closeOutput();
        if (channel.isEnded() || session.isDelivered()) {
            return null;
        }
        return new Lingering(channel.eventLoop(), linger < 0 ? DEFAULT_LINGER_SECONDS : linger);
    }

    /** The channel is closed: what is left of the session goes on by itself. */
    static void release(CarriedSession carried) {
        Session session = carried.session();
        if (!session.isFullyClosed() && session.state() != ConnectionState.CLOSED) {
            carried.abort();
        }
        session.closeFully();
        carried.orphan();
    }
}
