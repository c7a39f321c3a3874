/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import static io.culvert.segment.SequenceNumber.greaterThan;

import io.culvert.congestion.CongestionController;
import io.culvert.congestion.DeliveryRate;
import io.culvert.congestion.Pacer;
import io.culvert.congestion.WindowUse;
import io.culvert.observe.SessionView;
import io.culvert.recovery.FlightLog;
import io.culvert.recovery.Recovery;
import io.culvert.recovery.RttEstimator;
import io.culvert.state.CloseReason;
import io.culvert.state.ConnectionEvent;
import io.culvert.state.ConnectionState;
import io.culvert.state.StateMachine;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetSocketAddress;

/**
 * The transmission control block: everything one session knows, from its first SYN until CLOSED. An aggregate; the
 * algorithms stand in the classes that read and write its parts. Touched on the event loop of its carrier only.
 */
public final class Session implements SessionView {
    /** Below it no timer of an event loop could tell one train from the next. */
    private static final long LEAST_PACED_RTT_NANOS = 10_000L;
    private static final SocketRoom UNBOUNDED = new SocketRoom(Integer.MAX_VALUE, null);

    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final boolean passive;

    /** The settings, which sessions of one server share until one gets its own. */
    public SessionConfig config;
    /** Where copies of received bytes come from. */
    public final ByteBufAllocator allocator;
    /** The state, and why the session ended. */
    public final StateMachine machine = new StateMachine();
    /** Send sequence variables. */
    public final SendSpace snd = new SendSpace();
    /** Receive sequence variables. */
    public final ReceiveSpace rcv = new ReceiveSpace();
    /** What the application wrote and the peer has not acknowledged. */
    public final SendQueue sendQueue = new SendQueue();
    /** What is in flight. */
    public final FlightLog flight = new FlightLog();
    /** What came ahead of a hole. */
    public final ReassemblyQueue reassembly = new ReassemblyQueue();
    /** What is told the peer of that. */
    final SackBlocks sackBlocks = new SackBlocks();
    /** What came in order and is not read. */
    public final ReceiveQueue receiveQueue = new ReceiveQueue();
    /** Facts the state machine has not heard of. */
    public final Facts facts = new Facts();
    /** News the application has not heard of. */
    public final Inbox inbox = new Inbox();
    /** Orders for the next transmission. */
    public final Outbox outbox = new Outbox();
    /** When acknowledgments go out. */
    public final AckPolicy acks = new AckPolicy();
    /** Deadlines. */
    public final TimerTable timers = new TimerTable();
    /** Round-trip time and RTO. */
    public final RttEstimator rtt;
    /** Loss detection and recovery. */
    public final Recovery recovery = new Recovery();
    /** How fast the path delivers. */
    public final DeliveryRate rate = new DeliveryRate();
    /** When segments may leave. */
    public final Pacer pacer = new Pacer();
    /** Whether the congestion window is made use of. */
    public final WindowUse windowUse = new WindowUse();
    /** Whether an idle peer is still there. */
    public final Keepalive keepalive = new Keepalive();
    /** Whether NATs on the way still know the session. */
    public final NatKeepalive natKeepalive = new NatKeepalive();
    /** How long data may wait. */
    final UserTimeout userTimeout = new UserTimeout();
    /** The timestamps option. */
    public final Timestamps timestamps;
    /** The path's MTU. */
    public final PathMtu path;
    /** The sizes of the send and the receive buffer. */
    public final Buffers buffers;
    /** Whether the path still takes its MTU. */
    final BlackHoleDetection blackHole = new BlackHoleDetection();
    /** Counters. */
    public final SessionCounters counters = new SessionCounters();

    private SessionOwner owner;
    private TimeWait reopened;
    private boolean synSentAtOnce;
    private AcceptQueue acceptQueue;
    private CongestionController congestion;
    private Throwable fault;
    private SocketRoom socketRoom = UNBOUNDED;
    private int smss = SendSpace.DEFAULT_MSS;
    private boolean mssOffered;
    private boolean windowScaled;
    private boolean sackPermitted;
    private boolean inputDiscarded;
    private boolean fullyClosed;
    private boolean orphan;
    /** How often in a row the retransmission timer, or the persist timer, has expired without an answer. */
    int retries;
    /** How often the SYN or SYN,ACK was retransmitted. */
    int synRetransmissions;
    /** How often the interval of window probes stands doubled. */
    int persistBackoffs;
    /** Whether the congestion window stopped the last transmission. */
    boolean cwndLimited;
    /** Whether the pacing stopped the last transmission. */
    boolean pacingLimited;
    /** Whether the last transmission left less than a segment to send, and more could have gone. */
    private boolean starved;
    /** When a segment with sequence space last went out. */
    long lastSentNanos;
    /** When the session was made. */
    private long openedNanos;

    /**
     * A session in CLOSED.
     *
     * @param passive whether a peer's connection request makes it
     * @param iss our initial sequence number
     * @param timestampOffset the offset of its timestamp clock
     */
    public Session(InetSocketAddress local, InetSocketAddress remote, boolean passive, SessionConfig config,
            ByteBufAllocator allocator, PathMtu path, int iss, int timestampOffset) {
        this.local = local;
        this.remote = remote;
        this.passive = passive;
        this.config = config;
        this.allocator = allocator;
        this.path = path;
        rtt = new RttEstimator(config);
        timestamps = new Timestamps(timestampOffset);
        snd.start(iss);
        sendQueue.start(iss + 1);
        recovery.duplicates.start(iss - 1);
        rcv.scale(Handshake.scaleFor(config.largestReceiveBufferBytes()));
        buffers = new Buffers(this);
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public ConnectionState state() {
        return machine.state();
    }

    @Override
    public int iss() {
        return snd.iss();
    }

    @Override
    public int irs() {
        return rcv.irs();
    }

    /** When the session was made: its handshake begins. */
    public long openedNanos() {
        return openedNanos;
    }

    /** The session is made. */
    public void opened(long nowNanos) {
        openedNanos = nowNanos;
        lastSentNanos = nowNanos;
    }

    /** Whether a peer's connection request made the session. */
    public boolean isPassive() {
        return passive;
    }

    /** The application opens the four-tuple of a session in TIME-WAIT again. */
    public void reopens(TimeWait before) {
        reopened = before;
    }

    /** What this session takes the place of, until the peer's SYN is here; {@code null} for nothing. */
    TimeWait reopened() {
        return reopened;
    }

    /** The peer has sent its SYN: it knows the old incarnation no more. */
    void forgetReopened() {
        reopened = null;
    }

    /** Whether our SYN may leave again without waiting for its timer; true once. */
    boolean maySendSynAtOnce() {
        boolean first = !synSentAtOnce && synRetransmissions == 0;
        synSentAtOnce = true;
        return first;
    }

    /** The channel, {@code null} before it is accepted and after it is closed. */
    public SessionOwner owner() {
        return owner;
    }

    /** Sets the channel. */
    public void owner(SessionOwner owner) {
        this.owner = owner;
    }

    /** What bounds the sessions that wait to be accepted; {@code null} on the active side. */
    AcceptQueue acceptQueue() {
        return acceptQueue;
    }

    /** Sets what bounds the sessions that wait to be accepted. */
    public void acceptQueue(AcceptQueue acceptQueue) {
        this.acceptQueue = acceptQueue;
    }

    /** The congestion controller, {@code null} before ESTABLISHED. */
    public CongestionController congestion() {
        return congestion;
    }

    void congestion(CongestionController congestion) {
        this.congestion = congestion;
    }

    /** The receive buffer of our UDP socket. */
    public SocketRoom socketRoom() {
        return socketRoom;
    }

    /** Sets the receive buffer of our UDP socket. */
    public void socketRoom(SocketRoom room) {
        socketRoom = room;
        buffers.room(isWithinHost() ? room : null);
    }

    /** Whether the peer is on this host. */
    private boolean isWithinHost() {
        return remote.getAddress().isLoopbackAddress() || remote.getAddress().equals(local.getAddress());
    }

    /** SMSS: most payload bytes in a segment, options already taken off. */
    public int smss() {
        return smss;
    }

    void smss(int smss) {
        this.smss = smss;
    }

    /** Whether the peer's SYN had the MSS option. */
    boolean isMssOffered() {
        return mssOffered;
    }

    void mssOffered(boolean mssOffered) {
        this.mssOffered = mssOffered;
    }

    /** Whether both sides scale their windows. */
    public boolean isWindowScaled() {
        return windowScaled;
    }

    void windowScaled(boolean windowScaled) {
        this.windowScaled = windowScaled;
    }

    /** RFC 2018 section 2: whether both sides have permitted SACK. */
    public boolean isSackPermitted() {
        return sackPermitted;
    }

    void sackPermitted(boolean sackPermitted) {
        this.sackPermitted = sackPermitted;
    }

    /** What the receive buffer still takes. */
    int receiveBufferFree() {
        return Math.max(0, buffers.offeredBytes() - receiveQueue.bytes());
    }

    /** What the send buffer still takes. */
    public int sendBufferFree() {
        return Math.max(0, buffers.sendBytes() - sendQueue.bytes());
    }

    /** The application reads no more: what comes is acknowledged and dropped. */
    public void discardInput() {
        inputDiscarded = true;
        receiveQueue.clear();
        reassembly.discard();
        buffers.discardInput();
    }

    boolean isInputDiscarded() {
        return inputDiscarded;
    }

    /** The application has closed both directions. */
    public void closeFully() {
        fullyClosed = true;
        discardInput();
    }

    /** Whether the application has closed both directions. */
    public boolean isFullyClosed() {
        return fullyClosed;
    }

    /** Something has thrown in the middle of the session's work: what it has left half done nobody knows. */
    public void fail(Throwable cause) {
        if (fault == null) {
            fault = cause;
            machine.closeReason(CloseReason.FAULT);
            facts.note(ConnectionEvent.GIVE_UP);
        }
    }

    /** What was thrown, {@code null} when nothing was. */
    public Throwable fault() {
        return fault;
    }

    /** The channel is gone; the session goes on by itself. */
    public void orphan() {
        orphan = true;
        owner = null;
    }

    /** Whether the channel is gone. */
    public boolean isOrphan() {
        return orphan;
    }

    /** Bytes in the network, as far as acknowledgments tell. */
    int inFlight() {
        // without SACK each duplicate acknowledgment stands for a segment that has left the network
        return (int) Math.max(0, flight.pipe() - (long) recovery.duplicates.count() * smss);
    }

    /** What bounds {@link #inFlight()} now. */
    long congestionWindow() {
        return recovery.isFast() && congestion.reducesProportionally()
                ? recovery.rate().window()
                : congestion.congestionWindow();
    }

    /** Bytes that wait to be sent, for the first time or again, whether or not they may go now. */
    public int waitingBytes() {
        return Math.max(sendQueue.endSequence() - snd.nxt(), flight.lostBytes());
    }

    /** Bytes written and never sent. */
    public int notSentBytes() {
        return snd.isSynAcked() ? Math.max(0, sendQueue.endSequence() - snd.nxt()) : sendQueue.bytes();
    }

    /** How long ago a segment with sequence space last went out; since the session was made, if none has. */
    public long sinceSentNanos(long nowNanos) {
        return nowNanos - lastSentNanos;
    }

    /** How long ago the last acceptable segment came; since the session was made, before ESTABLISHED. */
    public long sinceReceivedNanos(long nowNanos) {
        return nowNanos - (snd.isSynAcked() ? keepalive.lastReceivedNanos() : openedNanos);
    }

    /** Whether there is new data, and room for it at the peer. */
    boolean hasSendableData() {
        return greaterThan(sendQueue.endSequence(), snd.nxt()) && snd.wnd() > snd.flightSize();
    }

    /** The initial window leaves at once (RFC 6928); from the first delivery on everything is paced. */
    boolean isPaced() {
        return rate.delivered() > 0 && rtt.smoothedNanos() >= LEAST_PACED_RTT_NANOS;
    }

    void beginPacing(long nowNanos) {
        if (isPaced()) {
            int quantumBytes = Math.min(config.pacingQuantumBytes, socketRoom.burstBytes());
            pacer.begin(congestion, rtt.smoothedNanos(), smss, quantumBytes, nowNanos);
        }
        if (starved && inFlight() < congestionWindow()) {
            rate.onAppLimited(inFlight());
        }
    }

    /** A transmission has ended: notes what has limited it, and when it may go on. */
    void endTransmission() {
        windowUse.onTransmitted(cwndLimited, flight.bytes(), snd.una(), snd.nxt());
        // draft-ietf-ccwg-bbr 4.1.2.4
        starved = sendQueue.endSequence() - snd.nxt() < smss && !pacingLimited && flight.lostRecords() == 0
                && inFlight() < congestionWindow();
        if (starved) {
            rate.onAppLimited(inFlight());
        }
        if (pacingLimited) {
            timers.set(TimerKind.PACING, pacer.nextNanos());
        } else {
            timers.stop(TimerKind.PACING);
        }
    }

    /** Whether everything written, and the FIN if one is queued, is acknowledged. */
    public boolean isDelivered() {
        return sendQueue.bytes() == 0 && (!snd.isFinQueued() || snd.isFinAcked());
    }

    /**
     * The application has taken bytes from the receive queue. Orders a window update when it is worth one.
     *
     * @return whether an acknowledgment is now due
     */
    public boolean afterRead(long nowNanos) {
        buffers.afterRead(nowNanos);
        // RFC 9293 3.8.6.2.2, and as Linux does only once the window at least doubles
        int advance = rcv.advance(receiveBufferFree());
        if (advance >= windowStep() && advance >= rcv.wnd() && !rcv.isFinReceived()) {
            acks.ackNow();
        }
        return acks.isDue();
    }

    /**
     * The peer has acknowledged something while bytes wait for room in the send buffer, which grows if that is due.
     *
     * @return whether there is room worth taking them
     */
    public boolean makeRoom(long nowNanos) {
        return buffers.makeRoom(nowNanos);
    }

    /** RFC 9293 3.8.6.2.2: the least advance of the window worth announcing. */
    int windowStep() {
        return Math.min(buffers.offeredBytes() / 2, path.maxSegmentBytes());
    }

    /** Gives the session settings of its own. */
    public void config(SessionConfig own) {
        config = own;
        rtt.bound(own);
        buffers.config(own);
    }

    /** A setting that timers depend on may have changed. */
    public void timeoutsChanged(long nowNanos) {
        if (machine.state() != ConnectionState.CLOSED && machine.state() != ConnectionState.TIME_WAIT) {
            userTimeout.settingsChanged(this);
            keepalive.settingsChanged(this, nowNanos);
            natKeepalive.settingsChanged(this);
        }
    }

    /** Another congestion controller is set: it takes over if there was nothing yet that it would have to know. */
    public void congestionControlChanged() {
        if (snd.isSynAcked() && snd.nxt() == snd.iss() + 1) {
            Handshake.makeController(this);
        }
    }

    /** Whether nothing is under way in either direction. */
    public boolean isAtRest() {
        return flight.isEmpty() && sendQueue.bytes() == 0 && receiveQueue.bytes() == 0 && reassembly.isEmpty();
    }

    /** A time without traffic may have begun: gives back what only traffic needs, which it gets anew. */
    public void rest() {
        flight.rest();
        rate.rest();
        sendQueue.rest();
        reassembly.rest();
        sackBlocks.rest();
        receiveQueue.rest();
        timers.rest();
        if (owner != null) {
            owner.onRest();
        }
    }

    /** Releases what no reader waits for and stops every timer: the session is in TIME-WAIT or CLOSED. */
    public void release() {
        timers.stopAll();
        sendQueue.clear();
        flight.clear();
        reassembly.clear();
        sackBlocks.clear();
        buffers.release();
    }
}
