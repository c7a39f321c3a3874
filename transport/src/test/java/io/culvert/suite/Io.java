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
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;

/** The kinds of event loop. */
public enum Io {
    NIO, EPOLL, IO_URING;

    /** Skips the test where there is no such event loop. */
    public IoHandlerFactory factory() {
        return switch (this) {
            case NIO -> NioIoHandler.newFactory();
            case EPOLL -> {
                assumeTrue(Epoll.isAvailable(), () -> "skipped: no native epoll: " + Epoll.unavailabilityCause());
                yield EpollIoHandler.newFactory();
            }
            case IO_URING -> {
                assumeTrue(IoUring.isAvailable(), () -> "skipped: no io_uring: " + IoUring.unavailabilityCause());
                yield IoUringIoHandler.newFactory();
            }
        };
    }
}
