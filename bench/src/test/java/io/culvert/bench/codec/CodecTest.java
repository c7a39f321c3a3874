/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.culvert.segment.MalformedReason;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentParser;
import io.culvert.segment.SegmentWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CodecTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        return new CommandLine(new Codec()).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void anOperationEndsInATableAndAFile(@TempDir Path directory) throws IOException {
        Path json = directory.resolve("new/codec.json");
        assertEquals(0, execute("--quick", "--operation", "parse-syn", "--json", json.toString()), err::toString);
        assertTrue(out.toString().lines().anyMatch(line -> line.matches("parse SYN .* 0\\.[01]")),
                out::toString);
        JsonObject root = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertTrue(root.getAsJsonObject("environment").get("processors").getAsInt() > 0);
        assertEquals(1, root.getAsJsonArray("results").size());
        JsonObject row = root.getAsJsonArray("results").get(0).getAsJsonObject();
        assertEquals("codec", row.get("benchmark").getAsString());
        assertEquals("culvert", row.get("system").getAsString());
        assertEquals("parse SYN", row.get("operation").getAsString());
        assertEquals("ns/op", row.get("unit").getAsString());
        assertEquals(5, row.getAsJsonArray("rounds").size());
        double median = row.get("median").getAsDouble();
        assertTrue(median > 1 && median < 100_000, row::toString);
        assertEquals(0, row.get("allocatedBytesPerOp").getAsDouble(), 0.1, row::toString);
    }

    @Test
    void anUnknownOperationIsAWrongArgument() {
        assertEquals(2, execute("--operation", "parse-nonsense"));
        assertTrue(err.toString().contains("there is no 'parse-nonsense'"), err::toString);
    }

    @Test
    void whatMayNotBeAnOperationIsNotMeasured() {
        assertThrows(IllegalArgumentException.class,
                () -> CodecRuns.measure(true, List.of("parse-nonsense"), operation -> { }));
    }

    @ParameterizedTest
    @CsvSource({"DATA, 1472, 1448, 0", "ACK, 24, 0, 0", "SACK, 52, 0, 3", "SYN, 32, 0, 0"})
    void samplesAreWhatTheyAreCalled(SampleSegment sample, int bytes, int payloadBytes, int sackBlocks) {
        try (SampleSegment.Payload payload = new SampleSegment.Payload()) {
            Segment segment = new Segment();
            sample.fill(segment, payload, 1);
            ByteBuf datagram = Unpooled.buffer();
            SegmentWriter.write(segment, datagram);
            assertEquals(bytes, datagram.readableBytes());
            assertEquals((MalformedReason) null, SegmentParser.parse(datagram, segment));
            assertEquals(payloadBytes, segment.payloadLength());
            assertEquals(sackBlocks, segment.sackBlocks());
            assertTrue(segment.hasTimestamps());
        }
    }
}
