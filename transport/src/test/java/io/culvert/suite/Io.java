/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;

/** The kinds of event loop. */
enum Io {
    NIO, EPOLL;

    /** Skips the test where there is no such event loop. */
    IoHandlerFactory factory() {
        if (this == NIO) {
            return NioIoHandler.newFactory();
        }
        assumeTrue(Epoll.isAvailable(), "skipped: no native epoll");
        return EpollIoHandler.newFactory();
    }
}
