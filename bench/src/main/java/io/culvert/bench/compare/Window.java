/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import com.google.gson.JsonObject;

/**
 * What both sides of a contender answered.
 *
 * @param server the server's figures
 * @param client the client's
 */
record Window(JsonObject server, JsonObject client) {
    /** A figure of both sides together. */
    double sum(String name) {
        return server.get(name).getAsDouble() + client.get(name).getAsDouble();
    }

    /** How often something that the server has counted happened in a second. */
    double serverRate(String name) {
        return server.get(name).getAsDouble() * 1e9 / server.get("nanos").getAsDouble();
    }

    /** How often something that the client has counted happened in a second. */
    double clientRate(String name) {
        return client.get(name).getAsDouble() * 1e9 / client.get("nanos").getAsDouble();
    }
}
