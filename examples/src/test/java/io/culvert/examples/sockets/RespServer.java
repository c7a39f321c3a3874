/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.sockets;

import io.culvert.socket.CulvertServerSocket;
import io.netty.channel.EventLoopGroup;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A key-value store that speaks RESP2, with a thread for each socket: {@code GET}, {@code SET}, {@code PING}, and
 * {@code EXISTS}, to which it never answers.
 */
final class RespServer implements AutoCloseable {
    private final CulvertServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> values = new ConcurrentHashMap<>();
    private final AtomicInteger accepted = new AtomicInteger();

    RespServer(EventLoopGroup group) throws IOException {
        server = new CulvertServerSocket(group);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        threads.execute(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    int accepted() {
        return accepted.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                accepted.incrementAndGet();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            OutputStream out = socket.getOutputStream();
            for (int first; (first = in.read()) >= 0;) {
                byte[][] command = new byte[number(first, '*', in)][];
                for (int i = 0; i < command.length; i++) {
                    command[i] = new byte[number(in.read(), '$', in)];
                    in.readFully(command[i]);
                    in.skipNBytes(2);
                }
                answer(command, out);
            }
        } catch (IOException e) {
            // the client's, or ours
            return;
        }
    }

    private static int number(int first, char expected, DataInputStream in) throws IOException {
        if (first != expected) {
            throw new IOException("not RESP: " + first);
        }
        int number = 0;
        for (int digit; (digit = in.read()) != '\r';) {
            number = number * 10 + digit - '0';
        }
        in.skipNBytes(1);
        return number;
    }

    private void answer(byte[][] command, OutputStream out) throws IOException {
        switch (new String(command[0], StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT)) {
            case "HELLO" -> out.write(ascii("*6\r\n+server\r\n+redis\r\n+version\r\n+7.0.0\r\n+proto\r\n:2\r\n"));
            case "PING" -> out.write(ascii("+PONG\r\n"));
            case "SET" -> {
                values.put(new String(command[1], StandardCharsets.UTF_8), command[2]);
                out.write(ascii("+OK\r\n"));
            }
            case "GET" -> bulk(values.get(new String(command[1], StandardCharsets.UTF_8)), out);
            case "EXISTS" -> out.flush();
            case "CLIENT", "SELECT" -> out.write(ascii("+OK\r\n"));
            default -> out.write(ascii("-ERR unknown command " + new String(command[0]) + "\r\n"));
        }
    }

    private static void bulk(byte[] value, OutputStream out) throws IOException {
        if (value == null) {
            out.write(ascii("$-1\r\n"));
            return;
        }
        out.write(ascii("$" + value.length + "\r\n"));
        out.write(value);
        out.write(ascii("\r\n"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdown();
    }
}
