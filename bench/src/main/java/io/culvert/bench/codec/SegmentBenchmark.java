/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.codec;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentParser;
import io.culvert.segment.SegmentWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reads and writes one segment again and again in a buffer that is used again, too: what is left is Culvert's own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SegmentBenchmark {
    /** Which kind of segment. */
    @Param
    public SampleSegment sample;

    private final Segment segment = new Segment();
    private SampleSegment.Payload payload;
    private ByteBuf received;
    private ByteBuf written;
    private int sequenceNumber;

    /** Makes the datagram to read and the buffer to write to. */
    @Setup
    public void open() {
        payload = new SampleSegment.Payload();
        sample.fill(segment, payload, 1);
        int bytes = SegmentWriter.length(segment);
        received = PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
        written = PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
        SegmentWriter.write(segment, received);
    }

    /** Gives the buffers back. */
    @TearDown
    public void close() {
        received.release();
        written.release();
        payload.close();
    }

    /** A datagram becomes a segment. */
    @Benchmark
    public Segment parse() {
        if (SegmentParser.parse(received, segment) != null) {
            throw new IllegalStateException("malformed: " + segment);
        }
        return segment;
    }

    /** A segment is filled in and becomes a datagram, its payload copied. */
    @Benchmark
    public ByteBuf write() {
        sequenceNumber += SampleSegment.PAYLOAD_BYTES;
        sample.fill(segment, payload, sequenceNumber);
        SegmentWriter.write(segment, written.clear());
        return written;
    }
}
