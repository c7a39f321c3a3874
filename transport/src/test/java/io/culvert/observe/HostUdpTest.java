/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostUdpTest {
    @TempDir
    private Path directory;

    @Test
    void addsUpBothFamilies() throws Exception {
        Path snmp = Files.writeString(directory.resolve("snmp"), """
                Ip: Forwarding RcvbufErrors
                Ip: 1 99
                Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors
                Udp: 1000 2 3 4000 50 6
                UdpLite: InDatagrams RcvbufErrors
                UdpLite: 7 8
                """);
        Path snmp6 = Files.writeString(directory.resolve("snmp6"), """
                Udp6InDatagrams                 \t12
                Udp6RcvbufErrors                \t700
                Udp6SndbufErrors                \t80
                UdpLite6RcvbufErrors            \t9
                """);
        HostUdp host = new HostUdp(snmp, snmp6);
        assertTrue(host.isKnown());
        assertEquals(750, host.receiveBufferErrors());
        assertEquals(86, host.sendBufferErrors());
    }

    @Test
    void aHostWithoutIpv6HasTheOtherFamilyAlone() throws Exception {
        Path snmp = Files.writeString(directory.resolve("snmp"), "Udp: RcvbufErrors\nUdp: 5\n");
        assertEquals(5, new HostUdp(snmp, directory.resolve("none")).receiveBufferErrors());
    }

    @Test
    void aPlatformThatDoesNotTellIsKnownAsSuch() {
        HostUdp host = new HostUdp(directory.resolve("none"), directory.resolve("neither"));
        assertFalse(host.isKnown());
        assertEquals(0, host.receiveBufferErrors());
    }
}
