/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.state.ConnectionEvent;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;

/** Sessions without a network. */
final class Established {
    private Established() {
    }

    /** A client's session: its first byte is 1, and the peer's window 64 KiB. */
    static Session client() {
        InetSocketAddress address = new InetSocketAddress("127.0.0.1", 1);
        Session session = new Session(address, address, false, new SessionConfig(), UnpooledByteBufAllocator.DEFAULT,
                new PathMtu(1500, false, false), 0, 0);
        session.machine.fire(ConnectionEvent.OPEN_ACTIVE);
        session.machine.fire(ConnectionEvent.SYN_ACK);
        session.snd.nxt(1);
        session.snd.una(1);
        session.snd.updateWindow(1 << 16, 0, 1);
        Handshake.open(session);
        return session;
    }
}
