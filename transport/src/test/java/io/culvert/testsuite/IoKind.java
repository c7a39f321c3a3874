/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.testsuite;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.function.Supplier;

/** The kinds of event loop, and the bootstraps that Netty's testsuite runs on each. */
enum IoKind {
    NIO(NioIoHandler::newFactory, () -> null),
    EPOLL(EpollIoHandler::newFactory, Epoll::unavailabilityCause),
    IO_URING(IoUringIoHandler::newFactory, IoUring::unavailabilityCause);

    private static final int THREADS = 2;
    private static final int MSL_MILLIS = 100;

    private final Supplier<IoHandlerFactory> handlers;
    private final Supplier<Throwable> unavailabilityCause;
    private EventLoopGroup servers;
    private EventLoopGroup clients;

    IoKind(Supplier<IoHandlerFactory> handlers, Supplier<Throwable> unavailabilityCause) {
        this.handlers = handlers;
        this.unavailabilityCause = unavailabilityCause;
    }

    /** Skips the test where there is no such event loop. */
    void assumeAvailable() {
        Throwable cause = unavailabilityCause.get();
        assumeTrue(cause == null, () -> "skipped: no " + this + " here: " + cause);
    }

    EventLoopGroup newGroup(int threads, String name) {
        assumeAvailable();
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), handlers.get());
    }

    /** Apart from the clients' loops: tests block one side's event loop until the other side has answered. */
    private synchronized EventLoopGroup servers() {
        if (servers == null) {
            servers = newGroup(THREADS, this + "-servers");
        }
        return servers;
    }

    private synchronized EventLoopGroup clients() {
        if (clients == null) {
            clients = newGroup(THREADS, this + "-clients");
        }
        return clients;
    }

    ServerBootstrap server() {
        return new ServerBootstrap().group(servers()).channel(CulvertServerChannel.class)
                .option(CulvertChannelOption.MSL_MILLIS, MSL_MILLIS);
    }

    Bootstrap client() {
        return new Bootstrap().group(clients()).channel(CulvertChannel.class)
                .option(CulvertChannelOption.MSL_MILLIS, MSL_MILLIS);
    }

    List<BootstrapFactory<ServerBootstrap>> serverFactories() {
        return List.of(this::server);
    }

    List<BootstrapFactory<Bootstrap>> clientFactories() {
        return List.of(this::client);
    }

    List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> pairFactories() {
        return List.of(new BootstrapComboFactory<>() {
            @Override
            public ServerBootstrap newServerInstance() {
                return server();
            }

            @Override
            public Bootstrap newClientInstance() {
                return client();
            }
        });
    }
}
