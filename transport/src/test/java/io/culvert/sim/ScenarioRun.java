/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static io.culvert.CulvertChannelOption.CONGESTION_CONTROL;
import static io.culvert.CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY;
import static io.culvert.CulvertChannelOption.FIN_TIMEOUT_MILLIS;
import static io.culvert.CulvertChannelOption.INTERFACE_MTU;
import static io.culvert.CulvertChannelOption.ORPHAN_TIMEOUT_MILLIS;
import static io.culvert.CulvertChannelOption.SECRET_KEY;
import static io.culvert.CulvertChannelOption.SESSION_OBSERVER;
import static io.culvert.CulvertChannelOption.TCP_MAXSEG;
import static io.culvert.CulvertChannelOption.TCP_SACK;
import static io.culvert.CulvertChannelOption.TCP_TIMESTAMPS;
import static io.culvert.CulvertChannelOption.TCP_WINDOW_SCALING;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Runs a {@link Scenario} in a world of its own and judges what came of it. */
final class ScenarioRun implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofHours(6);
    private static final int TEN_MINUTES_MILLIS = 600_000;
    /** How long a session whose channel is closed may try to deliver. */
    static final int ORPHAN_MILLIS = TEN_MINUTES_MILLIS;
    private static final int LOG_LIMIT = 1_000_000;
    private static final int PORT = 7000;

    /** What became of a run that broke no promise. */
    enum Outcome {
        /** Everything arrived and ended in order. */
        CLEAN,
        /** Somebody aborted a conversation, as planned. */
        ABORTED,
        /** A session gave up as the wire made it. */
        GAVE_UP
    }

    private final InetAddress clientHost = SimulatedNetwork.host("10.0.0.1");
    private final InetAddress serverHost = SimulatedNetwork.host("10.0.0.2");
    private final InetSocketAddress serverAddress = new InetSocketAddress(serverHost, PORT);
    private final Scenario scenario;
    private final SimulatedWorld world;
    private final StateAudit audit = new StateAudit();
    private final List<Talk> talks = new ArrayList<>();
    private Channel server;

    ScenarioRun(Scenario scenario) {
        this.scenario = scenario;
        world = new SimulatedWorld(scenario.seed);
        world.log().limit(LOG_LIMIT);
        scenario.applyTo(world.network(), clientHost, serverHost);
        world.loop().schedule(() -> scenario.applyLater(world.network(), clientHost, serverHost),
                Scenario.LATER_MILLIS, TimeUnit.MILLISECONDS);
    }

    SimulatedWorld world() {
        return world;
    }

    /** A conversation under way. */
    private final class Talk {
        private final Scenario.Conversation plan;
        private final StreamPeer client;
        private final StreamPeer server;
        private ChannelFuture connect;
        private boolean closingTogether;
        private boolean abortPlanned;

        private Talk(Scenario.Conversation plan, int number) {
            this.plan = plan;
            client = new StreamPeer(plan.client(), scenario.client, plan.server().bytes(), 2 * number, 2 * number + 1,
                    this::proceed);
            server = new StreamPeer(plan.server(), scenario.server, plan.client().bytes(), 2 * number + 1, 2 * number,
                    this::proceed);
        }

        /** Closes what the plan wants closed by now. */
        private void proceed() {
            if (plan.closing().isHalf()) {
                boolean each = plan.closing() == Scenario.Closing.HALF_EACH || plan.closing().isAbort();
                halfClose(client, each || plan.closing() == Scenario.Closing.HALF_CLIENT_FIRST);
                halfClose(server, each || plan.closing() == Scenario.Closing.HALF_SERVER_FIRST);
                planAbort();
                return;
            }
            boolean done = client.hasAll() && client.isTaken() && server.hasAll() && server.isTaken();
            switch (plan.closing()) {
                case FULL_BY_CLIENT -> fullClose(client, server);
                case FULL_BY_SERVER -> fullClose(server, client);
                default -> {
                    if (done && !closingTogether) {
                        closingTogether = true;
                        world.loop().schedule(() -> {
                            client.close();
                            server.close();
                        }, plan.closeMillis(), TimeUnit.MILLISECONDS);
                    }
                }
            }
        }

        private void halfClose(StreamPeer peer, boolean first) {
            if (peer.isWritten() && peer.delivered != null && (first || peer.inputEnds > 0)) {
                peer.shutdownOutput();
                if (peer.inputEnds > 0) {
                    // a future that is done already calls back at once
                    peer.outputShutdown.addListener(future -> peer.close());
                }
            }
        }

        private void fullClose(StreamPeer first, StreamPeer second) {
            if (first.hasAll() && first.isTaken()) {
                first.close();
            }
            if (second.inputEnds > 0) {
                second.close();
            }
        }

        private void planAbort() {
            StreamPeer aborter = aborter();
            if (!abortPlanned && aborter != null && aborter.actives > 0) {
                abortPlanned = true;
                world.loop().schedule(aborter::abort, plan.closeMillis(), TimeUnit.MILLISECONDS);
            }
        }

        private StreamPeer aborter() {
            return plan.closing() == Scenario.Closing.ABORT_BY_CLIENT ? client
                    : plan.closing() == Scenario.Closing.ABORT_BY_SERVER ? server : null;
        }

        private InetSocketAddress clientAddress() {
            return client.channel.localAddress();
        }
    }

    private void options(Scenario.Side side, BiConsumer<ChannelOption<Integer>, Integer> numbers,
            BiConsumer<ChannelOption<Boolean>, Boolean> flags) {
        numbers.accept(INTERFACE_MTU, scenario.interfaceMtu);
        numbers.accept(TCP_MAXSEG, side.maxSegment());
        numbers.accept(FIN_TIMEOUT_MILLIS, TEN_MINUTES_MILLIS);
        numbers.accept(ORPHAN_TIMEOUT_MILLIS, ORPHAN_MILLIS);
        if (side.receiveBuffer() > 0) {
            numbers.accept(ChannelOption.SO_RCVBUF, side.receiveBuffer());
        }
        flags.accept(TCP_TIMESTAMPS, side.timestamps());
        flags.accept(TCP_WINDOW_SCALING, side.windowScaling());
        flags.accept(TCP_SACK, side.sack());
    }

    private static void channelOptions(Scenario.Side side, BiConsumer<ChannelOption<Integer>, Integer> numbers,
            BiConsumer<ChannelOption<Boolean>, Boolean> flags) {
        if (side.sendBuffer() > 0) {
            numbers.accept(ChannelOption.SO_SNDBUF, side.sendBuffer());
        }
        numbers.accept(ChannelOption.SO_LINGER, side.lingerSeconds());
        flags.accept(ChannelOption.TCP_NODELAY, side.noDelay());
    }

    private void listen() {
        ServerBootstrap bootstrap = new ServerBootstrap().group(world.loop()).channel(CulvertServerChannel.class)
                .option(DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(serverHost))
                .option(ChannelOption.ALLOCATOR, world.allocator())
                .option(SECRET_KEY, scenario.secret)
                .option(SESSION_OBSERVER, audit)
                .option(CONGESTION_CONTROL, scenario.server.controller().factory)
                .childOption(ChannelOption.ALLOCATOR, world.allocator())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<CulvertChannel>() {
                    @Override
                    protected void initChannel(CulvertChannel child) {
                        Talk talk = talkOf(child.remoteAddress());
                        child.config().setAllowHalfClosure(talk.plan.server().halfClosure());
                        child.pipeline().addLast(talk.server);
                    }
                });
        options(scenario.server, bootstrap::option, bootstrap::option);
        channelOptions(scenario.server, bootstrap::childOption, bootstrap::childOption);
        server = bootstrap.bind(serverAddress).channel();
    }

    private Talk talkOf(InetSocketAddress client) {
        for (Talk talk : talks) {
            if (talk.client.channel != null && client.equals(talk.clientAddress())) {
                return talk;
            }
        }
        throw new AssertionError("a session with " + client + ", whom nobody knows");
    }

    private void connect(Talk talk) {
        Bootstrap bootstrap = new Bootstrap().group(world.loop()).channel(CulvertChannel.class)
                .option(DATAGRAM_CHANNEL_FACTORY, world.network().socketFactory(clientHost))
                .option(ChannelOption.ALLOCATOR, world.allocator())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, talk.plan.client().halfClosure())
                .option(SECRET_KEY, scenario.secret)
                .option(SESSION_OBSERVER, audit)
                .option(CONGESTION_CONTROL, scenario.client.controller().factory)
                .handler(talk.client);
        options(scenario.client, bootstrap::option, bootstrap::option);
        channelOptions(scenario.client, bootstrap::option, bootstrap::option);
        talk.connect = bootstrap.connect(serverAddress);
    }

    /** Runs it to the end; throws an {@link AssertionError} with the wire if a promise was broken. */
    Outcome run() {
        listen();
        for (int i = 0; i < scenario.conversations.size(); i++) {
            Talk talk = new Talk(scenario.conversations.get(i), i);
            talks.add(talk);
            world.loop().schedule(() -> connect(talk), talk.plan.startMillis(), TimeUnit.MILLISECONDS);
        }
        runUntilQuiet();
        Outcome outcome = Outcome.CLEAN;
        List<String> faults = new ArrayList<>();
        for (Talk talk : talks) {
            Outcome one = judge(talk, faults);
            outcome = one.compareTo(outcome) > 0 ? one : outcome;
        }
        server.close();
        runUntilQuiet();
        faults.addAll(audit.faults());
        for (Talk talk : talks) {
            talk.client.faultsOfAnyRun().forEach(fault -> faults.add("client: " + fault));
            talk.server.faultsOfAnyRun().forEach(fault -> faults.add("server: " + fault));
        }
        if (world.network().isAnySocketOpen()) {
            faults.add("a UDP socket is still open");
        }
        if (!faults.isEmpty()) {
            throw world.failure(String.join("\n", faults), null);
        }
        world.assertNoLeak();
        return outcome;
    }

    private void runUntilQuiet() {
        world.runUntil(() -> {
            for (Talk talk : talks) {
                talk.client.checkMemory();
                talk.server.checkMemory();
            }
            audit.checkFlights();
            return world.loop().nextDeadlineNanos() < 0;
        }, LIMIT);
    }

    private Outcome judge(Talk talk, List<String> faults) {
        InetSocketAddress client = talk.clientAddress();
        List<StateAudit.Move> here = audit.moves(client, serverAddress);
        List<StateAudit.Move> there = audit.moves(serverAddress, client);
        if (talk.aborter() != null) {
            judgeAbort(talk, faults);
            return Outcome.ABORTED;
        }
        List<String> found = new ArrayList<>();
        talk.client.faultsOfACleanRun().forEach(fault -> found.add("client: " + fault));
        talk.server.faultsOfACleanRun().forEach(fault -> found.add("server: " + fault));
        if (!talk.connect.isSuccess()) {
            found.add("connect: " + talk.connect.cause());
        }
        if (talk.client.isOpen() || talk.server.isOpen()) {
            found.add("still open");
        }
        if (found.isEmpty()) {
            return Outcome.CLEAN;
        }
        StateAudit.Move failure = GiveUpProof.firstFailure(here, there);
        String refuted = failure == null ? "no session failed"
                : here.contains(failure) ? GiveUpProof.refute(world.log(), client, serverAddress, failure)
                : GiveUpProof.refute(world.log(), serverAddress, client, failure);
        if (refuted != null) {
            faults.addAll(found);
            faults.add(refuted);
            faults.add("client: " + talk.client);
            faults.add("server: " + talk.server);
            faults.add("client: " + here);
            faults.add("server: " + there);
        }
        abandon(talk);
        return Outcome.GAVE_UP;
    }

    /** The other end has a prefix and an error, or everything and an orderly end, or never heard of it. */
    private void judgeAbort(Talk talk, List<String> faults) {
        StreamPeer aborter = talk.aborter();
        StreamPeer other = aborter == talk.client ? talk.server : talk.client;
        if (!aborter.exceptions.isEmpty() && aborter.actives > 0 && other.exceptions.isEmpty()
                && other.inactives == 0) {
            faults.add("the aborter failed: " + aborter);
        }
        if (other.isOpen() && other.channel.info().sendQueueBytes() > 0) {
            faults.add("the other end neither sends nor fails: " + other);
        }
        if (other.inactives > 0 && other.exceptions.isEmpty() && other.inputEnds == 0) {
            faults.add("the other end was told of neither end nor error: " + other);
        }
        abandon(talk);
    }

    /** What is left of a session whose other end is gone without a word that arrived; nothing else ends it. */
    private static void abandon(Talk talk) {
        for (StreamPeer peer : List.of(talk.client, talk.server)) {
            if (peer.isOpen()) {
                peer.abort();
            }
        }
    }

    @Override
    public void close() {
        world.close();
    }
}
