/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import java.net.SocketException;

/** The peer has not answered for as long as the session was allowed to try. */
public final class CulvertTimeoutException extends SocketException {
    private static final long serialVersionUID = 1L;

    CulvertTimeoutException(String message) {
        super(message);
    }
}
