/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/state-machine.md} to the table; with {@code -Dculvert.docs.write=true} writes it. */
final class StateMachineDocumentTest {
    private static final Path DOCUMENT =
            Path.of(System.getProperty("basedir", ""), "..", "docs", "state-machine.md").toAbsolutePath().normalize();

    private final String generated = new StateMachineDocument(TransitionTable.RFC_9293).markdown();

    @Test
    void documentIsWhatTheTableSays() throws IOException {
        if (Boolean.getBoolean("culvert.docs.write")) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, generated);
        }
        assertEquals(generated, stored(),
                () -> DOCUMENT + " is stale. Write it again with: " + StateMachineDocument.COMMAND);
    }

    @Test
    void documentListsEveryTransitionOnce() {
        for (ConnectionState state : ConnectionState.values()) {
            for (ConnectionEvent event : ConnectionEvent.values()) {
                String row = "\n| " + state.rfcName() + " | " + event + " | ";
                int expected = TransitionTable.RFC_9293.on(state, event).ignored() ? 0 : 1;
                assertEquals(expected, generated.split(Pattern.quote(row), -1).length - 1, row);
            }
        }
    }

    @Test
    void documentOpensWithTheCommandThatWritesIt() {
        String opening = generated.lines().findFirst().orElseThrow();
        assertTrue(opening.contains("generated") && opening.contains(StateMachineDocument.COMMAND), opening);
    }

    private static String stored() throws IOException {
        return Files.exists(DOCUMENT) ? Files.readString(DOCUMENT).replace("\r\n", "\n") : "";
    }
}
