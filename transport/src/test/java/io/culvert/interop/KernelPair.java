/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;

/** One open connection between a socket of the kernel and a channel of ours. */
final class KernelPair implements AutoCloseable {
    enum Role {
        KERNEL_CONNECTS, CULVERT_CONNECTS
    }

    private final InetAddress kernelHost;
    private final int kernelPort;
    private final int peerPort;
    private final Socket kernel;
    private final StreamRecord record;
    private final ServerSocketChannel server;

    private KernelPair(Socket kernel, StreamRecord record, ServerSocketChannel server) throws IOException {
        this.kernel = kernel;
        this.record = record;
        this.server = server;
        kernelHost = kernel.getLocalAddress();
        kernelPort = kernel.getLocalPort();
        peerPort = kernel.getPort();
        kernel.setSoTimeout(Blocking.PATIENCE_MILLIS);
    }

    /** The bootstraps have their groups, channels and options; the handlers are set here. */
    static KernelPair open(Role role, TunBridge bridge, Bootstrap ours, ServerBootstrap ourServer) throws Exception {
        StreamRecord record = new StreamRecord();
        if (role == Role.CULVERT_CONNECTS) {
            try (ServerSocket listener = new ServerSocket(0, 16, bridge.kernelHost())) {
                listener.setSoTimeout(Blocking.PATIENCE_MILLIS);
                ours.handler(record).connect(bridge.toKernel(listener.getLocalPort())).sync();
                return new KernelPair(listener.accept(), record, null);
            }
        }
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        ServerSocketChannel server =
                (ServerSocketChannel) ourServer.childHandler(record).bind(anyPort).sync().channel();
        Socket kernel = new Socket();
        kernel.connect(bridge.toUdp(server.localAddress().getPort()), Blocking.PATIENCE_MILLIS);
        return new KernelPair(kernel, record, server);
    }

    Socket kernel() {
        return kernel;
    }

    SocketChannel culvert() throws Exception {
        return Blocking.join(record.active());
    }

    StreamRecord record() {
        return record;
    }

    /** Null where ours is the client. */
    ServerSocketChannel server() {
        return server;
    }

    /** The state of this connection in the kernel's table, also after the socket is closed; null when it is gone. */
    KernelSockets.State kernelState() throws IOException {
        return KernelSockets.stateOf(kernelHost, kernelPort, peerPort);
    }

    @Override
    public void close() throws Exception {
        kernel.close();
        if (record.active().isDone()) {
            culvert().close().sync();
        }
        if (server != null) {
            server.close().sync();
        }
    }
}
