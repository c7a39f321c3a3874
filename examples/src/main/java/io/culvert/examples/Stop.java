/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ctrl-C as a request: the command that waits here goes on and closes in order, and the process ends only when it has
 * done so (or after {@value #GRACE_SECONDS} seconds). Interrupting the waiting thread asks for the same.
 */
final class Stop implements AutoCloseable {
    private static final int GRACE_SECONDS = 30;

    private final CompletableFuture<Void> requested = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::requestAndWait, "ctrl-c");

    Stop() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    boolean isRequested() {
        return requested.isDone();
    }

    /** Returns when the outcome is there, or with {@code false} when a stop was requested before it. */
    boolean await(CompletableFuture<?> outcome) throws ExecutionException {
        try {
            CompletableFuture.anyOf(requested, outcome).get();
        } catch (InterruptedException e) {
            requested.complete(null);
        }
        return !isRequested();
    }

    /** Returns after the time, or earlier when a stop is requested. */
    void awaitSeconds(int seconds) throws ExecutionException {
        try {
            requested.get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            requested.complete(null);
        } catch (TimeoutException e) {
            return;
        }
    }

    private void requestAndWait() {
        requested.complete(null);
        try {
            closed.await(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook is what got us here: the process is ending already.
            return;
        }
    }
}
