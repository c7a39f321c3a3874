/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.culvert.bench.compare.contender.Setup;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private final Results results = new Results("Gbit/s");

    private Result add(String name, String io, int mtu, double... rounds) {
        Result result = results.of(Setup.parse(name, io, mtu));
        for (double round : rounds) {
            result.round(round);
        }
        return result;
    }

    @Test
    void theRatioIsTheMedianOfTheRatiosOfEachRound() {
        add("tcp", "epoll", 1500, 10, 20, 40);
        Result culvert = add("culvert", "epoll", 1500, 5, 16, 24);
        assertEquals(0.6, results.ratio(Results.KERNEL_TCP, culvert), 1e-12);
    }

    @Test
    void whoDroppedOutIsComparedInTheRoundsThatItHas() {
        add("tcp", "epoll", 1500, 10, 20, 40);
        assertEquals(0.5, results.ratio(Results.KERNEL_TCP, add("culvert", "epoll", 1500, 5)), 1e-12);
    }

    @Test
    void everybodyIsComparedWithWhatTheSameThingDrives() {
        Result epoll = add("tcp", "epoll", 1500, 10);
        Result nio = add("tcp", "nio", 1500, 5);
        add("tcp+tls", "nio", 1500, 1);
        Result full = add("tcp", "nio", 0, 20);
        assertEquals(nio, results.baseline(Results.KERNEL_TCP, Setup.parse("culvert", "nio", 1500)).orElseThrow());
        assertEquals(full, results.baseline(Results.KERNEL_TCP, Setup.parse("culvert", "nio", 0)).orElseThrow());
        assertEquals(epoll, results.baseline(Results.KERNEL_TCP, Setup.parse("aeron", "", 1500)).orElseThrow());
        assertTrue(results.baseline(Results.RAW_UDP, Setup.parse("culvert", "nio", 1500)).isEmpty());
    }

    @Test
    void whoHasACongestionControlIsComparedWithTheSame() {
        Result plain = add("tcp", "epoll", 1500, 10);
        Result bbr = add("tcp+bbr", "epoll", 1500, 8);
        assertEquals(bbr, results.baseline(Results.KERNEL_TCP, Setup.parse("culvert+bbr", "nio", 1500)).orElseThrow());
        assertEquals(plain,
                results.baseline(Results.KERNEL_TCP, Setup.parse("culvert+cubic", "epoll", 1500)).orElseThrow());
        assertEquals(plain, results.baseline(Results.KERNEL_TCP, Setup.parse("culvert", "epoll", 1500)).orElseThrow());
    }

    @Test
    void theFileHasRatiosToWhatWasMeasured() {
        add("tcp", "epoll", 1500, 10, 10);
        Result culvert = add("culvert", "epoll", 1500, 4, 6);
        culvert.other("cpuSecondsPerGB", 2);
        results.addRatios();
        JsonObject json = culvert.toJson("throughput", 1500, new JsonObject());
        assertEquals(0.4, json.get("ratioToKernelTcp").getAsDouble());
        assertEquals(0.6, json.getAsJsonArray("ratiosToKernelTcp").get(1).getAsDouble());
        assertEquals(0.5, json.get("spread").getAsDouble());
        assertEquals(2, json.get("cpuSecondsPerGB").getAsDouble());
        assertFalse(json.has("ratioToRawUdp"));
        assertFalse(json.has("congestion"));
    }
}
