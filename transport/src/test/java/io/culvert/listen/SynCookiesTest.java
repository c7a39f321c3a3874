/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SYN cookies: RFC 4987 section 3.6. */
final class SynCookiesTest {
    private static final long MINUTE = 60_000_000_000L;
    private static final InetSocketAddress LOCAL = new InetSocketAddress("10.0.0.1", 7000);
    private static final InetSocketAddress REMOTE = new InetSocketAddress("10.0.0.2", 40000);
    private static final InetSocketAddress OTHER = new InetSocketAddress("10.0.0.2", 40001);
    private static final int ISN = 12345;

    private final SynCookies cookies = new SynCookies(EndpointKeys.of(new byte[EndpointKeys.SECRET_BYTES]));

    private int mss(int cookie, long nowNanos) {
        return cookies.mss(LOCAL, REMOTE, ISN, cookie, nowNanos);
    }

    @ParameterizedTest
    @CsvSource({"536, 536", "1460, 1460", "1459, 1440", "65495, 65475", "9000, 8940", "300, 64"})
    void carryThePeersMssRoundedDown(int offered, int kept) {
        assertEquals(kept, mss(cookies.cookie(LOCAL, REMOTE, ISN, offered, 0), 0));
    }

    @Test
    void areGoodForThisMinuteAndTheNext() {
        long now = 100 * MINUTE + MINUTE / 2;
        int cookie = cookies.cookie(LOCAL, REMOTE, ISN, 1460, now);
        assertEquals(1460, mss(cookie, now + MINUTE));
        assertEquals(-1, mss(cookie, now + 2 * MINUTE));
        assertEquals(-1, mss(cookie, now - MINUTE));
    }

    @Test
    void stayGoodAcrossTheCountersWrap() {
        long now = 32 * MINUTE - 1;
        int cookie = cookies.cookie(LOCAL, REMOTE, ISN, 1460, now);
        assertEquals(1460, mss(cookie, now + MINUTE));
    }

    @Test
    void areGoodForTheirPeerAndSynOnly() {
        int cookie = cookies.cookie(LOCAL, REMOTE, ISN, 1460, 0);
        assertEquals(-1, cookies.mss(LOCAL, OTHER, ISN, cookie, 0));
        assertEquals(-1, cookies.mss(LOCAL, REMOTE, ISN + 1, cookie, 0));
        SynCookies others = new SynCookies(EndpointKeys.of("another secret..".getBytes()));
        assertEquals(-1, others.mss(LOCAL, REMOTE, ISN, cookie, 0));
    }

    @Test
    void noBitCanBeChanged() {
        int cookie = cookies.cookie(LOCAL, REMOTE, ISN, 1460, 0);
        for (int bit = 0; bit < 32; bit++) {
            assertEquals(-1, mss(cookie ^ 1 << bit, 0), "bit " + bit);
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, true", "-1, false", "0, true", "7, false", "14, true"})
    void timestampsCarryScaleAndSack(int scale, boolean sack) {
        for (int timestamp : new int[] {0, 63, 64, 1_000_000, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            int encoded = SynCookies.encodeOptions(timestamp, scale, sack);
            assertEquals(scale, SynCookies.windowScale(encoded));
            assertEquals(sack, SynCookies.sackPermitted(encoded));
            assertTrue(encoded - timestamp <= 0 && timestamp - encoded < 128, "never later than the true one");
        }
    }

    // RFC 7323 2.3
    @Test
    void aScaleAbove14IsKeptAs14() {
        assertEquals(14, SynCookies.windowScale(SynCookies.encodeOptions(1000, 15, false)));
    }
}
