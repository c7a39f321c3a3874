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
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A session on its carrier: what the channel holds. Has the session's one Netty timer, armed lazily: a deadline that
 * moves later is noticed when the timer fires. Before an accepted session has an owner it may move to the carrier of
 * another loop. A method that does not say otherwise runs on the carrier's event loop.
 */
public final class CarriedSession {
    /** A timer that comes so much later than it should was held up by more than the granularity of a selector. */
    private static final long LATE_NANOS = 3_000_000L;

    private final Session session;
    private Carrier carrier;
    /** {@code null} while nothing is sent. */
    private DatagramPromise datagrams;
    /** Where the session is, or is on its way to. */
    private volatile EventLoop loop;
    /** Accepted sessions of the loop, this one among them; {@code null} when it is not. */
    private AtomicInteger counted;
    /** Of a move that is under way. */
    private volatile Promise<Void> arrival;
    private ScheduledFuture<?> timer;
    private long timerNanos;
    private boolean late;
    private boolean touched;
    private boolean sentInline;
    private boolean inAcceptQueue;
    private volatile boolean accepted;

    CarriedSession(Carrier carrier, Session session) {
        this.session = session;
        on(carrier);
    }

    /** Sets the carrier. */
    void on(Carrier carrier) {
        this.carrier = carrier;
        loop = carrier.loop();
        datagrams = null;
    }

    /** What every datagram of the session is written with. */
    DatagramPromise datagrams() {
        if (datagrams == null) {
            Carrier sender = carrier;
            datagrams = new DatagramPromise(sender.udp(), cause -> {
                // what an earlier carrier failed to send is lost like any other
                if (sender == carrier) {
                    sender.errors.onSendFailure(this, cause);
                }
            });
        }
        return datagrams;
    }

    /** The session. */
    public Session session() {
        return session;
    }

    /** What the kernel takes off us on its socket. */
    public Offload offload() {
        return carrier.offload();
    }

    /** The time of the event loop. */
    public long now() {
        return carrier.now();
    }

    /** The event loop. Any thread may ask; it is for good once the channel of the session is registered. */
    public EventLoop loop() {
        return loop;
    }

    /** Whether the calling thread is the one that may touch the session, which has arrived on its loop. */
    public boolean isHere() {
        EventLoop now = loop;
        return now.inEventLoop() && now == carrier.loop();
    }

    /** Runs a task on the event loop that the session is on by then. Any thread may call. */
    public void execute(Runnable task) {
        EventLoop now = loop;
        now.execute(() -> {
            if (now == loop && now == carrier.loop()) {
                task.run();
            } else {
                // it has moved, or has not arrived yet
                execute(task);
            }
        });
    }

    /** The active open: sends SYN. */
    public void open() {
        carrier.fire(session, ConnectionEvent.OPEN_ACTIVE);
        carrier.batch.flush(this);
    }

    // ---- acceptance ---------------------------------------------------------------------------------------------

    void enterAcceptQueue() {
        inAcceptQueue = true;
    }

    boolean isInAcceptQueue() {
        return inAcceptQueue;
    }

    /** Its channel exists. Called on the server's event loop. */
    void accept() {
        accepted = true;
    }

    boolean isAccepted() {
        return accepted;
    }

    /** The address of the server that the session is on. */
    Endpoint endpoint() {
        return carrier.siblings.endpoint();
    }

    /** The session is one of those that its loop is loaded with, until it ends. */
    void countedBy(AtomicInteger sessions) {
        counted = sessions;
        if (session.state() == ConnectionState.CLOSED || session.state() == ConnectionState.TIME_WAIT) {
            uncount();
        }
    }

    void uncount() {
        if (counted != null) {
            counted.decrementAndGet();
            counted = null;
        }
    }

    /**
     * Takes the session to the carrier of another loop. Called on the server's event loop, before the session has an
     * owner.
     */
    void move(EventLoop to) {
        arrival = to.newPromise();
        execute(() -> {
            Carrier target = carrier.siblings.on(to);
            if (target != null) {
                depart(target);
            } else {
                // behind the task that opens it
                ServerPort.execute(to, () -> departTo(endpoint().port().carrierFor(endpoint(), to)));
            }
        });
    }

    /** Called on the loop to move to. */
    private void departTo(Carrier target) {
        if (target == null) {
            stays(new IOException("no UDP socket could be opened on the event loop"));
            return;
        }
        try {
            execute(() -> depart(target));
        } catch (RejectedExecutionException e) {
            stays(new IOException("the session's event loop has ended", e));
        }
    }

    private void depart(Carrier target) {
        loop = target.loop();
        carrier.siblings.depart(this, target);
    }

    /** The move is over. Called on the loop moved to, as everything is that is asked of the channel meanwhile. */
    void arrived() {
        Promise<Void> done = arrival;
        arrival = null;
        done.trySuccess(null);
    }

    /** The move has failed. Called on the loop to move to. */
    private void stays(IOException cause) {
        Promise<Void> failed = arrival;
        arrival = null;
        failed.tryFailure(cause);
    }

    /** A move that is under way, {@code null} if there is none. Called where the channel is or will be registered. */
    public Future<Void> arrival() {
        return arrival;
    }

    // ---- the channel --------------------------------------------------------------------------------------------

    /** Sets who hears of everything from now on. */
    public void owner(SessionOwner owner) {
        session.owner(owner);
        carrier.batch.touch(this);
    }

    /** Sends what the send queue has gained; while a batch is delivered, at its end. */
    public void flush() {
        carrier.batch.flush(this);
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

    /** Whether flushes leave at once even while a batch is delivered. */
    public boolean isSentInline() {
        return sentInline;
    }

    /** Has the socket's next reading find all that it holds. */
    public void readToTheEnd() {
        carrier.readToTheEnd();
    }

    /** Sends what the send queue has gained, at once even while a batch is delivered. */
    public void sendNow() {
        boolean inline = sentInline;
        sentInline = true;
        try {
            flush();
        } finally {
            sentInline = inline;
        }
    }

    /** Looks at the session again at the end of the batch, or now. */
    public void wake() {
        carrier.batch.touch(this);
        carrier.batch.run();
    }

    /** A setting that timers depend on may have changed: what it means begins now. */
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
        carrier.batch.flush(this);
    }

    /** Resets the session. */
    public void abort() {
        if (session.state() == ConnectionState.TIME_WAIT) {
            carrier.timeWaits.cut(session);
        } else {
            carrier.fire(session, ConnectionEvent.ABORT);
            carrier.batch.flush(this);
        }
    }

    /** The channel is closed: the session goes on without it for as long as it has something to deliver. */
    public void orphan() {
        session.orphan();
        carrier.orphans.add(this);
        carrier.batch.touch(this);
        carrier.batch.run();
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
        timer = carrier.loop().schedule(this::onTimer, Math.max(0, deadline - carrier.now()), TimeUnit.NANOSECONDS);
    }

    void cancelTimer() {
        late = false;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void onTimer() {
        timer = null;
        if (!late && carrier.now() - timerNanos > LATE_NANOS) {
            // the loop has stood still: what the deadline waits for may have come meanwhile, and is read first
            late = true;
            carrier.readToTheEnd();
            timer = carrier.loop().schedule(this::onTimer, 0, TimeUnit.NANOSECONDS);
            return;
        }
        late = false;
        if (session.timers.isAnySet()) {
            if (session.timers.next() - carrier.now() <= 0) {
                carrier.onDeadline(this);
            }
            rearm();
        }
        if (session.isAtRest()) {
            datagrams = null;
            session.rest();
        }
    }
}
