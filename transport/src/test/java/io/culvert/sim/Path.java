/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.culvert.segment.Segment;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The way from one host to another, in one direction. At first it is perfect: no delay, no loss, no limit.
 *
 * <p>A datagram meets, in this order: the filter, the MTU, a blackout, the chances of loss, the bottleneck with its
 * queue, the delay. Order is kept unless reordering was asked for. A path has a random generator of its own, made from
 * the seed and the two addresses, so that what happens on one path does not change what happens on another.
 */
public final class Path extends PathConditions<Path> {
    long delayNanos;
    long jitterNanos;
    double reorderProbability;
    long reorderNanos;
    double lossProbability;
    GilbertElliott bursts;
    double duplicateProbability;
    Bottleneck bottleneck;
    int mtuBytes = Integer.MAX_VALUE;
    boolean down;
    long blackoutFromNanos;
    long blackoutUntilNanos;
    DatagramFilter filter;

    private final SimulatedNetwork network;
    private final SplittableRandom random;
    private final Segment segment = new Segment();
    private final OrderedArrivals inOrder;
    /** When the last datagram that kept its place arrives. */
    private long lastArrivalNanos;

    Path(SimulatedNetwork network, SplittableRandom random) {
        this.network = network;
        this.random = random;
        inOrder = new OrderedArrivals(network);
    }

    /** The bottleneck, which knows how full its queue is and was; {@code null} if there is none. */
    public Bottleneck bottleneck() {
        return bottleneck;
    }

    @Override
    void each(Consumer<Path> change) {
        change.accept(this);
    }

    @Override
    Path self() {
        return this;
    }

    boolean isUp(long nowNanos) {
        return !down && !(nowNanos >= blackoutFromNanos && nowNanos < blackoutUntilNanos);
    }

    /** Takes a datagram in: decides its fate, or when it arrives. */
    void carry(Datagram datagram) {
        long nowNanos = datagram.sentNanos();
        Verdict verdict = filter == null ? Verdict.PASS : inspect(datagram);
        Fate drop = verdict == Verdict.DROP ? Fate.FILTERED : dropped(datagram, nowNanos);
        if (drop != null) {
            network.drop(datagram, drop);
            return;
        }
        long departureNanos = nowNanos;
        if (bottleneck != null) {
            departureNanos = bottleneck.departureNanos(nowNanos, datagram.ipLength());
            if (departureNanos == Bottleneck.DROPPED) {
                network.drop(datagram, Fate.QUEUE_DROP);
                return;
            }
        }
        long arrivalNanos = arrivalNanos(departureNanos, verdict.delayNanos());
        arriveAt(datagram, arrivalNanos);
        if (verdict == Verdict.DUPLICATE || happens(duplicateProbability)) {
            arriveAt(network.duplicate(datagram), arrivalNanos);
        }
    }

    private void arriveAt(Datagram datagram, long nanos) {
        if (nanos == lastArrivalNanos) {
            inOrder.add(datagram, nanos);
        } else {
            network.arriveAt(datagram, nanos);
        }
    }

    private Verdict inspect(Datagram datagram) {
        return filter.inspect(datagram, datagram.parseInto(segment) == null ? segment : null);
    }

    private Fate dropped(Datagram datagram, long nowNanos) {
        if (datagram.ipLength() > mtuBytes) {
            return Fate.MTU_DROP;
        }
        if (!isUp(nowNanos)) {
            return Fate.BLACKOUT;
        }
        boolean lost = happens(lossProbability);
        if (bursts != null) {
            lost |= bursts.loses(random);
        }
        return lost ? Fate.LOST : null;
    }

    private long arrivalNanos(long departureNanos, long heldBackNanos) {
        long arrival = departureNanos + delayNanos;
        if (jitterNanos > 0) {
            arrival += random.nextLong(jitterNanos + 1);
        }
        arrival = Math.max(arrival, lastArrivalNanos);
        if (heldBackNanos > 0) {
            return arrival + heldBackNanos;
        }
        if (happens(reorderProbability)) {
            return arrival + reorderNanos;
        }
        lastArrivalNanos = arrival;
        return arrival;
    }

    private boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
