/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.interop;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls on {@code java.net} sockets beside the test's thread. */
final class Blocking {
    static final int PATIENCE_MILLIS = 20_000;

    private Blocking() {
    }

    /** On a thread of its own: the common pool has as few as one, and these calls wait for each other. */
    static <T> CompletableFuture<T> call(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        }, "kernel-socket");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    static <T> T join(CompletableFuture<T> result) throws Exception {
        return result.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
