/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.contender;

import io.culvert.bench.compare.netty.NettyFactory;
import io.culvert.bench.compare.peer.PeerFactory;
import io.culvert.bench.compare.udp.UdpFactory;
import java.util.List;

/** Every system that can be measured, in the order of the tables. A new one is a line here. */
public final class Contenders {
    private static final List<ContenderFactory> ALL = List.of(NettyFactory.CULVERT, NettyFactory.TCP, new UdpFactory(),
            PeerFactory.QUIC, PeerFactory.KCP, PeerFactory.AERON, PeerFactory.KWIK);

    private Contenders() {
    }

    /** All of them. */
    public static List<ContenderFactory> all() {
        return ALL;
    }

    /** The one of that name. */
    public static ContenderFactory of(String system) {
        return ALL.stream().filter(factory -> factory.system().equals(system)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no system '" + system + "'"));
    }
}
