/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.session.Session;
import io.culvert.session.SessionOwner;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A session on its carrier: what the channel holds. Has the session's one Netty timer, armed lazily: a deadline that
 * moves later is noticed when the timer fires. Every method runs on the carrier's event loop.
 */
public final class CarriedSession {
    private final Carrier carrier;
    private final Session session;
    private final Runnable onTimer = this::onTimer;
    private final DatagramPromise datagrams;
    private ScheduledFuture<?> timer;
    private long timerNanos;
    private boolean touched;
    private boolean sentInline;
    private boolean inAcceptQueue;
    private boolean accepted;

    CarriedSession(Carrier carrier, Session session) {
        this.carrier = carrier;
        this.session = session;
        datagrams = new DatagramPromise(carrier.udp(), cause -> carrier.errors.onSendFailure(this, cause));
    }

    /** What every datagram of the session is written with. */
    DatagramPromise datagrams() {
        return datagrams;
    }

    /** The session. */
    public Session session() {
        return session;
    }

    /** The event loop. */
    public EventLoop loop() {
        return carrier.loop();
    }

    /** The active open: sends SYN. */
    public void open() {
        carrier.fire(session, ConnectionEvent.OPEN_ACTIVE);
        carrier.flush(this);
    }

    /** Takes the session from the accept queue: its channel exists. */
    public void accept() {
        accepted = true;
        leaveAcceptQueue();
    }

    void enterAcceptQueue() {
        inAcceptQueue = true;
    }

    void leaveAcceptQueue() {
        inAcceptQueue = false;
        if (carrier.listener() != null) {
            carrier.listener().accepted();
        }
    }

    boolean isInAcceptQueue() {
        return inAcceptQueue;
    }

    boolean isAccepted() {
        return accepted;
    }

    /** Sets who hears of everything from now on. */
    public void owner(SessionOwner owner) {
        session.owner(owner);
        carrier.touch(this);
    }

    /** Sends what the send queue has gained; while a batch is delivered, at its end. */
    public void flush() {
        carrier.flush(this);
    }

    /** The application has read. */
    public void afterRead() {
        session.afterRead(carrier.now());
    }

    /** Bytes wait for room in the send buffer, and the peer has acknowledged some: whether to take more of them. */
    public boolean makeRoom() {
        return session.makeRoom(carrier.now());
    }

    /** Whether flushes leave at once even while a batch is delivered: user code that may block its thread runs. */
    public void sendInline(boolean inline) {
        sentInline = inline;
    }

    boolean isSentInline() {
        return sentInline;
    }

    /** Looks at the session again at the end of the batch, or now. */
    public void wake() {
        carrier.touch(this);
        carrier.run();
    }

    /** The settings of keepalive or the user timeout may have changed: what they mean begins now. */
    public void timeoutsChanged() {
        session.timeoutsChanged(carrier.now());
        rearm();
    }

    /** Another congestion controller is set. */
    public void congestionControlChanged() {
        session.congestionControlChanged();
    }

    /** The application closes its output: FIN follows what is queued. */
    public void closeOutput() {
        carrier.fire(session, ConnectionEvent.CLOSE);
        carrier.flush(this);
    }

    /** Resets the session. */
    public void abort() {
        if (session.state() == ConnectionState.TIME_WAIT) {
            carrier.cutTimeWait(session);
        } else {
            carrier.fire(session, ConnectionEvent.ABORT);
            carrier.flush(this);
        }
    }

    /** The channel is closed: the session goes on without it for as long as it has something to deliver. */
    public void orphan() {
        session.orphan();
        carrier.orphans.add(this);
        carrier.touch(this);
        carrier.run();
    }

    // ---- the batch ----------------------------------------------------------------------------------------------

    /** Marks the session for the end of the batch; false when it is marked already. */
    boolean touch() {
        boolean first = !touched;
        touched = true;
        return first;
    }

    void untouch() {
        touched = false;
    }

    // ---- the timer ----------------------------------------------------------------------------------------------

    /** Makes sure that the timer fires no later than the session's next deadline. */
    void rearm() {
        if (!session.timers.isAnySet()) {
            return;
        }
        long deadline = session.timers.next();
        if (timer != null) {
            if (deadline - timerNanos >= 0) {
                return;
            }
            timer.cancel(false);
        }
        timerNanos = deadline;
        timer = carrier.loop().schedule(onTimer, Math.max(0, deadline - carrier.now()), TimeUnit.NANOSECONDS);
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void onTimer() {
        timer = null;
        if (session.timers.isAnySet()) {
            if (session.timers.next() - carrier.now() <= 0) {
                carrier.onDeadline(this);
            }
            rearm();
        }
    }
}
