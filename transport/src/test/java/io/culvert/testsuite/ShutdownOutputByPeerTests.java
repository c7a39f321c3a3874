/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.testsuite;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.AbstractSocketShutdownOutputByPeerTest;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;

/** With a channel of ours where {@code SocketShutdownOutputByPeerTest} has a kernel's socket. */
abstract class ShutdownOutputByPeerTests extends AbstractSocketShutdownOutputByPeerTest<BlockingSocket> {
    private final IoKind io;

    ShutdownOutputByPeerTests(IoKind io) {
        this.io = io;
    }

    @Override
    protected List<BootstrapFactory<ServerBootstrap>> newFactories() {
        return io.serverFactories();
    }

    @Override
    protected void shutdownOutput(BlockingSocket socket) throws IOException {
        socket.shutdownOutput();
    }

    @Override
    protected void connect(BlockingSocket socket, SocketAddress address) throws IOException {
        socket.connect(address);
    }

    @Override
    protected void close(BlockingSocket socket) {
        socket.close();
    }

    @Override
    protected void write(BlockingSocket socket, int data) throws IOException {
        socket.write(data);
    }

    @Override
    protected BlockingSocket newSocket() {
        return new BlockingSocket(io.client());
    }
}
