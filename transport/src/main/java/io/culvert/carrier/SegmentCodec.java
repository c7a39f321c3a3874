/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.observe.CarrierIncident;
import io.culvert.segment.MalformedReason;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentParser;
import io.culvert.segment.SegmentWriter;
import io.culvert.session.Session;
import io.culvert.session.Transit;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;

/**
 * Bytes to segments and back. Segments that leave together are written as a train. Owns a received datagram and
 * releases it when the handlers behind it have returned; but one that is no segment by its first two bits goes, and
 * belongs, to the user's handler of such if there is one.
 */
final class SegmentCodec extends ChannelDuplexHandler {
    private final Carrier carrier;
    private final boolean passesForeign;
    private final Transit inbound = new Transit();
    /** What is written and not flushed, as far as it fits together. */
    private final Train train = new Train();

    SegmentCodec(Carrier carrier, boolean passesForeign) {
        this.carrier = carrier;
        this.passesForeign = passesForeign;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof DatagramPacket packet)) {
            carrier.counters.note(CarrierIncident.FOREIGN_MESSAGE);
            ReferenceCountUtil.release(message);
            return;
        }
        if (passesForeign && SegmentParser.isForeign(packet.content())) {
            carrier.counters.note(CarrierIncident.FOREIGN_DATAGRAM);
            ctx.fireChannelRead(packet);
            return;
        }
        try {
            MalformedReason reason = SegmentParser.parse(packet.content(), inbound.segment());
            if (reason != null) {
                carrier.counters.malformed(reason);
                return;
            }
            carrier.siblings.received(packet);
            ctx.fireChannelRead(inbound.with(packet.sender(), null, carrier.batch.enter()));
        } finally {
            inbound.session(null).segment().clear();
            packet.release();
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!(message instanceof Transit transit)) {
            depart(ctx);
            carrier.batch.written();
            ctx.write(message, promise);
            return;
        }
        Segment segment = transit.segment();
        int bytes = SegmentWriter.length(segment);
        if (train.isEmpty() || !train.takes(transit.peer(), promise, bytes)) {
            depart(ctx);
            Session session = transit.session();
            int following = session == null ? 0 : session.waitingBytes();
            carrier.batch.written();
            train.begin(transit.peer(), promise, bytes, segment.payloadLength(), following, ctx.alloc());
        }
        train.add(segment, bytes);
        if (train.isFull()) {
            // the peer begins with it while the next one is written
            depart(ctx);
            ctx.flush();
        }
    }

    private void depart(ChannelHandlerContext ctx) {
        if (!train.isEmpty()) {
            carrier.segmentation.write(ctx, train);
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        depart(ctx);
        ctx.flush();
        train.rest();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        train.rest();
    }
}
