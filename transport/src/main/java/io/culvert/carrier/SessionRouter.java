/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.listen.Listener;
import io.culvert.listen.SynCookies;
import io.culvert.observe.CarrierIncident;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.session.Handshake;
import io.culvert.session.Resets;
import io.culvert.session.SendSpace;
import io.culvert.session.Session;
import io.culvert.session.TimeWait;
import io.culvert.session.Transit;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;

/**
 * Finds the session of a segment. Segments without one go to the TIME-WAIT records, then to the listener, and what
 * nobody wants is answered with a reset (RFC 9293 3.10.7.1). Ends the batch.
 */
final class SessionRouter extends ChannelInboundHandlerAdapter {
    private final Carrier carrier;
    private final Transit outbound = new Transit();

    SessionRouter(Carrier carrier) {
        this.carrier = carrier;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof Transit transit)) {
            ctx.fireChannelRead(message);
            return;
        }
        InetSocketAddress peer = carrier.peerOf(transit.peer());
        CarriedSession carried = carrier.sessions.find(peer);
        if (carried != null) {
            pass(ctx, transit, carried);
            return;
        }
        TimeWait timeWait = carrier.timeWaits.find(peer);
        if (timeWait != null) {
            timeWait.observer().segmentReceived(timeWait, transit.segment(), transit.nowNanos());
            onTimeWait(ctx, transit, timeWait);
            return;
        }
        if (carrier.siblings.handOver(peer, transit.segment().has(SegmentFlags.SYN))) {
            return;
        }
        onStray(ctx, transit, null);
    }

    private void pass(ChannelHandlerContext ctx, Transit transit, CarriedSession carried) {
        Session session = carried.session();
        session.counters.received();
        session.config.observer.segmentReceived(session, transit.segment(), transit.nowNanos());
        carrier.batch.touch(carried);
        ctx.fireChannelRead(transit.session(session));
    }

    private void onTimeWait(ChannelHandlerContext ctx, Transit transit, TimeWait timeWait) {
        long now = transit.nowNanos();
        TimeWait.Answer answer = timeWait.onSegment(transit.segment(), now);
        if (answer == TimeWait.Answer.NONE || !ctx.channel().isWritable()) {
            return;
        }
        // a cookie could not keep the new ISS beyond the old SND.NXT
        if (answer == TimeWait.Answer.REOPEN && carrier.listener() != null && carrier.listener().hasRoomForHalfOpen()) {
            carrier.timeWaits.end(timeWait, ConnectionEvent.SYN, now);
            onStray(ctx, transit, timeWait);
            return;
        }
        if (answer == TimeWait.Answer.ACKNOWLEDGE_AND_RESTART) {
            carrier.timeWaits.restart(timeWait, now);
        }
        timeWait.fillAck(outbound.segment().clear(), now);
        IdleCarriers.heardAgain(carrier);
        timeWait.observer().segmentSent(timeWait, outbound.segment(), false, now);
        ctx.write(outbound.with(timeWait.remoteAddress(), null, now), ctx.voidPromise());
    }

    /**
     * CLOSED and LISTEN of RFC 9293 3.10.7.
     *
     * @param reopened what a session made here takes the place of, {@code null} for none
     */
    private void onStray(ChannelHandlerContext ctx, Transit transit, TimeWait reopened) {
        Segment segment = transit.segment();
        // first, check for an RST
        if (segment.has(SegmentFlags.RST)) {
            carrier.counters.note(CarrierIncident.STRAY);
            return;
        }
        // RFC 1122 4.2.3.10: who asks everybody is answered by nobody
        if (carrier.siblings.isForGroup()) {
            carrier.counters.note(CarrierIncident.STRAY);
            return;
        }
        Listener listener = carrier.listener();
        // second, check for an ACK
        if (listener == null || segment.has(SegmentFlags.ACK)) {
            if (listener == null || segment.has(SegmentFlags.SYN) || !acceptCookie(ctx, transit, listener)) {
                answerWithReset(ctx, transit);
            }
            return;
        }
        // third, check for a SYN; with FIN it opens nothing
        if (!segment.has(SegmentFlags.SYN) || segment.has(SegmentFlags.FIN)) {
            carrier.counters.note(CarrierIncident.STRAY);
            return;
        }
        if (carrier.siblings.isForNewAddress(transit.nowNanos())) {
            return;
        }
        if (listener.hasRoomForHalfOpen()) {
            if (!carrier.siblings.claim(transit.peer())) {
                return;
            }
            CarriedSession carried = carrier.openings.passive(transit.peer(), reopened, transit.nowNanos());
            pass(ctx, transit, carried);
        } else {
            sendCookie(ctx, transit, listener);
        }
    }

    private void answerWithReset(ChannelHandlerContext ctx, Transit transit) {
        carrier.counters.note(CarrierIncident.STRAY);
        if (!ctx.channel().isWritable()) {
            return;
        }
        Segment segment = transit.segment();
        carrier.counters.note(CarrierIncident.RESET_TO_STRAY);
        Resets.fillAnswer(outbound.segment().clear(), segment.flags(), segment.acknowledgmentNumber(),
                segment.sequenceEnd());
        ctx.write(outbound.with(transit.peer(), null, transit.nowNanos()), ctx.voidPromise());
    }

    private void sendCookie(ChannelHandlerContext ctx, Transit transit, Listener listener) {
        if (!ctx.channel().isWritable()) {
            return;
        }
        Segment segment = transit.segment();
        long now = transit.nowNanos();
        carrier.counters.note(CarrierIncident.COOKIE_SENT);
        int mss = segment.mss() == 0 ? SendSpace.DEFAULT_MSS : segment.mss();
        int cookie = listener.cookies().cookie(carrier.local(), transit.peer(), segment.sequenceNumber(), mss, now);
        Session unkept = carrier.openings.passiveSession(transit.peer(), cookie);
        Handshake.restore(unkept, segment, now);
        Handshake.fillSynAck(unkept, outbound.segment().clear(), now);
        if (outbound.segment().hasTimestamps()) {
            int value = SynCookies.encodeOptions(outbound.segment().timestampValue(), segment.windowScale(),
                    segment.sackPermitted());
            outbound.segment().timestamps(value, segment.timestampValue());
        } else {
            // without a timestamp to keep them in these would be forgotten
            outbound.segment().windowScale(-1).sackPermitted(false);
        }
        ctx.write(outbound.with(transit.peer(), null, now), ctx.voidPromise());
    }

    /**
     * Whether the segment brings back a cookie of ours: then the session it stands for takes the segment. With a full
     * accept queue every segment may be behind a cookie that had to be dropped, and is dropped too.
     */
    private boolean acceptCookie(ChannelHandlerContext ctx, Transit transit, Listener listener) {
        if (!listener.hasRoom()) {
            carrier.counters.note(CarrierIncident.COOKIE_DROPPED);
            return true;
        }
        Segment segment = transit.segment();
        long now = transit.nowNanos();
        int cookie = segment.acknowledgmentNumber() - 1;
        int peerIsn = segment.sequenceNumber() - 1;
        int mss = listener.cookies().mss(carrier.local(), transit.peer(), peerIsn, cookie, now);
        if (mss < 0) {
            return false;
        }
        Segment syn = outbound.segment().clear().flags(SegmentFlags.SYN).sequenceNumber(peerIsn).mss(mss)
                .window(segment.window());
        if (segment.hasTimestamps() && carrier.acceptor().newSessionConfig().timestamps) {
            int echo = segment.timestampEcho();
            syn.timestamps(segment.timestampValue(), echo).windowScale(SynCookies.windowScale(echo))
                    .sackPermitted(SynCookies.sackPermitted(echo));
        }
        if (!carrier.siblings.claim(transit.peer())) {
            return true;
        }
        carrier.counters.note(CarrierIncident.COOKIE_ACCEPTED);
        CarriedSession carried = carrier.openings.ofCookie(transit.peer(), cookie, syn, now);
        pass(ctx, transit, carried);
        if (carried.session().state() == ConnectionState.LISTEN) {
            // the segment that brought the cookie back was not acceptable after all
            carried.abort();
        }
        return true;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        carrier.batch.end();
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            carrier.batch.becameWritable();
        }
        ctx.fireChannelWritabilityChanged();
    }
}
