/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
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

/** docs/options.md says of every option what the code says. */
final class OptionsReferenceTest {
    private static final Path REFERENCE = Path.of("..", "docs", "options.md");
    private static final Pattern ROW = Pattern.compile("^\\| (`[A-Z].*?`) \\| (.+?) \\| .+ \\|$");
    private static final Pattern NAME = Pattern.compile("`([A-Z_]+)`");
    private static final Pattern LITERAL = Pattern.compile("`(true|false|-?[0-9]+)`");

    private final CulvertChannel channel = new CulvertChannel();

    /** What is said of the default, by the option's name. */
    private static Map<String, String> rows() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        for (String line : Files.readAllLines(REFERENCE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Matcher name = NAME.matcher(row.group(1));
                while (name.find()) {
                    rows.put(name.group(1), row.group(2));
                }
            }
        }
        return rows;
    }

    private Map<String, Object> defaults() {
        Set<ChannelOption<?>> ofNetty = new DefaultChannelConfig(channel).getOptions().keySet();
        Map<String, Object> defaults = new TreeMap<>();
        channel.config().getOptions().forEach((option, value) -> {
            if (!ofNetty.contains(option)) {
                defaults.put(option.name().substring(option.name().indexOf('#') + 1), value);
            }
        });
        return defaults;
    }

    @Test
    void everyOptionHasARow() throws IOException {
        assertEquals(new TreeSet<>(defaults().keySet()), new TreeSet<>(rows().keySet()));
    }

    @Test
    void everyDefaultIsTheOneInForce() throws IOException {
        Map<String, Object> defaults = defaults();
        int literals = 0;
        for (Map.Entry<String, String> row : rows().entrySet()) {
            Matcher literal = LITERAL.matcher(row.getValue());
            Object inForce = defaults.get(row.getKey());
            if (literal.matches()) {
                assertEquals(String.valueOf(inForce), literal.group(1), row.getKey());
                literals++;
            } else if (row.getValue().equals("none")) {
                assertEquals(null, inForce, row.getKey());
            }
        }
        assertTrue(literals > 25, "only " + literals + " defaults were compared");
    }
}
