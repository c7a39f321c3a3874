/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.listen.Listener;
import io.culvert.observe.LoopCounters;
import io.culvert.observe.SessionSummary;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * A UDP port that a server listens on: an {@link Endpoint} for each local address it stands for, with a carrier on each
 * event loop that serves it, and the division of the accepted sessions among the loops. Where the platform has no
 * SO_REUSEPORT there is one carrier.
 */
public final class ServerPort {
    private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(ServerPort.class);
    /** How much more than the least loaded loop another may have, as a share of the mean: 1 / 8. */
    private static final int SLACK_SHARE = 8;
    /** Addresses that were not there when the port was opened are looked for no more often than this. */
    private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Most endpoints that datagrams make: loopback alone has 16 million addresses. */
    private static final int MAX_ENDPOINTS = 256;

    private final CarrierFactory factory;
    private final EventLoop home;
    private final Acceptor acceptor;
    private final Listener listener;
    private final Carrier first;
    private final Endpoint bound;
    private final boolean shared;
    /** What closed carriers have counted. */
    private final CarrierCounters past = new CarrierCounters(new LoopCounters());
    private final Map<InetAddress, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final Map<EventLoop, AtomicInteger> sessions = new ConcurrentHashMap<>();
    private final AtomicBoolean warned = new AtomicBoolean();
    private final AtomicLong lookedNanos;
    private volatile boolean closed;

    private ServerPort(CarrierFactory factory, Carrier first, Acceptor acceptor, int backlog) {
        this.factory = factory;
        this.home = first.loop();
        this.first = first;
        bound = new Endpoint(this, first.local());
        this.acceptor = acceptor;
        listener = new Listener(backlog, factory.keys());
        shared = factory.mayOpenSeveral() && ReusePort.set(first.udp());
        lookedNanos = new AtomicLong(first.now());
    }

    /**
     * Opens a port and listens on it. Called on the server's event loop, on which the socket stands that reserves the
     * port; other sockets follow.
     *
     * @param local where to; port 0 for any
     * @param group whose event loops serve the port, {@code null} when the first session accepted is to tell
     * @param backlog SO_BACKLOG
     * @throws Exception what the socket said
     */
    public static ServerPort open(CarrierFactory factory, EventLoop loop, SocketAddress local, EventLoopGroup group,
            Acceptor acceptor, int backlog) throws Exception {
        Carrier first = factory.bind(loop, local);
        try {
            ServerPort port = new ServerPort(factory, first, acceptor, backlog);
            port.endpoints.put(first.local().getAddress(), port.bound);
            port.listen(first, port.bound);
            if (port.shared) {
                port.serveOnSeveral(group);
            }
            return port;
        } catch (RuntimeException e) {
            first.udp().close();
            throw e;
        }
    }

    private void serveOnSeveral(EventLoopGroup group) {
        serveOn(home);
        if (bound.isWildcard()) {
            CarrierFactory.tellRecipients(first);
            addLocalAddresses(home);
        }
        if (group != null) {
            spread(group);
        }
    }

    /** Whether its first socket is still open. */
    public boolean isOpen() {
        return first.udp().isOpen();
    }

    /** The address that the port was bound to, perhaps the wildcard. */
    Endpoint bound() {
        return bound;
    }

    /** What the port was bound to. */
    public InetSocketAddress local() {
        return first.local();
    }

    private void listen(Carrier carrier, Endpoint endpoint) {
        endpoint.add(carrier);
        carrier.listen(endpoint, acceptor, listener);
    }

    /**
     * Ends listening: half-open sessions and those not accepted are reset, the others go on. Called on the server's
     * event loop.
     *
     * @return completes there when every loop has done so, and sockets without sessions are closed
     */
    public Future<Void> close() {
        closed = true;
        PromiseCombiner everywhere = new PromiseCombiner(home);
        everywhere.add(stopOn(home));
        for (EventLoop loop : sessions.keySet()) {
            if (loop != home) {
                Promise<Void> there = home.newPromise();
                everywhere.add((Future<Void>) there);
                try {
                    // behind what opens sockets there
                    loop.execute(() -> stopOn(loop).addListener(done -> tellHome(there)));
                } catch (RejectedExecutionException e) {
                    // the loop has ended, and its sockets with it
                    there.trySuccess(null);
                }
            }
        }
        Promise<Void> done = home.newPromise();
        everywhere.finish(done);
        return done;
    }

    private void tellHome(Promise<Void> there) {
        try {
            home.execute(() -> there.trySuccess(null));
        } catch (RejectedExecutionException nobodyWaits) {
            // the server's loop has ended
            return;
        }
    }

    private Future<Void> stopOn(EventLoop loop) {
        PromiseCombiner all = new PromiseCombiner(loop);
        for (Endpoint endpoint : endpoints.values()) {
            Carrier carrier = endpoint.on(loop);
            if (carrier != null) {
                all.add(carrier.stopListening());
            }
        }
        Promise<Void> stopped = loop.newPromise();
        all.finish(stopped);
        return stopped;
    }

    /** The carrier's socket is gone. */
    void onClosed(Carrier carrier, Endpoint endpoint) {
        synchronized (past) {
            endpoint.remove(carrier);
            past.addAll(carrier.counters());
        }
        if (carrier == first && !closed) {
            closed = true;
            acceptor.onPortClosed();
        }
    }

    /** Takes a session from the accept queue: its channel exists. Called on the server's event loop. */
    public void accept(CarriedSession carried) {
        carried.accept();
        listener.accepted();
    }

    /** A session has gone that was in the accept queue. Called on the server's event loop. */
    public void forget() {
        listener.accepted();
    }

    // ---- what it looks like, asked for by any thread ------------------------------------------------------------

    /** What bounds the sessions that are not accepted yet. */
    public Listener listener() {
        return listener;
    }

    /** How many UDP sockets are open. */
    public int sockets() {
        int sockets = 0;
        for (Endpoint endpoint : endpoints.values()) {
            sockets += endpoint.carriers().size();
        }
        return sockets;
    }

    /** A figure of all carriers that there have been. What was counted latest may be missing. */
    public long sum(ToLongFunction<CarrierCounters> figure) {
        synchronized (past) {
            long sum = figure.applyAsLong(past);
            for (Endpoint endpoint : endpoints.values()) {
                for (Carrier carrier : endpoint.carriers()) {
                    sum += figure.applyAsLong(carrier.counters());
                }
            }
            return sum;
        }
    }

    /** The sessions: half-open ones, those not accepted, orphans and TIME-WAIT records among them. */
    public Future<List<SessionSummary>> sessionList() {
        Set<EventLoop> loops = new LinkedHashSet<>(sessions.keySet());
        loops.add(home);
        return SessionList.of(loops, this::carriersOn);
    }

    private List<Carrier> carriersOn(EventLoop loop) {
        List<Carrier> carriers = new ArrayList<>();
        for (Endpoint endpoint : endpoints.values()) {
            Carrier carrier = endpoint.on(loop);
            if (carrier != null) {
                carriers.add(carrier);
            }
        }
        return carriers;
    }

    // ---- sockets ------------------------------------------------------------------------------------------------

    /** Opens carriers on the loops of a group, each by and by. */
    private void spread(EventLoopGroup group) {
        for (EventLoop loop : loopsOf(group)) {
            if (!sessions.containsKey(loop)) {
                serveOn(loop);
                execute(loop, () -> endpoints.values().forEach(endpoint -> open(endpoint, loop)));
            }
        }
    }

    private void serveOn(EventLoop loop) {
        sessions.putIfAbsent(loop, new AtomicInteger());
    }

    private static List<EventLoop> loopsOf(EventLoopGroup group) {
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor executor : group) {
            if (executor instanceof EventLoop loop && CarrierFactory.supports(loop)) {
                loops.add(loop);
            }
        }
        return loops;
    }

    /** The addresses of the host that have no endpoint yet get one; whether there were any. */
    private boolean addLocalAddresses(EventLoop here) {
        Set<InetAddress> addresses = LocalAddresses.of(first.local().getAddress());
        boolean found = false;
        for (InetAddress address : addresses) {
            found |= !endpoints.containsKey(address) && add(address, here) != null;
        }
        return found;
    }

    /** Opens an endpoint, here first: for an address that is not ready yet there is none, and it is tried again. */
    private synchronized Endpoint add(InetAddress address, EventLoop here) {
        Endpoint there = endpoints.get(address);
        if (there != null || endpoints.size() >= MAX_ENDPOINTS) {
            return there;
        }
        Endpoint endpoint = new Endpoint(this, new InetSocketAddress(address, local().getPort()));
        open(endpoint, here);
        if (endpoint.on(here) == null) {
            return null;
        }
        endpoints.put(address, endpoint);
        for (EventLoop loop : sessions.keySet()) {
            if (loop != here) {
                execute(loop, () -> open(endpoint, loop));
            }
        }
        return endpoint;
    }

    /** Opens the carrier of an endpoint on a loop, unless it is there. Called on that loop. */
    private void open(Endpoint endpoint, EventLoop loop) {
        if (!closed && endpoint.on(loop) == null) {
            make(endpoint, loop);
        }
    }

    /**
     * The carrier of an endpoint on a loop, for an accepted session that moves there: made if it is not there, even
     * after the end of listening. Called on that loop.
     *
     * @return {@code null} when no socket can be opened
     */
    Carrier carrierFor(Endpoint endpoint, EventLoop loop) {
        Carrier there = endpoint.on(loop);
        if (there != null && !there.isClosed()) {
            return there;
        }
        return loop.isShuttingDown() ? null : make(endpoint, loop);
    }

    private Carrier make(Endpoint endpoint, EventLoop loop) {
        try {
            Carrier carrier = factory.bindBeside(loop, endpoint.local());
            if (closed) {
                endpoint.add(carrier);
                carrier.siblings.join(endpoint);
                return carrier;
            }
            listen(carrier, endpoint);
            if (endpoint.isWildcard()) {
                CarrierFactory.tellRecipients(carrier);
            }
            return carrier;
        } catch (Exception e) {
            // what this socket would have received the others do
            endpoint.lack(loop);
            if (warned.compareAndSet(false, true)) {
                LOGGER.warn("{}: no further socket could be opened on {}", first.udp(), endpoint.local(), e);
            }
            return null;
        }
    }

    /**
     * The carrier that a datagram for a wildcard socket should have come to: that of the address it was sent to. It is
     * made when there is none yet.
     *
     * @param recipient as the socket tells it; the wildcard address, or {@code null}, where it does not
     * @param opens whether it asks for a session, for which an endpoint is made
     * @return {@code null} for the wildcard's own carrier
     */
    Carrier carrierOf(InetSocketAddress recipient, EventLoop loop, boolean opens) {
        if (!shared || recipient == null || recipient.getAddress().isAnyLocalAddress()) {
            return null;
        }
        Endpoint endpoint = endpoints.get(recipient.getAddress());
        if (endpoint == null && opens && !LocalAddresses.isGroup(recipient.getAddress())) {
            endpoint = add(recipient.getAddress(), loop);
        }
        return endpoint == null ? null : endpoint.on(loop);
    }

    /**
     * A connection request has come to a wildcard socket that does not tell where it was sent to: perhaps to an address
     * that the host has not had for long.
     *
     * @return whether there are new addresses: then the request, sent again, comes to the right socket
     */
    boolean lookForAddresses(long nowNanos, EventLoop here) {
        long looked = lookedNanos.get();
        return shared && nowNanos - looked >= LOOK_AGAIN_NANOS && lookedNanos.compareAndSet(looked, nowNanos)
                && addLocalAddresses(here);
    }

    // ---- the division of sessions -------------------------------------------------------------------------------

    /**
     * Chooses where an accepted session's channel is to run, among the loops of the group that it is to be registered
     * with: where the session is, because there the kernel brings its datagrams, unless other loops have clearly fewer.
     * The session moves if need be. Called on the server's event loop.
     *
     * @param asked the loop that the acceptor chose
     * @return the loop
     */
    public EventLoop place(CarriedSession carried, EventLoop asked) {
        EventLoop here = carried.loop();
        if (!shared || asked.parent() == null || !CarrierFactory.supports(asked)) {
            return here;
        }
        spread(asked.parent());
        List<EventLoop> loops = loopsOf(asked.parent());
        loops.removeIf(carried.endpoint()::lacks);
        if (loops.isEmpty()) {
            return here;
        }
        EventLoop chosen = choose(loops, here, asked);
        AtomicInteger count = sessions.get(chosen);
        count.incrementAndGet();
        try {
            carried.execute(() -> carried.countedBy(count));
        } catch (RejectedExecutionException e) {
            count.decrementAndGet();
            return here;
        }
        try {
            if (chosen != here) {
                carried.move(chosen);
            }
            return chosen;
        } catch (RejectedExecutionException e) {
            // the session's loop has ended, and the session with it
            return here;
        }
    }

    private EventLoop choose(List<EventLoop> loops, EventLoop here, EventLoop asked) {
        EventLoop least = loops.contains(asked) ? asked : loops.get(0);
        int total = 0;
        for (EventLoop loop : loops) {
            total += load(loop);
            if (load(loop) < load(least)) {
                least = loop;
            }
        }
        int slack = Math.max(1, total / (SLACK_SHARE * loops.size()));
        return loops.contains(here) && load(here) - load(least) <= slack ? here : least;
    }

    private int load(EventLoop loop) {
        AtomicInteger count = sessions.get(loop);
        return count == null ? 0 : count.get();
    }

    /** Runs a task on a loop, unless that has ended: then there is nothing to serve. */
    static void execute(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOGGER.debug("{} has ended", loop);
        }
    }
}
