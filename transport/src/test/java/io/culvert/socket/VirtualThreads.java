/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** Starts virtual threads where the JDK has them. */
final class VirtualThreads {
    private VirtualThreads() {
    }

    /** Skips the test where it has not. */
    static void assumed() {
        assumeTrue(Runtime.version().feature() >= 21, () -> "skipped: no virtual threads in JDK " + Runtime.version());
    }

    static Thread start(Runnable task) throws ReflectiveOperationException {
        Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        return (Thread) start.invoke(null, task);
    }

    static <T> FutureTask<T> run(Callable<T> task) throws ReflectiveOperationException {
        FutureTask<T> future = new FutureTask<>(task);
        start(future);
        return future;
    }
}
