/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.culvert.bench.compare.contender.UnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The line to an agent: asks it, and gets its answers. */
public final class AgentLink implements AutoCloseable {
    private static final String END = "";
    private static final int CONNECT_MILLIS = 5000;
    private static final int START_MILLIS = 30_000;

    private final String name;
    private final OutputStream requests;
    private final AutoCloseable whatCarriesIt;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final LastWords lastWords;

    private AgentLink(String name, InputStream input, OutputStream requests, AutoCloseable whatCarriesIt,
            LastWords lastWords) {
        this.name = name;
        this.lastWords = lastWords;
        this.requests = requests;
        this.whatCarriesIt = whatCarriesIt;
        Thread reader = new Thread(() -> read(input), name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts an agent on this machine. */
    public static AgentLink start(int side, List<String> jvmArguments, Consumer<String> log) throws IOException {
        LastWords lastWords = new LastWords();
        AgentProcess process = new AgentProcess(side, jvmArguments, log.andThen(lastWords));
        return new AgentLink(side == 0 ? "the server's process" : "the client's process",
                process.process().getInputStream(), process.process().getOutputStream(), process,
                lastWords);
    }

    /** Has an agent started by a daemon. */
    public static AgentLink connect(InetSocketAddress daemon) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(daemon, CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            return new AgentLink("the server at " + daemon, socket.getInputStream(), socket.getOutputStream(), socket,
                    new LastWords());
        } catch (IOException e) {
            socket.close();
            throw new IOException("cannot reach a server at " + daemon + ": " + e.getMessage()
                    + " (is it started there with --serve?)", e);
        }
    }

    /** Whether the agent has not ended. */
    public boolean isOpen() {
        return !answers.contains(END);
    }

    private void read(InputStream input) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            lastWords.accept(e.toString());
        } finally {
            answers.add(END);
        }
    }

    /** Waits until the agent runs. */
    public void awaitGreeting() throws IOException, InterruptedException {
        JsonObject greeting = next(START_MILLIS);
        if (!greeting.has("hello") || !greeting.get("hello").getAsString().equals(Agent.GREETING)) {
            throw new IOException(name + " is not of this version of culvert-bench");
        }
    }

    /** Asks, and does not wait. */
    public void send(JsonObject request) throws IOException {
        try {
            requests.write((request + "\n").getBytes(StandardCharsets.UTF_8));
            requests.flush();
        } catch (IOException e) {
            throw new IOException(name + " has ended: " + e.getMessage(), e);
        }
    }

    /**
     * The next answer.
     *
     * @throws UnavailableException if the contender cannot do that here
     * @throws IOException if it failed
     */
    public JsonObject receive(long timeoutMillis) throws IOException, InterruptedException, UnavailableException {
        JsonObject answer = next(timeoutMillis);
        if (answer.has("unavailable")) {
            throw new UnavailableException(answer.get("unavailable").getAsString());
        }
        if (answer.has("error")) {
            throw new IOException(answer.get("error").getAsString());
        }
        return answer;
    }

    private JsonObject next(long timeoutMillis) throws IOException, InterruptedException {
        String line = answers.poll(timeoutMillis, TimeUnit.MILLISECONDS);
        if (line == null) {
            throw new IOException(name + " has not answered within " + timeoutMillis / 1000 + " s");
        }
        if (line.equals(END)) {
            answers.add(END);
            throw new IOException(name + " has ended: " + lastWords);
        }
        try {
            return JsonParser.parseString(line).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            throw new IOException(name + " does not speak as a culvert-bench: " + line, e);
        }
    }

    @Override
    public void close() {
        try {
            whatCarriesIt.close();
        } catch (Exception e) {
            lastWords.accept(e.toString());
        }
    }
}
