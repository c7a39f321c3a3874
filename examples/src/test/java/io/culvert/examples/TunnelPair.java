/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** A tunnel of two on this machine: an entrance that TCP programs connect to, an exit that connects to a program. */
final class TunnelPair implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SOCKET_TIMEOUT_MILLIS = 30_000;

    private final StringWriter entranceOut = new StringWriter();
    private final StringWriter exitOut = new StringWriter();
    private final Stack entranceStack;
    private final Stack exitStack;
    private final IoKind io;
    private final TunnelUrl target;
    private final SilentPeer silentPeer = new SilentPeer(60);
    private Forwarder entrance;
    private Forwarder exit;
    private InetSocketAddress address;

    private TunnelPair(IoKind io, InetSocketAddress target) {
        this.io = io;
        this.target = TunnelUrl.parse("tcp://" + Endpoint.text(target));
        entranceStack = new Stack(1, io);
        exitStack = new Stack(1, io);
    }

    static TunnelPair to(InetSocketAddress target, IoKind io) {
        return new TunnelPair(io, target);
    }

    /** One that leads to a server, and is not open yet. */
    static TunnelPair to(ServerSocket server, IoKind io) {
        return new TunnelPair(io, (InetSocketAddress) server.getLocalSocketAddress());
    }

    static ServerSocket newServer() throws IOException {
        ServerSocket server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        server.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        return server;
    }

    static Socket accepted(ServerSocket server) throws IOException {
        Socket socket = server.accept();
        socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        return socket;
    }

    TunnelPair open() throws Exception {
        return open(forwarder -> forwarder);
    }

    /** What a test sets of both sides' Culvert. */
    interface Settings {
        Forwarder apply(Forwarder forwarder);
    }

    TunnelPair open(Settings settings) throws Exception {
        exit = settings.apply(new Forwarder(TunnelUrl.parse("culvert://127.0.0.1:0"), target, io, null, silentPeer,
                new PrintWriter(exitOut, true)));
        InetSocketAddress middle = exit.open(exitStack.group());
        entrance = settings.apply(new Forwarder(TunnelUrl.parse("tcp://127.0.0.1:0"),
                TunnelUrl.parse("culvert://" + Endpoint.text(middle)), io, null, silentPeer,
                new PrintWriter(entranceOut, true)));
        address = entrance.open(entranceStack.group());
        return this;
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        return socket;
    }

    int port() {
        return address.getPort();
    }

    /** What the relays hold now: bytes that they have read and no transport has taken. */
    long heldBytes() {
        long held = 0;
        for (List<Channel> channels : List.of(List.copyOf(entrance.channels()), List.copyOf(exit.channels()))) {
            for (Channel channel : channels) {
                ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
                held += buffer == null ? 0 : buffer.totalPendingWriteBytes();
            }
        }
        return held;
    }

    /** The lines of the entrance, and of the exit, once there are as many sessions over. */
    List<String> entranceLines(int sessions) {
        return lines(entranceOut, sessions);
    }

    List<String> exitLines(int sessions) {
        return lines(exitOut, sessions);
    }

    private static List<String> lines(StringWriter out, int sessions) {
        await().atMost(PATIENCE).until(() -> out.toString().lines().count() >= sessions);
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.size() == sessions && lines.stream().allMatch(line -> line.startsWith("closed 127.0.0.1:")),
                lines::toString);
        return lines;
    }

    @Override
    public void close() {
        if (entrance != null) {
            entrance.close();
        }
        if (exit != null) {
            exit.close();
        }
        entranceStack.close();
        exitStack.close();
    }
}
