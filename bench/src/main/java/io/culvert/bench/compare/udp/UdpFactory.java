/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.udp;

import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.ContenderFactory;
import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.compare.contender.UnavailableException;
import io.culvert.bench.compare.netty.SocketIo;
import java.util.List;

/** Raw UDP as a contender. */
public final class UdpFactory implements ContenderFactory {
    private static final String THROUGHPUT = "throughput";

    @Override
    public String system() {
        return "udp";
    }

    @Override
    public List<String> ios() {
        return List.of(SocketIo.EPOLL.toString(), SocketIo.NIO.toString());
    }

    @Override
    public String unsuited(String benchmark) {
        return benchmark.equals(THROUGHPUT) ? "" : "raw UDP has no connections, and is the limit of throughput alone";
    }

    @Override
    public Contender open(Setup setup) throws UnavailableException {
        if (setup.tls() || !setup.congestion().isEmpty()) {
            throw new UnavailableException("raw UDP has neither TLS nor congestion control");
        }
        return new UdpContender(setup.mtu(), SocketIo.of(setup.io()));
    }

    @Override
    public String remark() {
        return "the limit: a window of 1 MiB and acknowledgments, but nothing is sent again or put in order; epoll"
                + " sends trains by UDP_SEGMENT and receives them by UDP_GRO, NIO datagram by datagram";
    }
}
