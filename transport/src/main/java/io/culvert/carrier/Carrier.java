/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.listen.EndpointKeys;
import io.culvert.listen.Listener;
import io.culvert.observe.LoopCounters;
import io.culvert.session.Session;
import io.culvert.session.SessionConfig;
import io.culvert.session.SocketRoom;
import io.culvert.state.CloseReason;
import io.culvert.state.ConnectionEvent;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/**
 * One UDP channel and the sessions on it, all on one event loop; {@link Batch} has their order of service. Every method
 * runs on the event loop.
 */
public final class Carrier {
    private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(Carrier.class);

    final SessionTable sessions = new SessionTable();
    final TimeWaitTable timeWaits = new TimeWaitTable(this);
    final Orphans orphans = new Orphans(this);
    final LoopCounters totals;
    final CarrierCounters counters;
    final SocketErrors errors = new SocketErrors(this);
    final Segmentation segmentation = new Segmentation(this);
    final Siblings siblings = new Siblings(this);
    final Openings openings;
    final Batch batch;
    private final LastDatagrams lastDatagrams = new LastDatagrams(this);

    private final EventLoop loop;
    private final ArrayDeque<Promise<Void>> draining = new ArrayDeque<>();
    private Channel udp;
    private StateMachineHandler stateMachine;
    private PortRelease portRelease = PortRelease.AT_ONCE;
    private Listener listener;
    private Acceptor acceptor;
    private InetSocketAddress connectedPeer;
    /** What the socket sends from where its channel does not say; otherwise {@code null}. */
    private InetSocketAddress source;
    private DontFragment dontFragment = DontFragment.UNSET;
    private IdleCarriers.Purpose purpose;
    private IdleCarriers.Entry idle;
    private boolean reserved;
    private boolean closed;
    private SocketBuffers socketBuffers = SocketBuffers.UNKNOWN;
    private Offload offload = Offload.NONE;
    private SocketRoom socketRoom;

    Carrier(EventLoop loop, EndpointKeys keys) {
        this.loop = loop;
        totals = LoopCounters.of(loop);
        counters = new CarrierCounters(totals);
        batch = new Batch(this, loop.ticker());
        openings = new Openings(this, keys);
    }

    void attach(Channel channel) {
        udp = channel;
        CarrierRegistry.opened(this);
        socketRoom = new SocketRoom(socketBuffers.receiveBytes(), CarrierRegistry.hostPath(loop));
        channel.closeFuture().addListener(future -> onClosed());
    }

    void dontFragment(DontFragment set) {
        dontFragment = set;
    }

    DontFragment dontFragment() {
        return dontFragment;
    }

    void portRelease(PortRelease release) {
        portRelease = release;
    }

    void attach(StateMachineHandler handler) {
        stateMachine = handler;
    }

    /** Another session of this purpose may take the socket over when this one's is in TIME-WAIT. */
    void purpose(IdleCarriers.Purpose purpose) {
        this.purpose = purpose;
    }

    /** {@code null} when nobody may take the socket over. */
    IdleCarriers.Purpose purpose() {
        return purpose;
    }

    /** Its place among the idle carriers, which alone set it; {@code null} when it is none of them. */
    IdleCarriers.Entry idle() {
        return idle;
    }

    void idle(IdleCarriers.Entry entry) {
        idle = entry;
    }

    void socketBuffers(SocketBuffers granted) {
        socketBuffers = granted;
    }

    void offload(Offload inUse) {
        offload = inUse;
    }

    /** What the kernel takes off us on this socket. */
    public Offload offload() {
        return offload;
    }

    /** The receive buffer that the kernel grants the UDP socket, in bytes. */
    public int socketReceiveBufferBytes() {
        return socketBuffers.receiveBytes();
    }

    /** The event loop of the socket, its sessions and their channels. */
    public EventLoop loop() {
        return loop;
    }

    /** Our address. */
    public InetSocketAddress local() {
        return source != null ? source : (InetSocketAddress) udp.localAddress();
    }

    /** Says which of this host's addresses a socket bound to all of them sends from. */
    void source(InetAddress address) {
        source = new InetSocketAddress(address, local().getPort());
    }

    /** The one peer of a connected socket. */
    public InetSocketAddress remote() {
        return connectedPeer;
    }

    /** The socket hears one peer from now on, and stands on one address. */
    void connected(InetSocketAddress local, InetSocketAddress remote, InetSocketAddress asked) {
        source = local;
        // a wildcard address becomes another; otherwise the socket may have forgotten the scope
        connectedPeer = asked.getAddress().isAnyLocalAddress() ? remote : asked;
    }

    Channel udp() {
        return udp;
    }

    boolean isClosed() {
        return closed || !udp.isOpen() || lastDatagrams.isClosing();
    }

    /** Whether the socket hears one peer alone. */
    boolean isConnected() {
        return connectedPeer != null;
    }

    /** The session with the one peer of a connected socket, {@code null} when there is none. */
    CarriedSession onlySession() {
        return connectedPeer == null ? null : sessions.find(connectedPeer);
    }

    /** Counters. */
    public CarrierCounters counters() {
        return counters;
    }

    /** A future for "no session has anything left to deliver to its peer". */
    public Future<Void> drained() {
        Promise<Void> promise = loop.newPromise();
        draining.add(promise);
        completeDrained();
        return promise;
    }

    void completeDrained() {
        if (draining.isEmpty() || !sessions.areDelivered()) {
            return;
        }
        for (Promise<Void> next = draining.poll(); next != null; next = draining.poll()) {
            next.trySuccess(null);
        }
    }

    Listener listener() {
        return listener;
    }

    Acceptor acceptor() {
        return acceptor;
    }

    long now() {
        return batch.now();
    }

    /** The key under which a sender's session stands: a connected socket hears only its one peer. */
    InetSocketAddress peerOf(InetSocketAddress sender) {
        return connectedPeer != null ? connectedPeer : sender;
    }

    // ---- sessions -----------------------------------------------------------------------------------------------

    /** A channel is bound and may yet connect or listen: the socket stays open until then without sessions. */
    void reserve() {
        reserved = true;
    }

    /**
     * Starts listening.
     *
     * @param endpoint the address it is one of the carriers of, {@code null} for the only one
     */
    void listen(Endpoint endpoint, Acceptor acceptor, Listener listener) {
        reserved = false;
        siblings.join(endpoint);
        this.acceptor = acceptor;
        this.listener = listener;
    }

    /**
     * Ends listening: half-open sessions and those not accepted are reset, the others go on.
     *
     * @return completes when the port is free, as far as this socket is concerned and no session needs it
     */
    Future<Void> stopListening() {
        acceptor = null;
        listener = null;
        for (CarriedSession carried : sessions.snapshot()) {
            if (carried.session().isPassive() && !carried.isAccepted()) {
                carried.abort();
            }
        }
        // the sessions just reset are touched, which keeps the socket open until they are served
        batch.run();
        Future<Void> closing = lastDatagrams.closing();
        return closing == null ? loop.newSucceededFuture(null) : portRelease.releasedAfter(closing, loop);
    }

    /** Makes the session that connects to a peer, the socket's only one but in a rendezvous. */
    public CarriedSession newActive(InetSocketAddress peer, SessionConfig config) {
        connectedPeer = config.rendezvous ? null : peer;
        reserved = false;
        return openings.active(config.rendezvous ? PeerAddress.of(peer) : peer, config);
    }

    CarriedSession add(Session session) {
        equip(session);
        session.opened(now());
        CarriedSession carried = new CarriedSession(this, session);
        sessions.add(carried);
        return carried;
    }

    /** What a session knows of its loop and its socket. */
    private void equip(Session session) {
        session.pacer.timerNanos(CarrierFactory.timerNanos(loop));
        session.socketRoom(socketRoom);
        session.counters.loop(totals);
    }

    /** A session leaves for another carrier; false when it has ended. */
    boolean letGo(CarriedSession carried) {
        batch.letGo(carried);
        carried.cancelTimer();
        boolean found = sessions.remove(carried) != null;
        if (found) {
            totals.left(carried.session().state());
        }
        return found;
    }

    /** A session comes from another carrier. */
    void takeIn(CarriedSession carried) {
        equip(carried.session());
        totals.entered(carried.session().state());
        sessions.add(carried);
        if (closed) {
            giveUp(carried);
        } else {
            carried.rearm();
        }
    }

    void fire(Session session, ConnectionEvent event) {
        stateMachine.fire(session, event);
    }

    /** The session is in TIME-WAIT, and nothing is left of it but what a record needs. */
    void letRest(Session session) {
        session.release();
        forget(sessions.find(session.remoteAddress()));
    }

    private void forget(CarriedSession carried) {
        carried.cancelTimer();
        sessions.remove(carried);
        orphans.remove(carried);
        carried.uncount();
    }

    /** The session is CLOSED. */
    void remove(Session session) {
        session.release();
        CarriedSession carried = sessions.find(session.remoteAddress());
        boolean found = carried != null && carried.session() == session;
        // an accepted session whose channel is not registered yet has no owner, and will have a reader
        if (session.owner() == null && !(found && carried.isAccepted() && !session.isOrphan())) {
            session.discardInput();
        }
        if (!found) {
            return;
        }
        forget(carried);
        siblings.disclaim(session.remoteAddress());
        batch.touch(carried);
    }

    // ---- the batch ----------------------------------------------------------------------------------------------

    /** Takes a datagram that another carrier's socket has received. */
    void receive(DatagramPacket datagram) {
        ChannelHandlerContext codec = udp.pipeline().context(SegmentCodec.class);
        if (closed || codec == null) {
            datagram.release();
            return;
        }
        try {
            ((SegmentCodec) codec.handler()).channelRead(codec, datagram);
        } catch (Throwable t) {
            errors.onException(t);
        }
    }

    /** Ends a session for which something has thrown; its application hears of it later, on a stack of its own. */
    void endFailed(Session session) {
        CarriedSession carried = sessions.find(session.remoteAddress());
        stateMachine.drainFacts(session);
        if (carried != null && carried.session() == session) {
            errors.serveLater(carried);
        }
    }

    /** Hands the session to the road, past the user's handlers: what it has to send becomes segments there. */
    void transmit(Session session) {
        if (!closed) {
            stateMachine.transmit(session);
        }
    }

    /** What datagrams of a session are written with. */
    ChannelPromise datagramsOf(Session session) {
        CarriedSession carried = sessions.find(session.remoteAddress());
        return carried != null && carried.session() == session ? carried.datagrams() : udp.voidPromise();
    }

    /** A deadline of the session has come. */
    void onDeadline(CarriedSession carried) {
        udp.pipeline().fireUserEventTriggered(carried.session());
        batch.touch(carried);
        batch.run();
    }

    /** Has the next batch be all that the socket holds. */
    void readToTheEnd() {
        if (udp.config().getRecvByteBufAllocator() instanceof DatagramBuffers buffers) {
            buffers.readToTheEnd();
        }
    }

    // ---- the socket ---------------------------------------------------------------------------------------------

    /** A client's socket goes with its last session, a server's when it listens no more either. */
    void closeIfIdle() {
        boolean wanted = reserved || listener != null || batch.isBusy() || siblings.isAwaitingArrivals();
        if (!wanted && sessions.isEmpty() && timeWaits.isEmpty()) {
            lastDatagrams.closeBehind();
        }
    }

    /** Closes the socket, unless sessions are on it. */
    public void closeUnused() {
        reserved = false;
        closeIfIdle();
    }

    private void giveUp(CarriedSession carried) {
        carried.session().machine.closeReason(CloseReason.CARRIER_CLOSED);
        carried.cancelTimer();
        fire(carried.session(), ConnectionEvent.GIVE_UP);
    }

    /** The loop runs its last tasks. */
    void loopEnds() {
        udp.close();
        onClosed();
    }

    private void onClosed() {
        if (closed) {
            return;
        }
        closed = true;
        CarrierRegistry.closed(this);
        if (loop.isShuttingDown()) {
            lastDatagrams.loopEnds();
        }
        int live = 0;
        for (CarriedSession carried : sessions.snapshot()) {
            // an orphan that has delivered everything waits for the peer's FIN only, and nobody waits for it
            if (!carried.session().isOrphan() || !carried.session().isDelivered()) {
                live++;
            }
            giveUp(carried);
        }
        timeWaits.endAll(now());
        batch.end();
        acceptor = null;
        listener = null;
        siblings.leave();
        if (live > 0) {
            LOGGER.warn("{}: the UDP channel was closed under {} live sessions", udp, live);
        }
    }
}
