/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;

/** Stands between a client and a server, and can take its socket away. */
final class Relay implements AutoCloseable {
    private static final int MAX_DATAGRAM_BYTES = 65536;

    private final InetSocketAddress server;
    private final DatagramSocket toServer;
    private final InetSocketAddress address;
    private volatile DatagramSocket toClient;
    private volatile SocketAddress client;

    Relay(InetSocketAddress server) throws IOException {
        this.server = server;
        toServer = new DatagramSocket(new InetSocketAddress(server.getAddress(), 0));
        toClient = new DatagramSocket(new InetSocketAddress(server.getAddress(), 0));
        address = (InetSocketAddress) toClient.getLocalSocketAddress();
        carry(toClient, true);
        carry(toServer, false);
    }

    /** Where the client connects to. */
    InetSocketAddress address() {
        return address;
    }

    void vanish() {
        toClient.close();
    }

    void comeBack() throws IOException {
        toClient = new DatagramSocket(address);
        carry(toClient, true);
    }

    private void carry(DatagramSocket from, boolean up) {
        Thread thread = new Thread(() -> {
            byte[] bytes = new byte[MAX_DATAGRAM_BYTES];
            while (!from.isClosed()) {
                DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                try {
                    from.receive(packet);
                    if (up) {
                        client = packet.getSocketAddress();
                    }
                    send(packet, up);
                } catch (IOException e) {
                    if (!from.isClosed() && !(e instanceof SocketException)) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void send(DatagramPacket packet, boolean up) throws IOException {
        DatagramSocket socket = up ? toServer : toClient;
        packet.setSocketAddress(up ? server : client);
        socket.send(packet);
    }

    @Override
    public void close() {
        toClient.close();
        toServer.close();
    }
}
