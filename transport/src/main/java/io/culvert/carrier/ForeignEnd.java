/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.observe.CarrierIncident;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;

/** What the user's handler of foreign datagrams passes on, or throws, ends here: counted, and logged once at most. */
final class ForeignEnd extends ChannelInboundHandlerAdapter {
    private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(ForeignEnd.class);

    private final Carrier carrier;
    private boolean warned;

    ForeignEnd(Carrier carrier) {
        this.carrier = carrier;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        carrier.counters.note(CarrierIncident.FOREIGN_MESSAGE);
        ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        carrier.counters.note(CarrierIncident.FOREIGN_ERROR);
        if (!warned) {
            warned = true;
            LOGGER.warn("{}: the handler of foreign datagrams threw; what it throws further is only counted",
                    ctx.channel(), cause);
        }
    }
}
