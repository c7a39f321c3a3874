/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalAddressesTest {
    @ParameterizedTest
    @ValueSource(strings = {"224.0.0.1", "239.1.2.3", "255.255.255.255", "ff02::1"})
    void manyHostsAreAGroup(String group) throws Exception {
        assertTrue(LocalAddresses.isGroup(InetAddress.getByName(group)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.5", "::1", "198.51.100.7", "2001:db8::1"})
    void oneHostIsNone(String host) throws Exception {
        assertFalse(LocalAddresses.isGroup(InetAddress.getByName(host)));
    }

    @Test
    void theBroadcastAddressOfANetworkOfOursIsAGroupAndOurOwnAddressIsNone() throws Exception {
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InterfaceAddress address : each.getInterfaceAddresses()) {
                assertFalse(LocalAddresses.isGroup(address.getAddress()), address::toString);
                if (address.getBroadcast() != null && !each.isLoopback()) {
                    assertTrue(LocalAddresses.isGroup(address.getBroadcast()), address::toString);
                }
            }
        }
    }

    @Test
    void theIpv4WildcardStandsForIpv4Alone() throws Exception {
        assertTrue(LocalAddresses.of(InetAddress.getByName("0.0.0.0")).stream()
                .allMatch(Inet4Address.class::isInstance));
        assertTrue(LocalAddresses.of(InetAddress.getByName("::")).contains(InetAddress.getByName("127.0.0.1")));
    }
}
