/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.culvert.segment.MalformedReason;
import io.culvert.state.ConnectionState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Culvert's meters for Micrometer: {@code new CulvertMetrics().bindTo(registry)}, at any time; what was counted before
 * is in them. Without further ado they are of the whole process, as a kernel's counters are of the whole host: nothing
 * has to be set on a bootstrap, nothing is missed because some channel was forgotten, and no session is a tag. Who runs
 * several event loop groups and wants them apart binds one for each, with tags of its own.
 *
 * <p>The engine counts whether or not anybody asks: it adds to plain fields of each event loop, which are summed up
 * when a registry asks for a meter's value. What a loop counted latest may be missing then, and is there the next time;
 * no count ever becomes less. Sessions and sockets that are gone stay counted. {@code docs/observability.md} says what
 * each meter means. This is the only class that needs Micrometer, which is an optional dependency.
 */
public final class CulvertMetrics implements MeterBinder {
    private static final double SECOND_NANOS = 1e9;

    private static final Map<String, Incident> RETRANSMISSIONS = Map.of(
            "syn", Incident.RETRANSMITTED_SYN,
            "timeout", Incident.RETRANSMITTED_ON_TIMEOUT,
            "fast-recovery", Incident.RETRANSMITTED_IN_RECOVERY,
            "tail-loss-probe", Incident.RETRANSMITTED_AS_PROBE,
            "path-mtu-probe", Incident.RETRANSMITTED_PATH_PROBE);
    private static final Map<String, Incident> LOSSES = Map.of(
            "timeout", Incident.RETRANSMISSION_TIMEOUT,
            "fast-recovery", Incident.FAST_RECOVERY,
            "tail-loss-probe", Incident.TAIL_LOSS_PROBE,
            "tail-loss-repaired", Incident.TAIL_LOSS_REPAIRED,
            "spurious", Incident.SPURIOUS_LOSS,
            "duplicate-sack", Incident.DUPLICATE_SACK,
            "renege", Incident.RENEGE);
    private static final Map<String, Incident> SESSION_DROPS = Map.of(
            "unacceptable", Incident.UNACCEPTABLE,
            "duplicate", Incident.DUPLICATE,
            "out-of-order-memory", Incident.OUT_OF_ORDER_DROPPED,
            "accept-queue", Incident.ACCEPT_QUEUE_FULL);
    private static final Map<String, CarrierIncident> SOCKET_DROPS = Map.of(
            "stray", CarrierIncident.STRAY,
            "cookie", CarrierIncident.COOKIE_DROPPED,
            "hand-over", CarrierIncident.HAND_OVER_DROPPED,
            "foreign", CarrierIncident.FOREIGN_MESSAGE,
            "too-long-to-send", CarrierIncident.DATAGRAM_TOO_LONG);

    private final ToLongFunction<ToLongFunction<LoopCounters>> source;
    private final Tags tags;
    private final HostUdp host;

    /** Of the whole process. */
    public CulvertMetrics() {
        this(LoopCounters::sum, Tags.empty(), new HostUdp());
    }

    /**
     * Of the sessions and sockets on one group's event loops.
     *
     * @param tags go on every meter, to tell this group's from another's
     */
    public CulvertMetrics(EventLoopGroup group, Iterable<Tag> tags) {
        this(ofGroup(group), Tags.of(tags), new HostUdp());
    }

    CulvertMetrics(ToLongFunction<ToLongFunction<LoopCounters>> source, Tags tags, HostUdp host) {
        this.source = source;
        this.tags = tags;
        this.host = host;
    }

    private static ToLongFunction<ToLongFunction<LoopCounters>> ofGroup(EventLoopGroup group) {
        List<LoopCounters> counters = new ArrayList<>();
        for (EventExecutor executor : group) {
            if (executor instanceof EventLoop loop) {
                counters.add(LoopCounters.of(loop));
            }
        }
        return figure -> {
            long sum = 0;
            for (LoopCounters each : counters) {
                sum += figure.applyAsLong(each);
            }
            return sum;
        };
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Binding binding = new Binding(registry);
        binding.sessions();
        binding.handshakes();
        binding.traffic();
        binding.losses();
        binding.drops();
        binding.sockets();
        if (host.isKnown()) {
            binding.host();
        }
    }

    /** The meters of one registry. */
    private final class Binding {
        private final MeterRegistry registry;

        Binding(MeterRegistry registry) {
            this.registry = registry;
        }

        void sessions() {
            for (ConnectionState state : ConnectionState.values()) {
                if (state.compareTo(ConnectionState.LISTEN) > 0) {
                    Gauge.builder("culvert.sessions", () -> source.applyAsLong(c -> c.sessionsIn(state)))
                            .description("Sessions by the state of RFC 9293").baseUnit("sessions")
                            .tags(tags.and("state", tag(state))).register(registry);
                }
            }
        }

        void handshakes() {
            for (HandshakeResult result : HandshakeResult.values()) {
                for (boolean passive : new boolean[] {false, true}) {
                    counter("culvert.handshakes", "Handshakes that have ended", null,
                            Tags.of("side", passive ? "passive" : "active", "result", tag(result)),
                            c -> c.handshakes(passive, result));
                }
            }
            timer("culvert.handshake", "From the first SYN until the session was open", LoopCounters::handshakeTimes);
            timer("culvert.rtt", "Round trips measured", LoopCounters::roundTrips);
            counter("culvert.cookies", "SYN cookies", null, Tags.of("event", "sent"),
                    c -> c.of(CarrierIncident.COOKIE_SENT));
            counter("culvert.cookies", "SYN cookies", null, Tags.of("event", "accepted"),
                    c -> c.of(CarrierIncident.COOKIE_ACCEPTED));
        }

        void traffic() {
            counter("culvert.segments", "Segments of sessions, retransmissions included", "segments",
                    Tags.of("direction", "sent"), LoopCounters::segmentsSent);
            counter("culvert.segments", "Segments of sessions, retransmissions included", "segments",
                    Tags.of("direction", "received"), LoopCounters::segmentsReceived);
            counter("culvert.payload", "Payload sent, retransmissions included, and received in order", "bytes",
                    Tags.of("direction", "sent"), LoopCounters::bytesSent);
            counter("culvert.payload", "Payload sent, retransmissions included, and received in order", "bytes",
                    Tags.of("direction", "received"), LoopCounters::bytesReceived);
            counter("culvert.payload.retransmitted", "Payload sent again", "bytes", Tags.empty(),
                    LoopCounters::bytesRetransmitted);
            incident("culvert.out.of.order", "Segments that came ahead of a hole", Incident.OUT_OF_ORDER);
            incident("culvert.window.probes", "Probes of a peer's closed window", Incident.WINDOW_PROBE);
        }

        void losses() {
            RETRANSMISSIONS.forEach((cause, incident) -> counter("culvert.retransmissions",
                    "Segments sent again", null, Tags.of("cause", cause), c -> c.of(incident)));
            LOSSES.forEach((event, incident) -> counter("culvert.loss.events",
                    "What loss detection and recovery have done", null, Tags.of("event", event), c -> c.of(incident)));
            path("probe", Incident.PATH_PROBE);
            path("probe-lost", Incident.PATH_PROBE_LOST);
            path("black-hole", Incident.BLACK_HOLE);
        }

        private void path(String event, Incident incident) {
            counter("culvert.path.mtu", "Discovery of the paths' MTU (RFC 8899)", null, Tags.of("event", event),
                    c -> c.of(incident));
        }

        void drops() {
            for (MalformedReason reason : MalformedReason.values()) {
                counter("culvert.malformed", "Datagrams dropped that are no segments", "datagrams",
                        Tags.of("reason", tag(reason)), c -> c.malformedBy(reason));
            }
            SESSION_DROPS.forEach((reason, incident) -> counter("culvert.dropped",
                    "Segments and datagrams dropped, or taken in part", null, Tags.of("reason", reason),
                    c -> c.of(incident)));
            SOCKET_DROPS.forEach((reason, incident) -> counter("culvert.dropped",
                    "Segments and datagrams dropped, or taken in part", null, Tags.of("reason", reason),
                    c -> c.of(incident)));
            incident("culvert.urgent", "Segments with the URG bit", Incident.URGENT);
            incident("culvert.challenge.acks", "Challenge ACKs sent (RFC 5961)", Incident.CHALLENGE_ACK);
            incident("culvert.resets.to.strays", "Segments without a session answered with a reset",
                    CarrierIncident.RESET_TO_STRAY);
        }

        void sockets() {
            incident("culvert.soft.errors", "ICMP errors survived (RFC 5927)", Incident.SOFT_ERROR);
            incident("culvert.socket.errors", "Errors of UDP sockets", CarrierIncident.SOCKET_ERROR);
            incident("culvert.handed.over", "Datagrams that came to another event loop than their session's",
                    CarrierIncident.HANDED_OVER);
            incident("culvert.foreign.datagrams", "Datagrams given to the handler of foreign ones",
                    CarrierIncident.FOREIGN_DATAGRAM);
            incident("culvert.foreign.errors", "Exceptions of that handler", CarrierIncident.FOREIGN_ERROR);
            evicted("time-wait", CarrierIncident.TIME_WAIT_EVICTED);
            evicted("orphan", CarrierIncident.ORPHAN_EVICTED);
        }

        private void evicted(String kind, CarrierIncident incident) {
            counter("culvert.evicted", "What gave way to newer ones of its kind", null, Tags.of("kind", kind),
                    c -> c.of(incident));
        }

        void host() {
            FunctionCounter.builder("culvert.host.udp.receive.buffer.errors", CulvertMetrics.class,
                            always -> host.receiveBufferErrors())
                    .description("Datagrams lost to full receive buffers of any UDP socket on this host")
                    .baseUnit("datagrams").tags(tags).register(registry);
            FunctionCounter.builder("culvert.host.udp.send.buffer.errors", CulvertMetrics.class,
                            always -> host.sendBufferErrors())
                    .description("Datagrams lost to full send buffers of any UDP socket on this host")
                    .baseUnit("datagrams").tags(tags).register(registry);
        }

        private void incident(String name, String description, Incident incident) {
            counter(name, description, null, Tags.empty(), c -> c.of(incident));
        }

        private void incident(String name, String description, CarrierIncident incident) {
            counter(name, description, null, Tags.empty(), c -> c.of(incident));
        }

        private void counter(String name, String description, String unit, Tags own,
                ToLongFunction<LoopCounters> figure) {
            // a meter holds what it is of weakly: this class is there for good, and so is what the lambda holds
            FunctionCounter.builder(name, CulvertMetrics.class, always -> source.applyAsLong(figure))
                    .description(description).baseUnit(unit).tags(tags.and(own)).register(registry);
        }

        /** The count and the sum, and how many were within each step: what a quantile is estimated from. */
        private void timer(String name, String description, Function<LoopCounters, Durations> durations) {
            FunctionTimer.builder(name, CulvertMetrics.class,
                            always -> source.applyAsLong(c -> durations.apply(c).count()),
                            always -> source.applyAsLong(c -> durations.apply(c).totalNanos()), TimeUnit.NANOSECONDS)
                    .description(description).tags(tags).register(registry);
            for (int i = 0; i <= Durations.STEPS; i++) {
                int step = i;
                counter(name + ".within", description + ", by upper bound in seconds", null, Tags.of("le", bound(i)),
                        c -> durations.apply(c).within(step));
            }
        }
    }

    private static String bound(int step) {
        return step == Durations.STEPS
                ? "+Inf" : BigDecimal.valueOf(Durations.boundNanos(step) / SECOND_NANOS).toPlainString();
    }

    private static String tag(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
