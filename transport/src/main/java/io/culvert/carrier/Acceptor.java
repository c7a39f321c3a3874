/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.session.SessionConfig;

/** The server channel, as a carrier knows it. Called on the carrier's event loop, at the end of a batch. */
public interface Acceptor {
    /** Settings of a session that a connection request makes. */
    SessionConfig newSessionConfig();

    /** A session is established and waits to be accepted. */
    void onEstablished(CarriedSession carried);

    /** A session that waited to be accepted has failed before it was. */
    void onUnacceptedFailed(CarriedSession carried);

    /** The socket that reserves the port is gone. Called on its event loop, the server's. */
    void onPortClosed();
}
