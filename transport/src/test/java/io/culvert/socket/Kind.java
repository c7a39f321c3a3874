/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.culvert.suite.Io;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;

/** Whose sockets. */
enum Kind {
    JDK(null), NIO(Io.NIO), EPOLL(Io.EPOLL);

    private final Io io;

    Kind(Io io) {
        this.io = io;
    }

    boolean isCulvert() {
        return io != null;
    }

    /** Skips the test where there is no such event loop. */
    EventLoopGroup newGroup(int threads) {
        return new MultiThreadIoEventLoopGroup(threads, io.factory());
    }
}
