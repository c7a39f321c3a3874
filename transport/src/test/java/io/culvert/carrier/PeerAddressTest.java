/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class PeerAddressTest {
    private static final int PORT = 4711;

    private static InetSocketAddress scoped(String literal, int scope) throws UnknownHostException {
        byte[] bytes = InetAddress.getByName(literal).getAddress();
        return new InetSocketAddress(Inet6Address.getByAddress(null, bytes, scope), PORT);
    }

    @Test
    void aScopeThatIsNoneIsNotWritten() throws Exception {
        InetSocketAddress address = PeerAddress.of(scoped("::1", 0));
        assertEquals("0:0:0:0:0:0:0:1", address.getAddress().getHostAddress());
        assertEquals(PORT, address.getPort());
    }

    @Test
    void aScopeIsKept() throws Exception {
        InetSocketAddress address = scoped("fe80::1", 2);
        assertSame(address, PeerAddress.of(address));
    }

    @Test
    void anIpv4MappedAddressBecomesTheIpv4Address() throws Exception {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 5};
        InetSocketAddress address =
                PeerAddress.of(new InetSocketAddress(Inet6Address.getByAddress(null, mapped, -1), PORT));
        assertEquals(Inet4Address.getByName("127.0.0.5"), address.getAddress());
        assertEquals(PORT, address.getPort());
    }

    @Test
    void aNameIsKept() throws Exception {
        InetAddress named = InetAddress.getByAddress("peer.example", InetAddress.getByName("::1").getAddress());
        assertEquals("peer.example", PeerAddress.of(new InetSocketAddress(named, PORT)).getHostString());
    }

    @Test
    void anIpv4AddressIsLeftAlone() {
        InetSocketAddress address = new InetSocketAddress("127.0.0.1", PORT);
        assertSame(address, PeerAddress.of(address));
    }
}
