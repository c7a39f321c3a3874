/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;

/** Both ends of a session, and what each has seen. */
record Pair(CulvertServerChannel listener, CulvertChannel client, Recorder atClient,
        CulvertChannel server, Recorder atServer) {
}
