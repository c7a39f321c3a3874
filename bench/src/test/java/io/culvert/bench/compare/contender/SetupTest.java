/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.contender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SetupTest {
    @ParameterizedTest
    @ValueSource(strings = {"culvert", "tcp+tls", "culvert+bbr", "culvert+tls+cubic"})
    void isReadAsItIsWritten(String name) {
        assertEquals(name, Setup.parse(name, "nio", 1500).name());
        assertEquals(name + "/nio", Setup.parse(name, "nio", 1500).toString());
        assertEquals(name, Setup.parse(name, "", 1500).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp+", "tcp+vegas", "tcp+bbr+cubic", "tcp+tls+tls"})
    void whatDoesNotExistIsRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> Setup.parse(name, "nio", 1500));
    }
}
