/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.listen;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * The secret of an endpoint and the numbers that are made from it and a four-tuple: initial sequence numbers
 * (RFC 6528), timestamp offsets and the hashes of SYN cookies. Immutable; any thread may use it.
 */
public final class EndpointKeys {
    /** Bytes of a secret. */
    public static final int SECRET_BYTES = 16;
    /** RFC 9293 3.4.1: the ISN clock ticks every 4 microseconds. */
    private static final long ISN_TICK_NANOS = 4000;
    private static final EndpointKeys PROCESS = random();

    private static final byte ISN = 1;
    private static final byte TIMESTAMP = 2;
    private static final byte COOKIE = 3;

    private final long k0;
    private final long k1;
    private final SipHash hash;

    private EndpointKeys(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
        hash = new SipHash(k0, k1);
    }

    /** The keys of this process, random at its start. */
    public static EndpointKeys ofProcess() {
        return PROCESS;
    }

    /**
     * Keys from a given secret.
     *
     * @throws IllegalArgumentException if it has not {@value #SECRET_BYTES} bytes
     */
    public static EndpointKeys of(byte[] secret) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("a secret has " + SECRET_BYTES + " bytes, not " + secret.length);
        }
        ByteBuffer key = ByteBuffer.wrap(secret);
        return new EndpointKeys(key.getLong(), key.getLong());
    }

    private static EndpointKeys random() {
        SecureRandom random = new SecureRandom();
        return new EndpointKeys(random.nextLong(), random.nextLong());
    }

    /** Whether both are made from the same secret. */
    @Override
    public boolean equals(Object other) {
        return other instanceof EndpointKeys keys && k0 == keys.k0 && k1 == keys.k1;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(k0 ^ k1);
    }

    /** RFC 6528 section 3: ISN = M + F(four-tuple, key), M a clock of 4 microseconds. */
    public int initialSequenceNumber(InetSocketAddress local, InetSocketAddress remote, long nowNanos) {
        return (int) (nowNanos / ISN_TICK_NANOS) + (int) digest(ISN, local, remote, 0, 0);
    }

    /** RFC 7323 section 5.4 and 7.1: an offset of the timestamp clock that differs from peer to peer. */
    public int timestampOffset(InetSocketAddress local, InetSocketAddress remote) {
        return (int) digest(TIMESTAMP, local, remote, 0, 0);
    }

    /** The hash in a SYN cookie. */
    int cookieHash(InetSocketAddress local, InetSocketAddress remote, int peerIsn, int counterAndMss) {
        return (int) digest(COOKIE, local, remote, peerIsn, counterAndMss);
    }

    private long digest(byte purpose, InetSocketAddress local, InetSocketAddress remote, int a, int b) {
        byte[] here = local.getAddress().getAddress();
        byte[] there = remote.getAddress().getAddress();
        ByteBuffer input = ByteBuffer.allocate(1 + 2 + 2 + here.length + there.length + 8);
        input.put(purpose).putShort((short) local.getPort()).putShort((short) remote.getPort()).put(here).put(there)
                .putInt(a).putInt(b);
        return hash.hash(input.array(), input.position());
    }
}
