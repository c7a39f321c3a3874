/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import java.util.concurrent.Executor;

/**
 * Event loops on epoll for TCP channels that are not always read. At the peer's end of data Netty 4.2.18 reads all that
 * the kernel has, wanted or not (EPOLLRDHUP): here the end is found by reading up to it. And when a channel waits for
 * nothing, Netty takes its socket out of the epoll set (netty/netty#16689) and fails with ENOENT when it waits again:
 * here the socket stays in the set, edge-triggered, where only a reset wakes the loop, once.
 */
final class EpollLoops extends MultiThreadIoEventLoopGroup {
    EpollLoops(int threads) {
        super(threads, EpollIoHandler.newFactory());
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory epoll, Object... args) {
        return new SingleThreadIoEventLoop(this, executor, loop -> new Keeping(epoll.newHandler(loop))) {
            @Override
            public boolean isIoType(Class<? extends IoHandler> type) {
                return type == EpollIoHandler.class;
            }
        };
    }

    /** Epoll, whose registrations are kept. */
    private record Keeping(IoHandler epoll) implements IoHandler {
        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return new Kept(epoll.register(handle));
        }

        @Override
        public void initialize() {
            epoll.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
            return epoll.run(context);
        }

        @Override
        public void prepareToDestroy() {
            epoll.prepareToDestroy();
        }

        @Override
        public void destroy() {
            epoll.destroy();
        }

        @Override
        public void wakeup() {
            epoll.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return epoll.isCompatible(type);
        }
    }

    /** A registration that once it is in the epoll set stays there. */
    private static final class Kept implements IoRegistration {
        private final IoRegistration registration;
        private volatile boolean added;

        Kept(IoRegistration registration) {
            this.registration = registration;
        }

        @Override
        public long submit(IoOps ops) {
            added |= !ops.equals(EpollIoOps.NONE);
            EpollIoOps wanted = ((EpollIoOps) ops).without(EpollIoOps.EPOLLRDHUP);
            return registration.submit(added && wanted.equals(EpollIoOps.NONE) ? EpollIoOps.EPOLLET : wanted);
        }

        @Override
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }
    }
}
