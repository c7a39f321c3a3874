/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.culvert.bench.compare.agent.AgentLink;
import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.compare.contender.UnavailableException;
import java.io.IOException;

/** A contender: the agents that are its two sides. */
final class Pair implements AutoCloseable {
    private static final int ANSWER_MILLIS = 30_000;
    private static final int LONG_ANSWER_MILLIS = 90_000;
    private static final Gson GSON = new Gson();

    private final Setup setup;
    private final String host;
    private final AgentLink server;
    private final AgentLink client;
    private int port;

    /** Has the agents started; {@link #open()} waits for them. */
    Pair(Setup setup, Plan plan) throws IOException {
        this.setup = setup;
        host = plan.host();
        server = plan.daemon() == null ? AgentLink.start(0, plan.jvmArguments(), plan.log())
                : AgentLink.connect(plan.daemon());
        try {
            client = AgentLink.start(1, plan.jvmArguments(), plan.log());
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    Setup setup() {
        return setup;
    }

    /** Waits until both agents run, and opens the two sides. */
    void open() throws IOException, InterruptedException, UnavailableException {
        server.awaitGreeting();
        client.awaitGreeting();
        JsonObject request = request("open");
        request.add("setup", GSON.toJsonTree(setup));
        server.send(request);
        client.send(request);
        server.receive(ANSWER_MILLIS);
        client.receive(ANSWER_MILLIS);
    }

    void listen(String service) throws IOException, InterruptedException, UnavailableException {
        JsonObject request = request("listen");
        request.addProperty("service", service);
        port = ask(server, request, ANSWER_MILLIS).get("port").getAsInt();
    }

    /** Whether it has begun to listen, and both agents still run. */
    boolean isAlive() {
        return port != 0 && server.isOpen() && client.isOpen();
    }

    /** Begins a workload at the client: its name and properties in turn. */
    void start(String workload, Object... namesAndNumbers)
            throws IOException, InterruptedException, UnavailableException {
        JsonObject request = request("start");
        request.addProperty("workload", workload);
        request.addProperty("host", host);
        request.addProperty("port", port);
        for (int i = 0; i < namesAndNumbers.length; i += 2) {
            request.addProperty((String) namesAndNumbers[i], (Number) namesAndNumbers[i + 1]);
        }
        ask(client, request, LONG_ANSWER_MILLIS);
    }

    /** Lets it go on for so long, on both sides at once. */
    Window measure(int millis) throws IOException, InterruptedException, UnavailableException {
        JsonObject request = request("measure");
        request.addProperty("millis", millis);
        client.send(request);
        server.send(request);
        JsonObject atServer = server.receive(millis + ANSWER_MILLIS);
        return new Window(atServer, client.receive(ANSWER_MILLIS));
    }

    /** Lets it go on for so long, unmeasured. */
    void rest(int millis) throws IOException, InterruptedException, UnavailableException {
        JsonObject request = request("rest");
        request.addProperty("millis", millis);
        ask(client, request, millis + ANSWER_MILLIS);
    }

    /** Ends the workload, and waits until the server has noticed. */
    void stop() throws IOException, InterruptedException, UnavailableException {
        ask(client, request("stop"), LONG_ANSWER_MILLIS);
        ask(server, request("idle"), ANSWER_MILLIS);
    }

    /** A workload from its beginning to its end, measured for so long once it has had time to get going. */
    Window turn(String workload, String name, int number, int rampMillis, int millis)
            throws IOException, InterruptedException, UnavailableException {
        start(workload, name, number);
        rest(rampMillis);
        Window window = measure(millis);
        stop();
        return window;
    }

    /** What is alive on both sides after full collections. */
    Window memory() throws IOException, InterruptedException, UnavailableException {
        client.send(request("memory"));
        JsonObject atServer = ask(server, request("memory"), ANSWER_MILLIS);
        return new Window(atServer, client.receive(ANSWER_MILLIS));
    }

    private static JsonObject request(String what) {
        JsonObject request = new JsonObject();
        request.addProperty("do", what);
        return request;
    }

    private static JsonObject ask(AgentLink agent, JsonObject request, int timeoutMillis)
            throws IOException, InterruptedException, UnavailableException {
        agent.send(request);
        return agent.receive(timeoutMillis);
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
