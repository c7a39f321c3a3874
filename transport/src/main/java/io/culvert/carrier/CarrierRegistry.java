/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.EventLoop;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The open carriers of each event loop. A loop's set is touched on that loop only. */
public final class CarrierRegistry {
    private static final Map<EventLoop, Set<Carrier>> OPEN = new ConcurrentHashMap<>();

    private CarrierRegistry() {
    }

    static void opened(Carrier carrier) {
        OPEN.computeIfAbsent(carrier.loop(), loop -> new HashSet<>()).add(carrier);
    }

    static void closed(Carrier carrier) {
        OPEN.computeIfPresent(carrier.loop(), (loop, carriers) -> {
            carriers.remove(carrier);
            return carriers.isEmpty() ? null : carriers;
        });
    }

    /** The carriers of a loop now. Called on that loop. */
    public static List<Carrier> of(EventLoop loop) {
        return List.copyOf(OPEN.getOrDefault(loop, Collections.emptySet()));
    }
}
