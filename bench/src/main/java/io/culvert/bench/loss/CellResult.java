/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.loss;

import io.culvert.bench.Figures;
import java.util.List;

/**
 * One cell of the table: the run with the median goodput, and how far the others were from it.
 *
 * @param controller its name
 * @param lossPercent chance of each data packet's loss
 * @param rttMillis round trip without queue
 * @param capacityMbit rate of the bottleneck, IP packets counted whole
 * @param goodputMbit payload read by the receiving application
 * @param goodputOverCapacity goodput over the payload's share of the capacity
 * @param lowest the same of the slowest run
 * @param highest the same of the fastest run
 * @param retransmissions segments sent again in the measured span
 * @param retransmissionTimeouts expiries of the retransmission timer in the measured span
 * @param segments segments sent in the measured span, those sent again included
 * @param losses data packets lost by chance in the measured span
 * @param queueDrops data packets that found the queue full in the measured span
 * @param queueOverProduct average queue over the bandwidth-delay product
 * @param smoothedRttMillis SRTT at the end
 * @param seeds how many runs, one where nothing is random
 * @param seconds the measured span in virtual time
 * @param microsPerSegment processor time of the simulation for each segment sent
 */
record CellResult(String controller, double lossPercent, double rttMillis, double capacityMbit, double goodputMbit,
        double goodputOverCapacity, double lowest, double highest, long retransmissions, long retransmissionTimeouts,
        long segments, long losses, long queueDrops, double queueOverProduct, double smoothedRttMillis, int seeds,
        double seconds, double microsPerSegment) {
    static CellResult of(Controller controller, Link link, List<Sample> samples, double seconds) {
        Sample median = Sample.median(samples);
        return new CellResult(controller.toString(), link.lossPercent(), link.rttMillis(), link.capacityMbit(),
                Figures.rounded(median.goodputMbit()), Figures.rounded(median.goodputOverCapacity()),
                Figures.rounded(samples.stream().mapToDouble(Sample::goodputOverCapacity).min().orElseThrow()),
                Figures.rounded(samples.stream().mapToDouble(Sample::goodputOverCapacity).max().orElseThrow()),
                median.retransmissions(), median.timeouts(), median.segments(), median.losses(), median.drops(),
                Figures.rounded(median.queueOverProduct()), Figures.rounded(median.smoothedRttMillis()),
                samples.size(), seconds,
                Figures.rounded(samples.stream().mapToDouble(Sample::microsPerSegment).average().orElseThrow()));
    }
}
