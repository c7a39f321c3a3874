/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The MTU of the interface that an address of ours stands on, remembered. */
final class InterfaceMtu {
    /** What is taken where the interface cannot be found. */
    private static final int DEFAULT_MTU = 1500;
    private static final int MAX_REMEMBERED = 1024;
    /** Interfaces change: asking costs more than remembering, but not much. */
    private static final long FORGET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Map<InetAddress, Known> MTU = new ConcurrentHashMap<>();

    private record Known(int mtu, long atNanos) {
    }

    private InterfaceMtu() {
    }

    static int towards(InetAddress remote, InetAddress local, long nowNanos) {
        // a wildcard address stands on no interface; a loopback peer is reached through loopback all the same
        InetAddress address = !local.isAnyLocalAddress() || !remote.isLoopbackAddress() ? local : remote;
        if (address.isAnyLocalAddress()) {
            return DEFAULT_MTU;
        }
        Known known = MTU.get(address);
        // a clock that stands elsewhere is another event loop's
        if (known == null || Math.abs(nowNanos - known.atNanos()) > FORGET_NANOS) {
            if (MTU.size() >= MAX_REMEMBERED) {
                MTU.clear();
            }
            known = new Known(ask(address), nowNanos);
            MTU.put(address, known);
        }
        return known.mtu();
    }

    /** An interface has become smaller. */
    static void forget() {
        MTU.clear();
    }

    private static int ask(InetAddress address) {
        try {
            NetworkInterface on = NetworkInterface.getByInetAddress(address);
            int mtu = on == null ? DEFAULT_MTU : on.getMTU();
            return mtu > 0 ? mtu : DEFAULT_MTU;
        } catch (SocketException e) {
            return DEFAULT_MTU;
        }
    }
}
