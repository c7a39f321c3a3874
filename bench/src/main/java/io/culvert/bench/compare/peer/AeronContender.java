/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.peer;

import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.compare.contender.StreamHandler;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Aeron with the media driver inside. Its streams go one way, so a stream here is two of them: the client's first
 * message says where the way back ends.
 */
final class AeronContender implements Contender {
    /** Busy waiting, as the Aeron documentation has it for a processor of its own; else it backs off. */
    static final String SPIN = "spin";
    static final String BACKOFF = "backoff";

    private final AeronLoop loop;
    /** Where replies come in, by the address that they come to. Only for the loop's thread. */
    private final Map<InetAddress, AeronEndpoint> replies = new HashMap<>();

    AeronContender(Setup setup) throws Exception {
        loop = new AeronLoop(setup.mtu(), setup.io().equals(SPIN));
    }

    @Override
    public int listen(Supplier<? extends StreamHandler> handlers) throws Exception {
        CompletableFuture<Integer> port = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                port.complete(new AeronEndpoint(loop, "0.0.0.0", handlers).port());
            } catch (Exception e) {
                port.completeExceptionally(e);
            }
        });
        return port.get();
    }

    @Override
    public void connect(InetSocketAddress remote, StreamHandler handler) {
        loop.execute(() -> {
            AeronStream stream;
            try {
                InetAddress local = localAddress(remote);
                AeronEndpoint reply = replies.get(local);
                if (reply == null) {
                    reply = new AeronEndpoint(loop, name(local), null);
                    replies.put(local, reply);
                }
                stream = new AeronStream(loop, reply, name(remote.getAddress()) + ":" + remote.getPort(), handler);
            } catch (Exception e) {
                handler.closed(null, e);
                return;
            }
            loop.add(stream);
        });
    }

    private static InetAddress localAddress(InetSocketAddress remote) throws SocketException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(remote);
            return socket.getLocalAddress();
        }
    }

    private static String name(InetAddress address) {
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }

    @Override
    public void close() throws Exception {
        loop.close();
    }
}
