/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import io.netty.util.internal.PlatformDependent;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Where threads wait for what an event loop has to tell. They wait as in a socket of the JDK: an interrupt does not end
 * the wait of a platform thread, and ends that of a virtual one, whose socket is closed then. No monitor is held while
 * a thread waits, so that a virtual one does not pin its carrier.
 */
final class News {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told = lock.newCondition();
    private final Ticker ticker;
    /** Whether a thread waits that has the patience for itself; guarded by the lock. */
    private boolean attended;
    private final Patience patience = new Patience();
    private volatile int tellings;

    News(Ticker ticker) {
        this.ticker = ticker;
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** Has everyone who waits look again. Called with the lock held. */
    void tell() {
        tellings++;
        told.signalAll();
    }

    /** Has everyone who waits look again. */
    void lockAndTell() {
        change(() -> { });
    }

    /** Changes something under the lock, and has everyone who waits look again. */
    void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            tell();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until something is so. Called with the lock held.
     *
     * @param millis how long, 0 for as long as it takes
     * @return false when the time is over
     * @throws InterruptedIOException if a virtual thread is interrupted, which it stays
     */
    boolean await(BooleanSupplier so, long millis) throws InterruptedIOException {
        if (so.getAsBoolean()) {
            return true;
        }
        if (attended) {
            return awaitNews(so, millis);
        }
        attended = true;
        try {
            return lookAgain(so) || awaitNews(so, millis);
        } finally {
            patience.ends(ticker.nanoTime());
            attended = false;
        }
    }

    /** Waits awake, while that is worth it, without the lock: one thread at a time. */
    private boolean lookAgain(BooleanSupplier so) {
        while (patience.looksAgain(ticker.nanoTime())) {
            int seen = tellings;
            lock.unlock();
            try {
                while (tellings == seen && patience.looksAgain(ticker.nanoTime())) {
                    Thread.yield();
                }
            } finally {
                lock.lock();
            }
            if (so.getAsBoolean()) {
                return true;
            }
        }
        return false;
    }

    private boolean awaitNews(BooleanSupplier so, long millis) throws InterruptedIOException {
        long deadline = ticker.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        boolean interrupted = false;
        try {
            do {
                try {
                    if (millis == 0) {
                        told.await();
                    } else if (told.awaitNanos(deadline - ticker.nanoTime()) <= 0) {
                        return so.getAsBoolean();
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                    if (PlatformDependent.isVirtualThread(Thread.currentThread())) {
                        throw new InterruptedIOException("interrupted");
                    }
                }
            } while (!so.getAsBoolean());
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for the end of a future, as {@link #await} does; called without the lock. */
    boolean awaitEnd(Future<?> future, long millis) throws InterruptedIOException {
        future.addListener(ended -> lockAndTell());
        lock.lock();
        try {
            return await(future::isDone, millis);
        } finally {
            lock.unlock();
        }
    }
}
