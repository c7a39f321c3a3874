/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.bench.Figures;
import io.culvert.sim.Path;
import io.culvert.sim.SimulatedNetwork;
import java.net.InetAddress;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/**
 * The way between two hosts. Data meets the bottleneck, its drop-tail queue and the losses; acknowledgments on the way
 * back only the delay.
 *
 * @param capacityMbit rate of the bottleneck in Mbit/s, IP packets counted whole
 * @param rttMillis round trip without queue
 * @param lossPercent chance of each datagram's loss, in percent
 * @param queueBytes room before the bottleneck
 * @param more further conditions of the way there, {@code null} for none; gets a random generator of its own
 */
record Link(double capacityMbit, double rttMillis, double lossPercent, int queueBytes,
        BiConsumer<Path, SplittableRandom> more) {
    /** The largest IP packet. */
    static final int MTU = 1500;
    /** Even the shortest queue takes an initial window. */
    private static final int MIN_QUEUE_BYTES = 10 * MTU;

    /** A link with a queue of one bandwidth-delay product. */
    static Link of(double capacityMbit, double rttMillis) {
        return new Link(capacityMbit, rttMillis, 0, 0, null).queue(1);
    }

    Link loss(double percent) {
        return new Link(capacityMbit, rttMillis, percent, queueBytes, more);
    }

    /** With a queue of so many bandwidth-delay products. */
    Link queue(double products) {
        long bytes = Math.max(MIN_QUEUE_BYTES, Math.round(products * productBytes()));
        return new Link(capacityMbit, rttMillis, lossPercent, (int) Math.min(Integer.MAX_VALUE, bytes), more);
    }

    Link with(BiConsumer<Path, SplittableRandom> more) {
        return new Link(capacityMbit, rttMillis, lossPercent, queueBytes, more);
    }

    /** The bandwidth-delay product. */
    double productBytes() {
        return capacityMbit * 1e6 / 8 * rttMillis / 1e3;
    }

    Duration roundTrip() {
        return Duration.ofNanos(Math.round(rttMillis * 1e6));
    }

    /** Whether two seeds give two runs. */
    boolean isRandom() {
        return lossPercent > 0 || more != null;
    }

    void applyTo(SimulatedNetwork network, InetAddress from, InetAddress to, long seed) {
        Duration oneWay = roundTrip().dividedBy(2);
        Path there = network.path(from, to).delay(oneWay).mtu(MTU).loss(lossPercent / 100)
                .rate(Math.round(capacityMbit * 1e6), queueBytes);
        if (more != null) {
            more.accept(there, new SplittableRandom(seed));
        }
        network.path(to, from).delay(roundTrip().minus(oneWay)).mtu(MTU);
    }

    @Override
    public String toString() {
        return Figures.plain(capacityMbit) + " Mbit/s, " + Figures.plain(rttMillis) + " ms, "
                + Figures.plain(lossPercent) + " % loss";
    }
}
