/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.carrier.CarriedSession;
import io.culvert.carrier.Carrier;
import io.culvert.carrier.CarrierFactory;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Which carrier a channel connects through: the one that was bound before, or one chosen for the peer. */
final class ClientCarrier {
    private final CulvertChannel channel;
    private final SessionOptions options;
    private Carrier bound;

    ClientCarrier(CulvertChannel channel, SessionOptions options) {
        this.channel = channel;
        this.options = options;
    }

    void bind(EventLoop loop, SocketAddress local) throws Exception {
        if (bound != null) {
            throw new IOException("bound already");
        }
        bound = factory().bind(loop, local);
    }

    /** Where the channel is bound, {@code null} when it is not. */
    SocketAddress local() {
        return bound == null ? null : bound.local();
    }

    /** Makes the session that connects to a peer. */
    CarriedSession newSession(EventLoop loop, InetSocketAddress remote, SocketAddress local) throws Exception {
        Carrier carrier = carrierTo(loop, remote, local);
        InetSocketAddress peer = options.session().rendezvous ? remote : carrier.remote();
        return carrier.newActive(peer, options.session());
    }

    private Carrier carrierTo(EventLoop loop, InetSocketAddress remote, SocketAddress local) throws Exception {
        if (options.session().rendezvous) {
            return factory().meet(loop, bound, remote, local);
        }
        if (bound == null) {
            return factory().connect(loop, remote, local, options.session().timestamps);
        }
        CarrierFactory.connect(bound, remote);
        return bound;
    }

    private CarrierFactory factory() {
        return options.carrierFactory(channel.config().getAllocator());
    }

    /** Without a session the carrier that was bound is of no use. */
    void closeUnused() {
        if (bound != null) {
            bound.closeUnused();
        }
    }
}
