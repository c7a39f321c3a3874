/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** How long every message took; one thread records, the agent's own reads. */
final class Latencies implements Windowed {
    private static final int DIGITS = 3;
    private static final long HIGHEST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private final SingleWriterRecorder recorder = new SingleWriterRecorder(1, HIGHEST_NANOS, DIGITS);

    void record(long nanos) {
        recorder.recordValue(Math.max(1, Math.min(nanos, HIGHEST_NANOS)));
    }

    @Override
    public void beginWindow() {
        recorder.reset();
    }

    @Override
    public void endWindow(JsonObject answer) {
        Histogram histogram = recorder.getIntervalHistogram();
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        answer.addProperty("messages", histogram.getTotalCount());
        answer.addProperty("histogram", Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length)));
    }
}
