/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import io.culvert.CulvertChannelOption;
import io.culvert.socket.CulvertServerSocket;
import io.culvert.socket.CulvertServerSocketFactory;
import io.culvert.socket.CulvertSocketFactory;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.concurrent.Executor;
import javax.net.SocketFactory;

/** Blocking sockets, as the JDK's. */
public final class SocketRecipe {
    private SocketRecipe() {
    }

    // recipe: client
    public static byte[] ask(SocketFactory sockets, String host, int port, byte[] question) throws IOException {
        try (Socket socket = sockets.createSocket(host, port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(question);
            socket.shutdownOutput();
            return socket.getInputStream().readAllBytes();
        }
    }

    public static SocketFactory sockets(EventLoopGroup group) {
        return new CulvertSocketFactory(group)      // without a group: event loops that all such factories share
                .with(CulvertChannelOption.TCP_USER_TIMEOUT, 20_000);
    }
    // recipe ends

    // recipe: server
    public static CulvertServerSocket listen(EventLoopGroup group, int port) throws IOException {
        return new CulvertServerSocketFactory(group).createServerSocket(port);
    }

    /** Answers with the question, a thread for each socket: virtual ones where the JDK has them. */
    public static void serve(CulvertServerSocket server, Executor threads) throws IOException {
        while (!server.isClosed()) {
            Socket socket = server.accept();
            threads.execute(() -> {
                try (socket) {
                    socket.getOutputStream().write(socket.getInputStream().readAllBytes());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
    // recipe ends
}
