/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.culvert.segment.Segment;
import io.culvert.segment.SequenceNumber;

/** The sizes of a session's two buffers: when they grow with the path, and when they give back what they have drawn. */
public final class Buffers {
    /** A direction in which nothing has moved for so long, up to twice as long, gives back what it has drawn. */
    static final long IDLE_NANOS = 10_000_000_000L;

    private final Session session;
    private final SendBuffer send;
    private final ReceiveBuffer receive;
    private final ReceiverRtt rtt = new ReceiverRtt();
    private long receivedThen;
    private long acknowledgedThen;
    private boolean released;

    Buffers(Session session) {
        this.session = session;
        SessionConfig config = session.config;
        send = new SendBuffer(config, config.memory);
        receive = new ReceiveBuffer(config, config.memory, session.path.maxSegmentBytes());
    }

    void config(SessionConfig config) {
        send.config(config);
        receive.config(config);
    }

    /** The size of the send buffer in bytes. */
    public int sendBytes() {
        return send.bytes();
    }

    /** The size of the receive buffer in bytes. */
    public int receiveBytes() {
        return receive.bytes();
    }

    /** The round trip as the receiving side knows it, 0 while it does not. */
    public long receiverRttNanos() {
        return rtt.nanos();
    }

    /** The most that was read within a round trip. */
    public int mostReadBytes() {
        return receive.mostReadBytes();
    }

    /** How much of the receive buffer is offered. */
    int offeredBytes() {
        return receive.offeredBytes();
    }

    /** The path is within the host: what is in flight waits there. */
    void room(SocketRoom room) {
        receive.room(room);
    }

    /** Text is about to be taken in order: measures the round trip. */
    void onText(Segment segment, long nowNanos) {
        if (rtt.nanos() == 0 && session.rtt.hasSample()) {
            rtt.onSample(session.rtt.minNanos(), nowNanos);
        }
        rtt.onText(session.rcv.nxt(), session.rcv.rightEdge(), nowNanos);
        if (session.timestamps.isOn() && segment.hasTimestamps() && session.acks.isFull(segment.payloadLength())) {
            int echo = segment.timestampEcho();
            rtt.onEcho(echo, session.timestamps.elapsedNanos(echo, nowNanos), nowNanos);
        }
    }

    void afterRead(long nowNanos) {
        receive.afterRead(session.receiveQueue.totalRead(), rtt.nanos(), session.rcv.scale(),
                session.socketRoom().burstBytes(), nowNanos);
        watch(nowNanos);
    }

    /** Bytes wait for room, and some were acknowledged: grows if that is due; whether there is room worth telling. */
    boolean makeRoom(long nowNanos) {
        // a congestion window beyond what the peer has ever offered is not used
        send.expand(Math.min(session.congestion().congestionWindow(), session.snd.maxWnd()));
        watch(nowNanos);
        // with nothing in flight no later acknowledgment would tell
        return send.isRoom(session.sendBufferFree()) || session.snd.flightSize() == 0;
    }

    /**
     * How far text may be taken now: to its end, unless the buffer has shrunk in idle time, the peer uses a window that
     * it was offered before, and the budget is empty. What is not taken is not acknowledged and comes again.
     */
    int coverText(int end, long nowNanos) {
        if (!receive.promisesMore()) {
            return end;
        }
        int held = session.receiveQueue.bytes();
        receive.cover(held + (end - session.rcv.nxt()), held + session.rcv.wnd());
        watch(nowNanos);
        return receive.promisesMore()
                ? SequenceNumber.min(end, session.rcv.nxt() + Math.max(0, receive.bytes() - held)) : end;
    }

    /** The time of the idle check has come. */
    void onIdleCheck(long nowNanos) {
        long received = session.counters.bytesReceived();
        long acknowledged = session.sendQueue.totalReleased();
        // what lies behind a hole is held by its place, not by its length: it is left to be filled first
        if (received == receivedThen && session.reassembly.isEmpty()) {
            int held = session.receiveQueue.bytes();
            receive.shrink(held, held + session.rcv.wnd());
        }
        if (acknowledged == acknowledgedThen) {
            send.shrink(session.sendQueue.bytes());
        }
        receivedThen = received;
        acknowledgedThen = acknowledged;
        watch(nowNanos);
    }

    /** Nobody reads any more. */
    void discardInput() {
        receive.discard();
    }

    /** The session is over, but for what is still to be read. */
    void release() {
        released = true;
        send.end();
        receive.end(session.receiveQueue.bytes());
    }

    private void watch(long nowNanos) {
        boolean drawn = send.drawnBytes() + receive.drawnBytes() > 0;
        if (drawn && !released && !session.timers.isSet(TimerKind.IDLE_BUFFERS)) {
            session.timers.set(TimerKind.IDLE_BUFFERS, nowNanos + IDLE_NANOS);
        }
    }
}
