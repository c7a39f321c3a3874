/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import io.culvert.bench.compare.contender.Contender;
import java.net.InetSocketAddress;

/** What a client does with streams of its own. */
interface Workload extends Windowed {
    /** Begins and returns when it is under way. */
    void start(Contender contender, InetSocketAddress server) throws Exception;

    /** Ends it, in order if that takes no longer than a moment. */
    void stop() throws InterruptedException;
}
