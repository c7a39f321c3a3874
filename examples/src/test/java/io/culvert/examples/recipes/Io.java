/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;

/** The kinds of event loop that every stack is tried on. */
enum Io {
    NIO, EPOLL;

    /** Skips the test where there is no such event loop. */
    IoHandlerFactory factory() {
        if (this == NIO) {
            return NioIoHandler.newFactory();
        }
        assumeTrue(Epoll.isAvailable(), () -> "skipped: no native epoll: " + Epoll.unavailabilityCause());
        return EpollIoHandler.newFactory();
    }
}
