/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import io.culvert.bench.compare.contender.StreamHandler;
import java.util.Locale;
import java.util.function.Supplier;

/** What a server does for the streams it accepts. */
interface Service extends Supplier<StreamHandler>, Windowed {
    /** How many streams there are. */
    int openStreams();

    /** The one of that name. */
    static Service named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "sink" -> new SinkService();
            case "echo" -> new EchoService();
            default -> throw new IllegalArgumentException("there is no service '" + name + "'");
        };
    }
}
