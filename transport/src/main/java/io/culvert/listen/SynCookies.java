/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.listen;

import io.culvert.segment.Segment;
import java.net.InetSocketAddress;

/**
 * SYN cookies (D. J. Bernstein, 1996; RFC 4987 section 3.6): the state of a half-open session in the ISN of its
 * SYN,ACK. 24 bits of keyed hash, a minute counter of 5 bits and an index of the MSS in 3; window scale and
 * SACK-permitted travel in the low 6 bits of our timestamp, as Linux does it.
 */
public final class SynCookies {
    private static final long MINUTE_NANOS = 60_000_000_000L;
    /** A cookie is good for the minute it was made in and the next. */
    private static final int MAX_AGE_MINUTES = 1;
    private static final int COUNTER_MASK = 0x1f;
    private static final int HASH_MASK = 0xffffff;
    private static final int OPTION_MASK = 0x3f;
    private static final int SACK_BIT = 0x10;
    private static final int SCALE_MASK = 0x0f;
    private static final int NO_SCALE = 0x0f;
    /** The peer's MSS is rounded down to one of these, the first the least that anybody can use. */
    private static final int[] MSS = {64, 536, 1220, 1360, 1440, 1460, 8940, 65475};

    private final EndpointKeys keys;
    private boolean made;
    private long latestNanos;

    /** Cookies of an endpoint. */
    public SynCookies(EndpointKeys keys) {
        this.keys = keys;
    }

    /** The ISN of the SYN,ACK that answers a SYN. */
    public int cookie(InetSocketAddress local, InetSocketAddress remote, int peerIsn, int mss, long nowNanos) {
        made = true;
        latestNanos = nowNanos;
        int index = MSS.length - 1;
        while (index > 0 && MSS[index] > mss) {
            index--;
        }
        int low = counter(nowNanos) << 3 | index;
        return keys.cookieHash(local, remote, peerIsn, low) << 8 | low;
    }

    /** The MSS in a cookie that we made within the last two minutes; -1 when it is none. */
    public int mss(InetSocketAddress local, InetSocketAddress remote, int peerIsn, int cookie, long nowNanos) {
        // without a flood nobody has a cookie, and nobody gets one by guessing 24 bits
        if (!made || nowNanos - latestNanos > (MAX_AGE_MINUTES + 1) * MINUTE_NANOS) {
            return -1;
        }
        int low = cookie & 0xff;
        int age = counter(nowNanos) - (low >> 3) & COUNTER_MASK;
        int hash = keys.cookieHash(local, remote, peerIsn, low);
        if (age > MAX_AGE_MINUTES || (hash & HASH_MASK) != cookie >>> 8) {
            return -1;
        }
        return MSS[low & 7];
    }

    private static int counter(long nowNanos) {
        return (int) (nowNanos / MINUTE_NANOS) & COUNTER_MASK;
    }

    /** Our timestamp with the peer's options in its low bits, never later than the true one. */
    public static int encodeOptions(int timestamp, int windowScale, boolean sackPermitted) {
        int scale = windowScale < 0 ? NO_SCALE : Math.min(Segment.MAX_WINDOW_SCALE, windowScale);
        int options = scale | (sackPermitted ? SACK_BIT : 0);
        int encoded = timestamp & ~OPTION_MASK | options;
        return encoded - timestamp > 0 ? encoded - OPTION_MASK - 1 : encoded;
    }

    /** The window scale in an echoed timestamp, -1 when the peer offered none. */
    public static int windowScale(int echo) {
        int scale = echo & SCALE_MASK;
        return scale == NO_SCALE ? -1 : scale;
    }

    /** Whether an echoed timestamp says that the peer permitted SACK. */
    public static boolean sackPermitted(int echo) {
        return (echo & SACK_BIT) != 0;
    }
}
