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

/** The MTU of the interface that an address of ours stands on, remembered. */
final class InterfaceMtu {
    /** What is taken where the interface cannot be found. */
    private static final int DEFAULT_MTU = 1500;
    private static final int MAX_REMEMBERED = 1024;
    private static final Map<InetAddress, Integer> MTU = new ConcurrentHashMap<>();

    private InterfaceMtu() {
    }

    static int towards(InetAddress remote, InetAddress local) {
        // a wildcard address stands on no interface; a loopback peer is reached through loopback all the same
        InetAddress address = !local.isAnyLocalAddress() || !remote.isLoopbackAddress() ? local : remote;
        if (address.isAnyLocalAddress()) {
            return DEFAULT_MTU;
        }
        Integer known = MTU.get(address);
        if (known == null) {
            if (MTU.size() >= MAX_REMEMBERED) {
                MTU.clear();
            }
            known = ask(address);
            MTU.put(address, known);
        }
        return known;
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
