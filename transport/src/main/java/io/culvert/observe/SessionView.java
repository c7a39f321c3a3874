/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.culvert.state.ConnectionState;
import java.net.InetSocketAddress;

/** The side of a session that an observer sees. Read on the session's event loop. */
public interface SessionView {
    /** Our UDP address and port; the address is the wildcard when the socket is bound to it. */
    InetSocketAddress localAddress();

    /** The peer's UDP address and port. */
    InetSocketAddress remoteAddress();

    /** The state of the session now. */
    ConnectionState state();

    /** Our initial sequence number. */
    int iss();

    /** The peer's initial sequence number; meaningful from SYN-RECEIVED or ESTABLISHED on. */
    int irs();
}
