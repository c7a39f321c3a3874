/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.session.AckProcessor;
import io.culvert.session.Handshake;
import io.culvert.session.HeaderPrediction;
import io.culvert.session.RecoveryProcessor;
import io.culvert.session.SegmentGate;
import io.culvert.session.SegmentOutput;
import io.culvert.session.Session;
import io.culvert.session.TextProcessor;
import io.culvert.session.Timeouts;
import io.culvert.session.Transit;
import io.culvert.session.Transmitter;
import io.culvert.state.ConnectionState;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/**
 * The sequence space, both ways. Inbound it is the gate, then takes acknowledgment and text; what the state machine
 * must know is noted as facts, and only a segment of which there are such goes on to it. Outbound it turns a session
 * that has something to send into segments.
 */
final class ReliabilityHandler extends ChannelDuplexHandler implements SegmentOutput {
    private final Carrier carrier;
    private final Transit outbound = new Transit();
    private final RecoveryProcessor recovery = new RecoveryProcessor();
    private final AckProcessor acknowledgments = new AckProcessor(recovery);
    private ChannelHandlerContext ctx;
    private ChannelHandlerContext codecContext;
    private SegmentCodec codec;
    private ChannelPromise datagrams;

    ReliabilityHandler(Carrier carrier) {
        this.carrier = carrier;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        datagrams = ctx.voidPromise();
        codecContext = ctx.pipeline().context(SegmentCodec.class);
        codec = (SegmentCodec) codecContext.handler();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof Transit transit)) {
            ctx.fireChannelRead(message);
            return;
        }
        Session session = transit.session();
        Segment segment = transit.segment();
        try {
            take(session, segment, transit.nowNanos());
        } catch (RuntimeException | Error e) {
            onFault(session, e);
        }
        if (session.facts.areNoted()) {
            ctx.fireChannelRead(transit);
        }
    }

    private void take(Session session, Segment segment, long now) {
        ConnectionState state = session.state();
        if (state == ConnectionState.SYN_SENT) {
            Handshake.onSegmentInSynSent(session, segment, now, this);
        } else if (state == ConnectionState.LISTEN && segment.has(SegmentFlags.SYN)) {
            Handshake.onSynInListen(session, segment, now);
        } else if (HeaderPrediction.holds(session, segment, now)) {
            takeText(session, segment, now);
        } else if (SegmentGate.admit(session, segment, now, this)) {
            acknowledgments.process(session, segment, now);
            takeText(session, segment, now);
        }
    }

    private void takeText(Session session, Segment segment, long now) {
        Transmitter.acknowledgeEarly(session, segment, now, this);
        TextProcessor.process(session, segment, now);
    }

    /** The user's congestion controller has thrown, or the engine: the session ends, its neighbours go on. */
    private void onFault(Session session, Throwable fault) {
        if (fault instanceof OutOfMemoryError noMemory) {
            // what there is no memory for counts as lost
            throw noMemory;
        }
        carrier.errors.onFault(session, fault);
    }

    /** A deadline of the session has come. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Session session) {
            try {
                Timeouts.expire(session, recovery, carrier.now());
            } catch (RuntimeException | Error e) {
                onFault(session, e);
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof Session session) {
            datagrams = carrier.datagramsOf(session);
            try {
                Transmitter.transmit(session, carrier.now(), this);
            } catch (RuntimeException | Error e) {
                onFault(session, e);
                carrier.endFailed(session);
            } finally {
                datagrams = ctx.voidPromise();
            }
        } else {
            ctx.write(message, promise);
        }
    }

    @Override
    public Segment next() {
        return outbound.segment().clear();
    }

    @Override
    public void send(Session session, boolean retransmission, long nowNanos) {
        session.counters.sent(outbound.segment().payloadLength());
        session.natKeepalive.sent(nowNanos);
        session.config.observer.segmentSent(session, outbound.segment(), retransmission, nowNanos);
        // the next handler below; called for each segment, so not searched for
        codec.write(codecContext, outbound.with(session.remoteAddress(), session, nowNanos), datagrams);
        // what is left of a carrier in TIME-WAIT keeps no session
        outbound.session(null);
    }

    @Override
    public boolean isWritable() {
        return ctx.channel().isWritable();
    }
}
