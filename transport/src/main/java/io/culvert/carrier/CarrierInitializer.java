/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;

/** The road: the order of the handlers in the pipeline of a UDP channel. */
final class CarrierInitializer extends ChannelInitializer<Channel> {
    private final Carrier carrier;
    private final ChannelHandler datagramHandler;
    private final ChannelHandler foreignHandler;

    /**
     * The pipeline of a carrier.
     *
     * @param datagramHandler the user's handler of datagrams, {@code null} for none
     * @param foreignHandler the user's handler of datagrams that are no segments, {@code null} for none
     */
    CarrierInitializer(Carrier carrier, ChannelHandler datagramHandler, ChannelHandler foreignHandler) {
        this.carrier = carrier;
        this.datagramHandler = datagramHandler;
        this.foreignHandler = foreignHandler;
    }

    @Override
    protected void initChannel(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (datagramHandler != null) {
            pipeline.addLast("datagrams", datagramHandler);
        }
        pipeline.addLast("codec", new SegmentCodec(carrier, foreignHandler != null))
                .addLast("router", new SessionRouter(carrier))
                .addLast("reliability", new ReliabilityHandler(carrier))
                .addLast("state", new StateMachineHandler(carrier));
        if (foreignHandler != null) {
            pipeline.addLast("foreign", foreignHandler).addLast("end", new ForeignEnd(carrier));
        }
    }
}
