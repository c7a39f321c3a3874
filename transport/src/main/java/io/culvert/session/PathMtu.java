/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/**
 * How large a datagram the path takes. For now the interface's MTU bounded by Ethernet's; discovery (RFC 8899) has its
 * place here.
 */
public final class PathMtu {
    /** What is used off loopback, and on it, until a larger size is proved. */
    static final int ETHERNET_MTU = 1500;
    private static final int MAX_IP_LENGTH = 65535;
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    /** The UDP header and ours together are as long as TCP's. */
    private static final int TCP_HEADER_BYTES = 20;

    private final int interfaceMtu;
    private final int ipHeaderBytes;

    /**
     * The path through an interface.
     *
     * @param interfaceMtu the MTU of the outgoing interface in bytes
     * @param ipv6 whether the datagrams are IPv6's
     */
    public PathMtu(int interfaceMtu, boolean ipv6) {
        this.interfaceMtu = interfaceMtu;
        this.ipHeaderBytes = ipv6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES;
    }

    /** The MSS option to announce (RFC 6691): interface MTU - IP header - 20. */
    public int announcedMss() {
        return Math.min(MAX_IP_LENGTH, interfaceMtu) - ipHeaderBytes - TCP_HEADER_BYTES;
    }

    /** The MTU in use in bytes. */
    public int mtu() {
        return Math.min(interfaceMtu, ETHERNET_MTU);
    }

    /** Most bytes of options and payload in a segment that the path is known to take. */
    int maxSegmentBytes() {
        return mtu() - ipHeaderBytes - TCP_HEADER_BYTES;
    }
}
