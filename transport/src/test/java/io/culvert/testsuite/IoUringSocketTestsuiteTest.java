/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.testsuite;

/** Netty's testsuite of stream sockets on io_uring. */
class IoUringSocketTestsuiteTest extends SocketTestsuite {
    IoUringSocketTestsuiteTest() {
        super(IoKind.IO_URING);
    }
}
