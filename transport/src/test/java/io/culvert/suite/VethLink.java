/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A pair of virtual Ethernet interfaces of the kernel, one end here, the other in a network namespace of its own. What
 * is longer than the MTU of the end that it goes to disappears without a word.
 */
final class VethLink implements AutoCloseable {
    /** RFC 2544, RFC 4193: networks that several processes of one machine hardly share. */
    private static final long PID = ProcessHandle.current().pid();
    private static final String NET_IPV4 = "198.18." + PID % 251 + ".";
    private static final String NET_IPV6 = "fdc0:" + Long.toHexString(PID % 65521) + "::";
    private static final String HERE_IPV4 = NET_IPV4 + 1;
    private static final String THERE_IPV4 = NET_IPV4 + 2;
    private static final String HERE_IPV4_LATER = NET_IPV4 + 9;
    private static final String HERE_IPV6 = NET_IPV6 + 1;
    private static final String THERE_IPV6 = NET_IPV6 + 2;
    private static final String HERE_LINK_LOCAL = "fe80::77:1";
    private static final String THERE_LINK_LOCAL = "fe80::77:2";

    private final String namespace = "culvert" + PID;
    private final String here = "cva" + PID;
    private final String there = "cvb" + PID;

    /** Lays the link; the calling test is skipped where that is not possible. */
    static VethLink lay(int mtuHere, int mtuThere) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "skipped: not root, so no network namespaces");
        assumeTrue(SystemCommand.isOnPath("ip"), "skipped: no ip command (iproute2)");
        VethLink link = new VethLink();
        try {
            assumeTrue(link.ip("netns", "add", link.namespace) == 0, "skipped: no network namespaces");
            assumeTrue(link.ip("link", "add", link.here, "type", "veth", "peer", "name", link.there, "netns",
                    link.namespace) == 0, "skipped: no virtual Ethernet");
            // without it Netty finds no IPv6 there
            // a virtual cable would carry a train uncut, whatever its MTU; a real one carries datagrams
            link.must("link", "set", "dev", link.here, "gso_max_segs", "1");
            link.must("-n", link.namespace, "link", "set", "dev", link.there, "gso_max_segs", "1");
            link.must("-n", link.namespace, "link", "set", "dev", "lo", "up");
            link.must("addr", "add", HERE_IPV4 + "/30", "dev", link.here);
            link.must("-n", link.namespace, "addr", "add", THERE_IPV4 + "/30", "dev", link.there);
            link.must("link", "set", "dev", link.here, "mtu", "" + mtuHere, "up");
            link.mtuThere(mtuThere);
            link.must("-n", link.namespace, "link", "set", "dev", link.there, "up");
            link.ip("-6", "addr", "add", HERE_IPV6 + "/64", "dev", link.here, "nodad");
            link.ip("-n", link.namespace, "-6", "addr", "add", THERE_IPV6 + "/64", "dev", link.there, "nodad");
            link.ip("-6", "addr", "add", HERE_LINK_LOCAL + "/64", "dev", link.here, "nodad");
            link.ip("-n", link.namespace, "-6", "addr", "add", THERE_LINK_LOCAL + "/64", "dev", link.there, "nodad");
            return link;
        } catch (Throwable notLaid) {
            link.close();
            throw notLaid;
        }
    }

    /** The address of the other end. */
    InetAddress addressThere(Loopback version) throws IOException {
        return InetAddress.getByName(version == Loopback.IPV4 ? THERE_IPV4 : THERE_IPV6);
    }

    /** The link-local address of the other end, as it is written here, with the scope that only this host knows. */
    InetAddress linkLocalSeenFromHere() throws IOException {
        return InetAddress.getByName(THERE_LINK_LOCAL + "%" + here);
    }

    /** The same address, as it is written at the other end. */
    String linkLocalSeenFromThere() {
        return THERE_LINK_LOCAL + "%" + there;
    }

    /**
     * Has this host refuse whatever goes to the other end.
     *
     * @param type {@code unreachable}, {@code prohibit} or {@code blackhole}
     */
    void refuse(String type, InetAddress there) throws Exception {
        must("route", "add", type, there.getHostAddress());
    }

    /** Sends to the other end again. */
    void refuseNoMore(String type, InetAddress there) throws Exception {
        must("route", "del", type, there.getHostAddress());
    }

    /** This end's IPv4 address goes, and another comes, as in another network. */
    InetAddress moveHere() throws Exception {
        must("addr", "add", HERE_IPV4_LATER + "/32", "dev", here);
        must("-n", namespace, "route", "add", HERE_IPV4_LATER + "/32", "dev", there);
        must("route", "add", THERE_IPV4 + "/32", "dev", here, "src", HERE_IPV4_LATER);
        must("addr", "del", HERE_IPV4 + "/30", "dev", here);
        return InetAddress.getByName(HERE_IPV4_LATER);
    }

    /** Changes what the other end takes and sends. */
    void mtuThere(int mtu) throws Exception {
        must("-n", namespace, "link", "set", "dev", there, "mtu", "" + mtu);
    }

    /** Starts a program of the test class path at the other end. */
    Process startThere(Class<?> program, String... arguments) throws IOException {
        return SystemCommand.java(namespace, program, arguments);
    }

    private int ip(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        return SystemCommand.run(command.toArray(new String[0]));
    }

    private void must(String... arguments) throws Exception {
        if (ip(arguments) != 0) {
            throw new IOException("ip " + String.join(" ", arguments));
        }
    }

    @Override
    public void close() throws Exception {
        // the pair of interfaces goes with either of them
        ip("link", "del", here);
        ip("netns", "del", namespace);
    }
}
