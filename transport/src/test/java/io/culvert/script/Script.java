/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.SessionInfo;
import io.culvert.segment.SegmentFlags;
import io.culvert.sim.SimulatedNetwork;
import io.culvert.sim.SimulatedWorld;
import io.culvert.state.ConnectionState;
import io.netty.bootstrap.AbstractBootstrap;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One real endpoint of ours, at 10.0.0.2:7000, against peers that the test acts, the first at 10.0.0.1:40000, in
 * virtual time and on one thread. See the package for an example.
 */
public final class Script implements AutoCloseable {
    /** Where the side under test is. */
    public static final InetSocketAddress OURS = new InetSocketAddress(SimulatedNetwork.host("10.0.0.2"), 7000);

    private static final InetAddress PEER_HOST = SimulatedNetwork.host("10.0.0.1");
    private static final int NANO_DIGITS = 9;
    private static final int MILLI_DIGITS = 3;
    private static final int PEER_PORT = 40000;
    private static final byte[] SECRET = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final SimulatedWorld world = new SimulatedWorld(1);
    private final Map<InetSocketAddress, Peer> peers = new LinkedHashMap<>();
    private final List<App> apps = new ArrayList<>();
    private final Setting.Setup setup;
    private final StateHistory states;
    private final ChannelFactory<? extends Channel> sockets = world.network().socketFactory(OURS.getAddress());
    private CulvertServerChannel server;
    private boolean failed;

    private Script(Setting... settings) {
        setup = new Setting.Setup(settings);
        states = new StateHistory(setup.observer);
        InetSocketAddress first = new InetSocketAddress(PEER_HOST, PEER_PORT);
        peers.put(first, newPeer(first));
        if (setup.peerBound) {
            peer().binds();
        }
    }

    // ---- making one

    /** Our side listens. */
    public static Script server(Setting... settings) {
        Script script = new Script(settings);
        script.listens();
        return script;
    }

    /** Our side has begun to connect: the peer expects its SYN. */
    public static Script client(Setting... settings) {
        Script script = new Script(settings);
        script.connects();
        return script;
    }

    /** Our side has accepted a connection: the peer's next number is ISN + 1 = 1001, ours 1. */
    public static Script establishedServer(Setting... settings) {
        Script script = server(settings);
        script.peer().sends(script.setup.peerSyn);
        script.peer().expects(Spec.synAck().seq(0).acks(script.setup.peerIsn + 1));
        script.peer().sends(Spec.ack());
        script.begun();
        return script;
    }

    /** Nothing has happened: our side connects when it is told to. */
    public static Script nothing(Setting... settings) {
        return new Script(settings);
    }

    /** Our side has connected: the peer's next number is ISN + 1 = 1001, ours 1. */
    public static Script establishedClient(Setting... settings) {
        Script script = client(settings);
        script.peer().expects(Spec.syn(0));
        script.peer().sends(script.setup.peerSyn.and(SegmentFlags.ACK));
        script.peer().expects(Spec.ack(1, script.setup.peerIsn + 1));
        script.begun();
        return script;
    }

    private void begun() {
        expectsState(ConnectionState.ESTABLISHED);
        app().expectsConnected();
        peer().expectsNothing();
    }

    private void listens() {
        ServerBootstrap bootstrap = new ServerBootstrap().group(world.loop()).channel(CulvertServerChannel.class);
        ours(bootstrap);
        setup.server.forEach((option, value) -> set(bootstrap, option, value));
        bootstrap.childOption(ChannelOption.ALLOCATOR, world.allocator())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        setup.channel.forEach((option, value) -> setChild(bootstrap, option, value));
        bootstrap.childHandler(new ChannelInitializer<CulvertChannel>() {
            @Override
            protected void initChannel(CulvertChannel channel) {
                newApp(channel);
            }
        });
        ChannelFuture bound = bootstrap.bind(OURS);
        world.await(bound, Duration.ZERO);
        server = (CulvertServerChannel) bound.channel();
    }

    /** Our side begins (another) connect from its port to the first peer. */
    public App connects() {
        return connects(OURS, peers.keySet().iterator().next());
    }

    /** Our side begins a connect to a peer from a port that the system chooses, unless one in TIME-WAIT can serve. */
    public App connectsFromAnyPort(Peer to, Setting... settings) {
        Setting.Setup more = new Setting.Setup(settings);
        return connects(null, to.address(), more.channel);
    }

    /** Our side begins a connect from an address of 10.0.0.2 to a peer. */
    public App connects(InetSocketAddress local, InetSocketAddress remote) {
        return connects(local, remote, Map.of());
    }

    private App connects(InetSocketAddress local, InetSocketAddress remote, Map<ChannelOption<?>, Object> more) {
        Bootstrap bootstrap = new Bootstrap().group(world.loop()).channel(CulvertChannel.class)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true);
        ours(bootstrap);
        setup.channel.forEach((option, value) -> set(bootstrap, option, value));
        more.forEach((option, value) -> set(bootstrap, option, value));
        Notices notices = new Notices();
        ChannelFuture connect = bootstrap.handler(notices).connect(remote, local);
        App app = new App(this, (CulvertChannel) connect.channel(), notices);
        app.connecting(connect);
        apps.add(app);
        settle();
        return app;
    }

    private void ours(AbstractBootstrap<?, ?> bootstrap) {
        bootstrap.option(ChannelOption.ALLOCATOR, world.allocator())
                .option(CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY, sockets)
                .option(CulvertChannelOption.SECRET_KEY, SECRET)
                .option(CulvertChannelOption.SESSION_OBSERVER, states);
    }

    @SuppressWarnings("unchecked")
    private static <T> void set(AbstractBootstrap<?, ?> bootstrap, ChannelOption<T> option, Object value) {
        bootstrap.option(option, (T) value);
    }

    @SuppressWarnings("unchecked")
    private static <T> void setChild(ServerBootstrap bootstrap, ChannelOption<T> option, Object value) {
        bootstrap.childOption(option, (T) value);
    }

    // ---- who plays

    /** The first peer, at 10.0.0.1:40000. */
    public Peer peer() {
        return peer(PEER_PORT);
    }

    /** A peer at another port of 10.0.0.1. */
    public Peer peer(int port) {
        return peer(new InetSocketAddress(PEER_HOST, port));
    }

    /** A peer anywhere but on 10.0.0.2. */
    public Peer peer(InetSocketAddress address) {
        Peer known = peers.get(address);
        if (known == null) {
            known = newPeer(address).binds();
            peers.put(address, known);
        }
        return known;
    }

    private Peer newPeer(InetSocketAddress address) {
        return new Peer(this, address, OURS, setup);
    }

    /** The first channel of ours. */
    public App app() {
        return app(0);
    }

    /** A channel of ours, in the order of connects or acceptances. */
    public App app(int index) {
        settle();
        if (index >= apps.size()) {
            throw failure("no channel " + index + ": there are " + apps.size());
        }
        return apps.get(index);
    }

    /** Every channel of ours. */
    public List<App> apps() {
        settle();
        return List.copyOf(apps);
    }

    private void newApp(CulvertChannel channel) {
        Notices notices = new Notices();
        channel.pipeline().addLast(notices);
        apps.add(new App(this, channel, notices));
    }

    /** The server channel; {@code null} in a client's script. */
    public CulvertServerChannel serverChannel() {
        return server;
    }

    /** Where all this happens: paths, time, wire log, allocator. */
    public SimulatedWorld world() {
        return world;
    }

    // ---- time

    /** Lets so much time pass, exactly. */
    public void after(Duration span) {
        world.runFor(span);
    }

    /** Lets everything happen that is ready now. */
    void settle() {
        world.runFor(Duration.ZERO);
    }

    // ---- what is expected

    /** So many channels were accepted or made so far. */
    public void expectsApps(int count) {
        settle();
        if (apps.size() != count) {
            throw failure("expected " + count + " channels, there are " + apps.size());
        }
    }

    /** The session with the first peer is in this state. */
    public void expectsState(ConnectionState state) {
        expectsState(peer(), state);
    }

    /**
     * The session with a peer is in this state, by the last state an observer was told, and by the channel's own
     * account when there is one. Without any session it is LISTEN on a server and CLOSED on a client.
     */
    public void expectsState(Peer peer, ConnectionState state) {
        settle();
        List<ConnectionState> history = states.of(peer.address());
        ConnectionState none = server == null ? ConnectionState.CLOSED : ConnectionState.LISTEN;
        ConnectionState last = history.isEmpty() ? none : history.get(history.size() - 1);
        if (last != state) {
            throw failure("the session with " + peer + " is in another state\n  expected " + state + "\n  got      "
                    + last + " after " + history);
        }
        for (App app : apps) {
            SessionInfo info = app.channel().info();
            if (app.channel().isActive() && info != null && info.remoteAddress().equals(peer.address())
                    && info.state() != state) {
                throw failure("channel and observer disagree on the session with " + peer + "\n  channel  "
                        + info.state() + "\n  observer " + state);
            }
        }
    }

    /** These are all the states that sessions with the first peer were in so far, one after the other. */
    public void expectsStates(ConnectionState... expected) {
        expectsStates(peer(), expected);
    }

    /** These are all the states that sessions with a peer were in so far, one after the other. */
    public void expectsStates(Peer peer, ConnectionState... expected) {
        settle();
        if (!List.of(expected).equals(states.of(peer.address()))) {
            throw failure("the sessions with " + peer + " went through other states\n  expected "
                    + List.of(expected) + "\n  got      " + states.of(peer.address()));
        }
    }

    /** What the session of the first channel looks like. */
    public SessionInfo info() {
        return app().channel().info();
    }

    /** The retransmission timeout of the first channel now, backoff included. */
    public Duration rto() {
        return Duration.ofNanos(info().rtoNanos());
    }

    /** An error with a picture: what is wrong, the time, and the wire. */
    AssertionError failure(String message) {
        failed = true;
        return world.failure(message + "\n(below, both sides' numbers count from their SYNs)", null);
    }

    static String millis(long nanos) {
        return BigDecimal.valueOf(nanos, NANO_DIGITS - MILLI_DIGITS).stripTrailingZeros().toPlainString();
    }

    /** Ends the script: nothing may be left that nobody expected, and no buffer may leak. */
    @Override
    public void close() {
        try {
            if (!failed) {
                peers.values().forEach(Peer::expectsNothing);
                apps.forEach(App::expectsNothingUntold);
            }
        } finally {
            apps.forEach(App::endsAtOnce);
            world.close();
        }
        if (!failed) {
            apps.forEach(App::expectsNoViolation);
            world.assertNoLeak();
        }
    }
}
