/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.peer;

import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.StreamHandler;
import io.culvert.bench.compare.netty.Tls;
import io.netty.pkitesting.X509Bundle;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.QuicStream;
import tech.kwik.core.log.Logger;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.server.ApplicationProtocolConnection;
import tech.kwik.core.server.ApplicationProtocolConnectionFactory;
import tech.kwik.core.server.ServerConnectionConfig;
import tech.kwik.core.server.ServerConnector;

/** QUIC by kwik, all of it Java, with threads that block. */
final class KwikContender implements Contender {
    private static final String PROTOCOL = "culvert-bench";
    private static final String ALIAS = "culvert-bench";
    private static final char[] PASSWORD = "culvert-bench".toCharArray();
    private static final String CURVE = "secp256r1";
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    private static final long WINDOW_BYTES = 16L << 20;
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Logger SILENT = new NullLogger();

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "kwik-stream");
        thread.setDaemon(true);
        return thread;
    });
    private final List<ServerConnector> servers = new CopyOnWriteArrayList<>();

    @Override
    public int listen(Supplier<? extends StreamHandler> handlers) throws Exception {
        X509Bundle bundle = Tls.certificate();
        KeyStore keyStore = KeyStore.getInstance(KeyStore.getDefaultType());
        keyStore.load(null, PASSWORD);
        keyStore.setKeyEntry(ALIAS, bundle.getKeyPair().getPrivate(), PASSWORD, bundle.getCertificatePath());
        DatagramSocket socket = socket();
        ServerConnector server = ServerConnector.builder()
                .withSocket(socket)
                .withKeyStore(keyStore, ALIAS, PASSWORD, CURVE)
                .withConfiguration(ServerConnectionConfig.builder()
                        .maxIdleTimeout((int) IDLE.toMillis())
                        .maxConnectionBufferSize(WINDOW_BYTES)
                        .maxBidirectionalStreamBufferSize(WINDOW_BYTES)
                        .maxOpenPeerInitiatedBidirectionalStreams(1)
                        .retryRequired(false)
                        .build())
                .withLogger(SILENT)
                .build();
        server.registerApplicationProtocol(PROTOCOL, new Accepting(handlers));
        server.start();
        servers.add(server);
        return socket.getLocalPort();
    }

    private static DatagramSocket socket() throws SocketException {
        DatagramSocket socket = new DatagramSocket(0);
        socket.setReceiveBufferSize(SOCKET_BUFFER_BYTES);
        socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
        return socket;
    }

    /** What the server does with connections. */
    private final class Accepting implements ApplicationProtocolConnectionFactory {
        private final Supplier<? extends StreamHandler> handlers;

        Accepting(Supplier<? extends StreamHandler> handlers) {
            this.handlers = handlers;
        }

        @Override
        public int maxConcurrentPeerInitiatedBidirectionalStreams() {
            return 1;
        }

        @Override
        public ApplicationProtocolConnection createConnection(String protocol, QuicConnection connection) {
            return new ApplicationProtocolConnection() {
                @Override
                public void acceptPeerInitiatedStream(QuicStream stream) {
                    new KwikStream(connection, stream, false, handlers.get(), threads).start();
                }
            };
        }
    }

    @Override
    public void connect(InetSocketAddress remote, StreamHandler handler) {
        threads.execute(() -> {
            KwikStream stream;
            try {
                QuicClientConnection connection = QuicClientConnection.newBuilder()
                        .host(remote.getAddress().getHostAddress())
                        .port(remote.getPort())
                        .applicationProtocol(PROTOCOL)
                        .noServerCertificateCheck()
                        .socketFactory(destination -> socket())
                        .connectTimeout(CONNECT)
                        .maxIdleTimeout(IDLE)
                        .defaultStreamReceiveBufferSize(WINDOW_BYTES)
                        .logger(SILENT)
                        .build();
                connection.connect();
                stream = new KwikStream(connection, connection.createStream(true), true, handler, threads);
            } catch (Exception e) {
                handler.closed(null, e);
                return;
            }
            stream.start();
        });
    }

    @Override
    public void close() {
        servers.forEach(ServerConnector::close);
        threads.shutdownNow();
    }
}
