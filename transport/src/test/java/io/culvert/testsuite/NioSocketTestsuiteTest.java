/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.testsuite;

/** Netty's testsuite of stream sockets on NIO. */
class NioSocketTestsuiteTest extends SocketTestsuite {
    NioSocketTestsuiteTest() {
        super(IoKind.NIO);
    }
}
