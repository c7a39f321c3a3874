/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.Contenders;
import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.compare.contender.UnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The main class of a process that is one side of one contender. Requests come as lines of JSON on standard input, and
 * each has an answer of one line on standard output, with {@code error} or {@code unavailable} if it could not be done.
 * When the input ends, so does the process.
 */
public final class Agent {
    /** What an agent says first. */
    public static final String GREETING = "culvert-bench agent 1";

    private static final Logger ROOT_LOGGER = Logger.getLogger("");
    private static final int IDLE_MILLIS = 3000;

    private final Gson gson = new Gson();
    private Contender contender;
    private Service service;
    private Workload workload;

    private Agent() {
    }

    /** Serves whoever started the process. */
    public static void main(String[] args) throws InterruptedException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        ROOT_LOGGER.setLevel(Level.WARNING);
        BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> read(requests), "requests");
        reader.setDaemon(true);
        reader.start();
        JsonObject greeting = new JsonObject();
        greeting.addProperty("hello", GREETING);
        greeting.addProperty("pid", ProcessHandle.current().pid());
        answers.println(greeting);
        answers.flush();
        Agent agent = new Agent();
        while (true) {
            answers.println(agent.answer(JsonParser.parseString(requests.take()).getAsJsonObject()));
            answers.flush();
        }
    }

    private static void read(BlockingQueue<String> requests) {
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                requests.add(line);
            }
        } catch (IOException e) {
            System.err.println("no more requests: " + e);
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    private JsonObject answer(JsonObject request) {
        JsonObject answer = new JsonObject();
        try {
            perform(request, answer);
        } catch (UnavailableException e) {
            answer.addProperty("unavailable", e.getMessage());
        } catch (Exception | LinkageError e) {
            e.printStackTrace();
            answer.addProperty("error", e.getClass() == IOException.class ? e.getMessage() : e.toString());
        }
        return answer;
    }

    private void perform(JsonObject request, JsonObject answer) throws Exception {
        String what = request.get("do").getAsString();
        switch (what) {
            case "open" -> {
                Setup setup = gson.fromJson(request.get("setup"), Setup.class);
                contender = Contenders.of(setup.system()).open(setup);
            }
            case "listen" -> {
                service = Service.named(request.get("service").getAsString());
                answer.addProperty("port", contender.listen(service));
            }
            case "start" -> {
                workload = workload(request);
                workload.start(contender,
                        new InetSocketAddress(request.get("host").getAsString(), request.get("port").getAsInt()));
            }
            case "measure" -> measure(request.get("millis").getAsLong(), answer);
            case "rest" -> Pause.millis(request.get("millis").getAsLong());
            case "stop" -> {
                if (workload != null) {
                    workload.stop();
                }
            }
            case "idle" -> awaitIdle(answer);
            case "memory" -> Usage.addMemory(answer);
            default -> throw new IllegalArgumentException("cannot do '" + what + "'");
        }
    }

    private static Workload workload(JsonObject request) {
        String name = request.get("workload").getAsString();
        return switch (name) {
            case "bulk" -> new BulkWorkload(request.get("streams").getAsInt());
            case "pingpong" -> new PingPongWorkload(request.get("messageBytes").getAsInt());
            case "paced" -> new PacedWorkload(request.get("messageBytes").getAsInt(),
                    request.get("perSecond").getAsInt());
            case "churn" -> new ChurnWorkload(request.get("inFlight").getAsInt());
            case "hold" -> new HoldWorkload(request.get("streams").getAsInt());
            default -> throw new IllegalArgumentException("there is no workload '" + name + "'");
        };
    }

    private void measure(long millis, JsonObject answer) throws IOException, InterruptedException {
        Windowed work = workload != null ? workload : service;
        work.beginWindow();
        Usage before = Usage.now();
        Pause.millis(millis);
        work.endWindow(answer);
        Usage.now().addSince(before, answer);
    }

    /** Waits until the peer's streams have ended, so that they do not disturb the next round. */
    private void awaitIdle(JsonObject answer) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS);
        while (service.openStreams() > 0 && System.nanoTime() < deadline) {
            Pause.millis(1);
        }
        answer.addProperty("openStreams", service.openStreams());
    }
}
