/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/** The addresses of this host that a wildcard address stands for. */
final class LocalAddresses {
    private static final InetAddress EVERYBODY = NetUtil.createInetAddressFromIpAddressString("255.255.255.255");

    private LocalAddresses() {
    }

    /** Those of every interface that is up: of both versions for the IPv6 wildcard, of version 4 for the other. */
    static Set<InetAddress> of(InetAddress wildcard) {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        try {
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (isUp(each)) {
                    addresses.addAll(Collections.list(each.getInetAddresses()));
                }
            }
        } catch (SocketException e) {
            // a host that does not tell its addresses is answered from the one that routing chooses
            addresses.clear();
        }
        addresses.removeIf(address -> wildcard instanceof Inet4Address && address instanceof Inet6Address);
        return addresses;
    }

    /** Whether the host has an address; taken for granted where it does not tell. */
    static boolean has(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }

    private static boolean isUp(NetworkInterface each) {
        try {
            return each.isUp();
        } catch (SocketException e) {
            // it has gone since it was listed, as those of containers do
            return false;
        }
    }

    /** Whether an address is one of many hosts: multicast or broadcast, also that of a network we are on. */
    static boolean isGroup(InetAddress address) {
        if (address.isMulticastAddress() || address.equals(EVERYBODY)) {
            return true;
        }
        if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
            try {
                return isBroadcast(address);
            } catch (SocketException e) {
                return false;
            }
        }
        return false;
    }

    private static boolean isBroadcast(InetAddress address) throws SocketException {
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InterfaceAddress ours : each.getInterfaceAddresses()) {
                if (address.equals(ours.getBroadcast())) {
                    return true;
                }
            }
        }
        return false;
    }
}
