/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import java.util.stream.Stream;

/** What every test of this package is repeated over. */
record Setting(Io io, Loopback loopback) {
    static Stream<Setting> all() {
        return Stream.of(Io.values()).flatMap(io -> Stream.of(Loopback.values())
                .map(loopback -> new Setting(io, loopback)));
    }

    @Override
    public String toString() {
        return io + " " + loopback;
    }
}
