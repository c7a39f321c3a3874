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

    /**
     * The pipeline of a carrier.
     *
     * @param datagramHandler the user's handler of datagrams, {@code null} for none
     */
    CarrierInitializer(Carrier carrier, ChannelHandler datagramHandler) {
        this.carrier = carrier;
        this.datagramHandler = datagramHandler;
    }

    @Override
    protected void initChannel(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (datagramHandler != null) {
            pipeline.addLast("datagrams", datagramHandler);
        }
        pipeline.addLast("codec", new SegmentCodec(carrier))
                .addLast("router", new SessionRouter(carrier))
                .addLast("reliability", new ReliabilityHandler(carrier))
                .addLast("state", new StateMachineHandler(carrier));
    }
}
