/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.testsuite;

import io.culvert.CulvertChannelOption;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.socket.TrafficShapingHandlerTest;
import java.util.List;
import java.util.stream.Stream;

/**
 * The one class of the testsuite that a process can run only once: it shuts down an executor that it keeps in a static
 * field. Each of its methods runs on all kinds of event loop, and is skipped at the first that is missing.
 */
class TrafficShapingTestsuiteTest extends TrafficShapingHandlerTest {
    private static final int MESSAGE_BYTES = 1024;

    @Override
    protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
        return Stream.of(IoKind.values()).flatMap(io -> io.pairFactories().stream()).toList();
    }

    /** Its methods have ten seconds, and wait for most of what they take. */
    @Override
    protected List<ByteBufAllocator> newAllocators() {
        return List.of(PooledByteBufAllocator.DEFAULT);
    }

    /** The original counts on reads that split none of its messages: each fills a segment. */
    @Override
    protected void configure(ServerBootstrap sb, Bootstrap cb, ByteBufAllocator allocator) {
        super.configure(sb, cb, allocator);
        sb.option(CulvertChannelOption.TCP_MAXSEG, MESSAGE_BYTES).option(CulvertChannelOption.TCP_TIMESTAMPS, false);
        cb.option(CulvertChannelOption.TCP_MAXSEG, MESSAGE_BYTES).option(CulvertChannelOption.TCP_TIMESTAMPS, false);
    }
}
