/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** The addresses of peers, written in one way whatever kind of socket or application wrote them. */
final class PeerAddress {
    private PeerAddress() {
    }

    /**
     * The same address: an IPv4-mapped IPv6 address (RFC 4291 2.5.5.2) as the IPv4 address that sockets report, and
     * without the scope where there is none, which native sockets report as scope 0. The name is kept, if it has one.
     */
    static InetSocketAddress of(InetSocketAddress address) {
        if (!(address.getAddress() instanceof Inet6Address ipv6) || ipv6.getScopeId() != 0) {
            return address;
        }
        try {
            String host = address.getHostString();
            String name = host.indexOf(':') < 0 ? host : null;
            return new InetSocketAddress(InetAddress.getByAddress(name, ipv6.getAddress()), address.getPort());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
