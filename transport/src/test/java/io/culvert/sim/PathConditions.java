/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * The fluent names of everything a {@link Path} can do to datagrams, for one direction or for both. All of it may be
 * changed while the world runs and holds for datagrams sent from then on.
 *
 * @param <S> what the setters return: the same object
 */
public abstract class PathConditions<S extends PathConditions<S>> {
    PathConditions() {
    }

    abstract void each(Consumer<Path> change);

    abstract S self();

    /** How long every datagram travels; 0 at first. */
    public S delay(Duration delay) {
        return set(path -> path.delayNanos = notNegative(delay));
    }

    /** Up to so much more, evenly distributed, without overtaking. */
    public S jitter(Duration most) {
        return set(path -> path.jitterNanos = notNegative(most));
    }

    /** With this probability a datagram takes {@code extra} longer, and those behind it overtake. */
    public S reorder(double probability, Duration extra) {
        return set(path -> {
            path.reorderProbability = probability(probability);
            path.reorderNanos = notNegative(extra);
        });
    }

    /** Each datagram is lost with this probability. */
    public S loss(double probability) {
        return set(path -> path.lossProbability = probability(probability));
    }

    /**
     * Losses in bursts, besides {@link #loss(double)}: the two-state model of Gilbert (1960) and Elliott (1963). Before
     * each datagram the good state turns bad with probability {@code enter}, the bad state good with {@code leave}; in
     * the bad state each datagram is lost with probability {@code lossInBurst}.
     */
    public S bursts(double enter, double leave, double lossInBurst) {
        probability(enter);
        probability(leave);
        probability(lossInBurst);
        return set(path -> path.bursts = enter == 0 ? null : new GilbertElliott(enter, leave, lossInBurst));
    }

    /** Each datagram arrives twice with this probability. */
    public S duplicate(double probability) {
        return set(path -> path.duplicateProbability = probability(probability));
    }

    /**
     * A bottleneck: so many bits a second of IP packets, with a drop-tail queue of so many bytes, the packet being
     * sent included.
     */
    public S rate(long bitsPerSecond, int queueBytes) {
        return set(path -> path.bottleneck = new Bottleneck(bitsPerSecond, queueBytes));
    }

    /** No bottleneck, as at first. */
    public S unlimitedRate() {
        return set(path -> path.bottleneck = null);
    }

    /** Larger IP packets disappear without a word. */
    public S mtu(int bytes) {
        return set(path -> path.mtuBytes = bytes);
    }

    /** Loses everything sent from one moment until (and without) another, counted from the beginning of the world. */
    public S blackout(Duration from, Duration until) {
        return set(path -> {
            path.blackoutFromNanos = from.toNanos();
            path.blackoutUntilNanos = until.toNanos();
        });
    }

    /** Loses everything, until {@link #up()}. */
    public S down() {
        return set(path -> path.down = true);
    }

    /** Ends {@link #down()}. */
    public S up() {
        return set(path -> path.down = false);
    }

    /** Replaces the script; one filter given to both directions sees both. */
    public S filter(DatagramFilter filter) {
        return set(path -> path.filter = filter);
    }

    private S set(Consumer<Path> change) {
        each(change);
        return self();
    }

    private static long notNegative(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("negative: " + duration);
        }
        return duration.toNanos();
    }

    private static double probability(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("no probability: " + probability);
        }
        return probability;
    }
}
