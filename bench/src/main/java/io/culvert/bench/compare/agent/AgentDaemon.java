/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/**
 * Starts a server agent for everybody who connects by TCP, and relays the lines between the two until one of them ends.
 * It believes everybody: it is for links on which only the two sides of a measurement are.
 */
public final class AgentDaemon implements AutoCloseable {
    private static final int BACKLOG = 50;

    private final ServerSocket socket = new ServerSocket();
    private final List<String> jvmArguments;
    private final PrintWriter log;

    /** Listens on a port of every address; 0 for any. */
    public AgentDaemon(int port, List<String> jvmArguments, PrintWriter log) throws IOException {
        this.jvmArguments = List.copyOf(jvmArguments);
        this.log = log;
        socket.bind(new InetSocketAddress(port), BACKLOG);
    }

    /** Where it listens. */
    public int port() {
        return socket.getLocalPort();
    }

    /** Serves until it is closed. */
    public void run() throws IOException {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                thread("agent of " + connection.getRemoteSocketAddress(), () -> serve(connection));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw e;
                }
            }
        }
    }

    private void serve(Socket connection) {
        try (connection; AgentProcess agent = new AgentProcess(0, jvmArguments, this::log)) {
            connection.setTcpNoDelay(true);
            Process process = agent.process();
            thread("requests of " + connection.getRemoteSocketAddress(), () -> {
                try {
                    relay(connection.getInputStream(), process.getOutputStream());
                } catch (IOException e) {
                    log(e.toString());
                } finally {
                    process.destroyForcibly();
                }
            });
            relay(process.getInputStream(), connection.getOutputStream());
        } catch (IOException e) {
            log(e.toString());
        }
    }

    private static void relay(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[8192];
        for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
            to.write(buffer, 0, length);
            to.flush();
        }
    }

    private static void thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void log(String line) {
        log.println(line);
        log.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
