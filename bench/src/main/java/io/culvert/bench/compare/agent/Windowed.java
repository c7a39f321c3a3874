/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.agent;

import com.google.gson.JsonObject;
import java.io.IOException;

/** Something that goes on, and is measured for a while. Both methods are called by the agent's own thread. */
interface Windowed {
    /** From now on it counts. */
    void beginWindow();

    /**
     * What has been counted is added to the answer.
     *
     * @throws IOException if what should have gone on did not
     */
    void endWindow(JsonObject answer) throws IOException;
}
