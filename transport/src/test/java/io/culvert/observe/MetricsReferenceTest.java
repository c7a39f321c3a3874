/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of the meters in the documentation has every meter and every tag, and no other. */
class MetricsReferenceTest {
    private static final Path PAGE = Path.of(System.getProperty("basedir", "."), "..", "docs", "observability.md");
    private static final Pattern ROW = Pattern.compile("^\\| `(culvert\\.[a-z.]+)` \\| [^|]+ \\|([^|]*)\\|",
            Pattern.MULTILINE);
    private static final Pattern WORD = Pattern.compile("`([a-z0-9-]+)`");

    @TempDir
    private Path directory;

    @Test
    void everyMeterAndItsTagsAreDescribed() throws IOException {
        assertEquals(meters(), described());
    }

    private Map<String, Set<String>> meters() throws IOException {
        Path snmp = Files.writeString(directory.resolve("snmp"), "Udp: RcvbufErrors\nUdp: 5\n");
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new CulvertMetrics(figure -> 0, Tags.empty(), new HostUdp(snmp, directory.resolve("none"))).bindTo(registry);
        Map<String, Set<String>> meters = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            Set<String> words = meters.computeIfAbsent(meter.getId().getName(), name -> new TreeSet<>());
            for (Tag tag : meter.getId().getTags()) {
                words.add(tag.getKey());
                if (!tag.getKey().equals("le")) {
                    words.add(tag.getValue());
                }
            }
            assertTrue(meter.getId().getDescription() != null, meter.getId()::toString);
        }
        return meters;
    }

    private static Map<String, Set<String>> described() throws IOException {
        Map<String, Set<String>> described = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(PAGE));
        while (row.find()) {
            Set<String> words = new TreeSet<>();
            Matcher word = WORD.matcher(row.group(2));
            while (word.find()) {
                words.add(word.group(1));
            }
            described.put(row.group(1), words);
        }
        return described;
    }
}
