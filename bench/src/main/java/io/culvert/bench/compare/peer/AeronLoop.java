/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.peer;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/** One thread for everything: the media driver, the client, and who uses it. Best where it has one processor. */
final class AeronLoop {
    private static final int HEADER_BYTES = 28;
    private static final int FRAME_ALIGNMENT = 32;
    private static final int MAX_MTU = 65_504;
    private static final int TERM_BYTES = 16 << 20;
    private static final int WINDOW_BYTES = 2 << 20;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    private static final long LIVENESS_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long MAX_PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final int SPINS = 10;
    private static final int YIELDS = 5;
    /** The driver sends a datagram of a stream each time that it runs. */
    private static final int DRIVER_RUNS = 32;
    private static final long JOIN_MILLIS = 2000;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<AeronEndpoint> endpoints = new ArrayList<>();
    private final List<AeronStream> streams = new ArrayList<>();
    private final IdleStrategy idleStrategy;
    private final MediaDriver driver;
    private final Aeron aeron;
    private final Thread thread;
    private volatile boolean closing;

    AeronLoop(int mtu, boolean spin) throws IOException {
        Path memory = Path.of("/dev/shm");
        Path directory = Files.isWritable(memory) ? Files.createTempDirectory(memory, "aeron")
                : Files.createTempDirectory("aeron");
        driver = MediaDriver.launchEmbedded(new MediaDriver.Context()
                .aeronDirectoryName(directory.toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.INVOKER)
                .mtuLength(mtu == 0 ? MAX_MTU : (mtu - HEADER_BYTES) / FRAME_ALIGNMENT * FRAME_ALIGNMENT)
                .publicationTermBufferLength(TERM_BYTES)
                .initialWindowLength(WINDOW_BYTES)
                .socketRcvbufLength(SOCKET_BUFFER_BYTES)
                .socketSndbufLength(SOCKET_BUFFER_BYTES)
                .publicationLingerTimeoutNs(LINGER_NANOS)
                .clientLivenessTimeoutNs(LIVENESS_NANOS)
                .publicationUnblockTimeoutNs(2 * LIVENESS_NANOS));
        aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(directory.toString())
                .useConductorAgentInvoker(true)
                .driverAgentInvoker(driver.sharedAgentInvoker()));
        idleStrategy = spin ? new BusySpinIdleStrategy()
                : new BackoffIdleStrategy(SPINS, YIELDS, MAX_PARK_NANOS, MAX_PARK_NANOS);
        thread = new Thread(this::run, "aeron");
        thread.start();
    }

    Aeron aeron() {
        return aeron;
    }

    void add(AeronEndpoint endpoint) {
        endpoints.add(endpoint);
    }

    void add(AeronStream stream) {
        streams.add(stream);
    }

    /** From any thread. */
    void execute(Runnable task) {
        tasks.add(task);
        LockSupport.unpark(thread);
    }

    private void run() {
        AgentInvoker driverInvoker = driver.sharedAgentInvoker();
        AgentInvoker clientInvoker = aeron.conductorAgentInvoker();
        while (!closing) {
            int work = clientInvoker.invoke();
            int run = 0;
            int done;
            do {
                done = driverInvoker.invoke();
                work += done;
                run++;
            } while (done > 0 && run < DRIVER_RUNS);
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
                work++;
            }
            for (AeronEndpoint endpoint : endpoints) {
                work += endpoint.poll();
            }
            for (int i = streams.size() - 1; i >= 0; i--) {
                AeronStream stream = streams.get(i);
                work += stream.work();
                if (stream.isOver()) {
                    streams.remove(i);
                }
            }
            if (!streams.isEmpty()) {
                idleStrategy.idle(work);
            } else if (work == 0) {
                LockSupport.parkNanos(IDLE_NANOS);
            }
        }
        aeron.close();
        driver.close();
    }

    void close() throws InterruptedException {
        closing = true;
        LockSupport.unpark(thread);
        thread.join(JOIN_MILLIS);
    }
}
