/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Two hosts in network namespaces, each behind a NAT of the kernel's, and between the NATs a public network with a STUN
 * server in it. As home routers do, the NATs drop what nobody has asked for: to let it in as far as their own ports
 * would make them remember it, and give the host inside another port for that peer.
 */
final class NatNetwork implements AutoCloseable {
    static final String OUTSIDE_A = "198.18.71.2";
    static final String OUTSIDE_B = "198.18.72.2";
    static final InetSocketAddress STUN = new InetSocketAddress("198.18.71.1", 3478);

    private static final String MASQUERADE = "add table ip nat;"
            + "add chain ip nat out { type nat hook postrouting priority 100; };"
            + "add rule ip nat out oifname wan masquerade;"
            + "add table ip guard;"
            + "add chain ip guard in { type filter hook input priority 0; };"
            + "add rule ip guard in iifname wan ct state new drop";

    private final String prefix = "culvert" + ProcessHandle.current().pid();
    private final String hostA = prefix + "a";
    private final String hostB = prefix + "b";
    private final String natA = prefix + "na";
    private final String natB = prefix + "nb";
    private final String internet = prefix + "p";

    /** Lays the network; the calling test is skipped where that is not possible. */
    static NatNetwork lay() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "skipped: not root, so no network namespaces");
        assumeTrue(SystemCommand.isOnPath("ip"), "skipped: no ip command (iproute2)");
        assumeTrue(SystemCommand.isOnPath("nft"), "skipped: no nft command (nftables)");
        NatNetwork network = new NatNetwork();
        try {
            for (String namespace : network.namespaces()) {
                assumeTrue(SystemCommand.run("ip", "netns", "add", namespace) == 0, "skipped: no network namespaces");
            }
            assumeTrue(link(network.internet, "toA", network.natA, "wan") == 0, "skipped: no virtual Ethernet");
            for (String nat : List.of(network.natA, network.natB)) {
                assumeTrue(SystemCommand.run("ip", "netns", "exec", nat, "nft", MASQUERADE) == 0,
                        "skipped: no NAT in this kernel's nftables");
            }
            network.connect();
            return network;
        } catch (Throwable notLaid) {
            network.close();
            throw notLaid;
        }
    }

    private List<String> namespaces() {
        return List.of(hostA, hostB, natA, natB, internet);
    }

    private void connect() throws Exception {
        link(internet, "toB", natB, "wan");
        link(natA, "lan", hostA, "eth");
        link(natB, "lan", hostB, "eth");
        address(internet, "toA", "198.18.71.1");
        address(internet, "toB", "198.18.72.1");
        address(natA, "wan", OUTSIDE_A);
        address(natB, "wan", OUTSIDE_B);
        address(natA, "lan", "192.168.71.1");
        address(natB, "lan", "192.168.72.1");
        address(hostA, "eth", "192.168.71.2");
        address(hostB, "eth", "192.168.72.2");
        for (String namespace : namespaces()) {
            SystemCommand.must("ip", "-n", namespace, "link", "set", "dev", "lo", "up");
            set(namespace, "net/ipv4/ip_forward", 1);
        }
        route(natA, "198.18.71.1");
        route(natB, "198.18.72.1");
        route(hostA, "192.168.71.1");
        route(hostB, "192.168.72.1");
    }

    private static int link(String one, String nameOfOne, String other, String nameOfOther) throws Exception {
        return SystemCommand.run("ip", "-n", one, "link", "add", "name", nameOfOne, "type", "veth", "peer", "name",
                nameOfOther, "netns", other);
    }

    private static void address(String namespace, String device, String address) throws Exception {
        SystemCommand.must("ip", "-n", namespace, "addr", "add", address + "/24", "dev", device);
        SystemCommand.must("ip", "-n", namespace, "link", "set", "dev", device, "up");
    }

    private static void route(String namespace, String gateway) throws Exception {
        SystemCommand.must("ip", "-n", namespace, "route", "add", "default", "via", gateway);
    }

    private static void set(String namespace, String variable, int value) throws Exception {
        SystemCommand.must("ip", "netns", "exec", namespace, "sh", "-c",
                "echo " + value + " > /proc/sys/" + variable);
    }

    /** How long the NATs remember what has passed. */
    void timeoutSeconds(int seconds) throws Exception {
        for (String nat : List.of(natA, natB)) {
            set(nat, "net/netfilter/nf_conntrack_udp_timeout", seconds);
            set(nat, "net/netfilter/nf_conntrack_udp_timeout_stream", seconds);
        }
    }

    /** Starts the STUN server. */
    Process startStun() throws IOException {
        Process server = SystemCommand.java(internet, StunProgram.class, STUN.getHostString(), "" + STUN.getPort());
        server.inputReader().readLine();
        return server;
    }

    /** Starts a program on the first host. */
    RendezvousPeer startA(Io io, int keepaliveSeconds) throws IOException {
        return new RendezvousPeer(hostA, "192.168.71.2", io, keepaliveSeconds);
    }

    /** Starts a program on the second host. */
    RendezvousPeer startB(Io io, int keepaliveSeconds) throws IOException {
        return new RendezvousPeer(hostB, "192.168.72.2", io, keepaliveSeconds);
    }

    @Override
    public void close() throws Exception {
        for (String namespace : namespaces()) {
            // interfaces go with their namespaces
            SystemCommand.run("ip", "netns", "del", namespace);
        }
    }
}
