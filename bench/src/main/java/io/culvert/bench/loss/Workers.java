/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.bench.Progress;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that run jobs side by side, the long ones first; each job has a world of its own. */
final class Workers implements AutoCloseable {
    private final ExecutorService executor;
    private final Progress progress;
    private final Report report;

    /**
     * One thing to do.
     *
     * @param key what it answers, and what it is called
     * @param cost how long it takes in comparison with the others
     */
    record Job<K, V>(K key, double cost, Callable<V> task) {
    }

    Workers(int threads, Progress progress, Report report) {
        // Netty's pools of buffers and objects want threads of this kind
        executor = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new FastThreadLocalThread(task, "culvert-bench");
            thread.setDaemon(true);
            return thread;
        });
        this.progress = progress;
        this.report = report;
    }

    /** Does all of it. What cannot be done is reported and has no answer. */
    <K, V> Map<K, V> run(String title, List<Job<K, V>> jobs) throws InterruptedException {
        if (jobs.isEmpty()) {
            return Map.of();
        }
        progress.begin(title, jobs.size());
        Map<K, Future<V>> futures = new LinkedHashMap<>();
        jobs.forEach(job -> futures.put(job.key(), null));
        List<Job<K, V>> byCost = new ArrayList<>(jobs);
        byCost.sort(Comparator.comparingDouble((Job<K, V> job) -> job.cost()).reversed());
        for (Job<K, V> job : byCost) {
            futures.put(job.key(), executor.submit(() -> {
                try {
                    return job.task().call();
                } finally {
                    progress.step(job.key().toString());
                }
            }));
        }
        Map<K, V> answers = new LinkedHashMap<>();
        for (Map.Entry<K, Future<V>> entry : futures.entrySet()) {
            try {
                answers.put(entry.getKey(), entry.getValue().get());
            } catch (ExecutionException e) {
                report.failed(title, entry.getKey() + ": " + e.getCause());
            }
        }
        progress.end();
        return answers;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
