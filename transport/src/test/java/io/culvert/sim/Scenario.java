/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.culvert.congestion.CongestionController;
import io.culvert.congestion.Cubic;
import io.culvert.congestion.NewReno;
import io.culvert.congestion.bbr.Bbr;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What happens in one seed of {@link SessionSimulationTest}: the network, both sides' options, the conversations. */
final class Scenario {
    /** How a conversation ends. */
    enum Closing {
        HALF_CLIENT_FIRST, HALF_SERVER_FIRST, HALF_EACH, FULL_BY_CLIENT, FULL_BY_SERVER, SIMULTANEOUS,
        ABORT_BY_CLIENT, ABORT_BY_SERVER;

        boolean isAbort() {
            return this == ABORT_BY_CLIENT || this == ABORT_BY_SERVER;
        }

        boolean isHalf() {
            return this == HALF_CLIENT_FIRST || this == HALF_SERVER_FIRST || this == HALF_EACH || isAbort();
        }
    }

    /** When an application writes its next chunk. */
    enum Pace {
        ALL_THEN_FLUSH, EACH_FLUSHED, WHEN_TAKEN, TIMED
    }

    /** Who controls congestion. */
    enum Controller {
        CUBIC(Cubic::new), NEW_RENO(NewReno::new), BBR(Bbr.factory());

        final CongestionController.Factory factory;

        Controller(CongestionController.Factory factory) {
            this.factory = factory;
        }
    }

    /** Options of all channels of one side; a buffer of 0 bytes is the default. */
    record Side(boolean timestamps, boolean windowScaling, boolean sack, Controller controller, int maxSegment,
            int sendBuffer, int receiveBuffer, boolean noDelay, int lingerSeconds) {
        @Override
        public String toString() {
            return "[" + (timestamps ? "ts " : "") + (windowScaling ? "ws " : "") + (sack ? "sack " : "") + controller
                    + " mss=" + maxSegment + " snd="
                    + sendBuffer + " rcv=" + receiveBuffer + (noDelay ? "" : " nagle") + " linger=" + lingerSeconds
                    + "]";
        }
    }

    /** A time without reading, counted from the beginning of the session. */
    record Pause(int atMillis, int forMillis) {
        @Override
        public String toString() {
            return forMillis + "@" + atMillis;
        }
    }

    /** What one application does. */
    record Part(int bytes, int chunk, Pace pace, boolean halfClosure, List<Pause> pauses) {
        @Override
        public String toString() {
            return bytes + "B/" + chunk + " " + pace + (halfClosure ? "" : " auto-close")
                    + (pauses.isEmpty() ? "" : " pauses" + pauses);
        }
    }

    /** One session. {@code closeMillis} is when the aborter aborts, or how long both wait to close together. */
    record Conversation(Part client, Part server, Closing closing, int startMillis, int closeMillis) {
        @Override
        public String toString() {
            return "{" + closing + " +" + closeMillis + " at " + startMillis + ": " + client + " | " + server + "}";
        }
    }

    private static final int DEFAULT_SEGMENT_BYTES = 1460;
    private static final int MAX_BYTES = 100_000;
    private static final int ETHERNET_MTU = 1500;
    /** So much every IPv6 path takes. */
    private static final int LEAST_MTU = 1280;
    static final int LATER_MILLIS = 1500;

    final long seed;
    final byte[] secret = new byte[16];
    final Side client;
    final Side server;
    final List<Conversation> conversations = new ArrayList<>();
    private final SplittableRandom random;
    /** Of its own, so that a seed whose recovery is another still has the network that it had. */
    private final SplittableRandom recoveryRandom;
    private final double loss;
    private final boolean bursts;
    private final double reorder;
    private final double duplicate;
    private final int delayMillis;
    private final int jitterMillis;
    private final int rateKbit;
    private final int queueBytes;
    private final int blackoutAtMillis;
    private final int blackoutMillis;
    /** Of both ends; 0 for Ethernet's. */
    final int interfaceMtu;
    private final int pathMtu;
    /** What the path takes after a while. */
    private final int laterMtu;

    Scenario(long seed) {
        this.seed = seed;
        // neighbouring seeds must not share a part of their sequence
        random = new SplittableRandom(new SplittableRandom(seed).nextLong());
        recoveryRandom = new SplittableRandom(new SplittableRandom(~seed).nextLong());
        random.nextBytes(secret);
        loss = loss();
        bursts = chance(0.15);
        reorder = chance(0.4) ? random.nextDouble(0.2) : 0;
        duplicate = chance(0.3) ? random.nextDouble(0.2) : 0;
        delayMillis = chance(0.1) ? 0 : random.nextInt(201);
        jitterMillis = chance(0.5) ? 0 : random.nextInt(50);
        rateKbit = chance(0.25) ? 64 << random.nextInt(10) : 0;
        queueBytes = between(3000, 30_000);
        blackoutAtMillis = random.nextInt(5000);
        blackoutMillis = chance(0.15) ? random.nextInt(12_000) : 0;
        SplittableRandom widths = new SplittableRandom(new SplittableRandom(seed + 1L << 32).nextLong());
        interfaceMtu = widths.nextInt(4) == 0 ? widths.nextInt(1501, 20_000) : 0;
        int widest = interfaceMtu == 0 ? ETHERNET_MTU : interfaceMtu;
        pathMtu = widths.nextInt(4) == 0 ? widths.nextInt(LEAST_MTU, widest + 1) : widest;
        laterMtu = widths.nextInt(10) == 0 ? widths.nextInt(LEAST_MTU, widest + 1) : pathMtu;
        client = side();
        server = side();
        int count = chance(0.7) ? 1 : between(2, 3);
        for (int i = 0; i < count; i++) {
            conversations.add(conversation());
        }
    }

    private double loss() {
        int kind = random.nextInt(10);
        return kind < 3 ? 0 : random.nextDouble(kind < 7 ? 0.05 : kind < 9 ? 0.15 : 0.3);
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    private int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    private Side side() {
        int segment = switch (random.nextInt(5)) {
            case 0 -> between(64, 200);
            case 1 -> between(200, 1400);
            default -> 0;
        };
        int linger = switch (random.nextInt(4)) {
            case 0 -> 30;
            case 1 -> 600;
            default -> -1;
        };
        boolean sack = recoveryRandom.nextDouble() < 0.8;
        Controller controller = Controller.values()[recoveryRandom.nextInt(Controller.values().length)];
        return new Side(chance(0.7), chance(0.7), sack, controller, segment, buffer(), buffer(), chance(0.8), linger);
    }

    private int buffer() {
        return switch (random.nextInt(10)) {
            case 0 -> between(256, 1024);
            case 1, 2 -> between(1024, 4096);
            case 3, 4, 5 -> between(4096, 32_768);
            default -> 0;
        };
    }

    private Conversation conversation() {
        Closing closing = chance(0.15)
                ? (chance(0.5) ? Closing.ABORT_BY_CLIENT : Closing.ABORT_BY_SERVER)
                : Closing.values()[random.nextInt(Closing.ABORT_BY_CLIENT.ordinal())];
        Part fromClient = part(closing, client, server);
        if (fromClient.bytes() == 0) {
            // a server that gave up in SYN-RECEIVED is found out by a client that says something
            fromClient = new Part(1, 1, fromClient.pace(), fromClient.halfClosure(), fromClient.pauses());
        }
        return new Conversation(fromClient, part(closing, server, client), closing, random.nextInt(500),
                random.nextInt(closing.isAbort() ? 4000 : 300));
    }

    /** So much data that the number of segments stays bearable; on a bad path that is less. */
    private Part part(Closing closing, Side writer, Side reader) {
        int segment = DEFAULT_SEGMENT_BYTES;
        for (int bound : new int[] {writer.maxSegment, reader.maxSegment}) {
            segment = bound == 0 ? segment : Math.min(segment, bound);
        }
        int most = Math.min(MAX_BYTES, segment * (loss > 0.1 || bursts ? 100 : 400));
        int bytes = switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> random.nextInt(2000);
            default -> random.nextInt(most);
        };
        int chunk = switch (random.nextInt(3)) {
            case 0 -> between(1 + bytes / 100, 1000 + bytes / 100);
            case 1 -> between(1000, 20_000);
            default -> Math.max(1, bytes);
        };
        List<Pause> pauses = new ArrayList<>();
        for (int i = chance(0.5) ? 0 : between(1, 3); i > 0; i--) {
            pauses.add(new Pause(random.nextInt(5000), chance(0.1) ? between(1, 90_000) : between(1, 3000)));
        }
        return new Part(bytes, chunk, Pace.values()[random.nextInt(Pace.values().length)],
                closing.isHalf() || chance(0.5), pauses);
    }

    void applyTo(SimulatedNetwork network, InetAddress a, InetAddress b) {
        PathPair both = network.between(a, b);
        both.delay(Duration.ofMillis(delayMillis)).jitter(Duration.ofMillis(jitterMillis)).loss(loss)
                .duplicate(duplicate).reorder(reorder, Duration.ofMillis(1 + delayMillis / 2)).mtu(pathMtu);
        if (bursts) {
            both.bursts(0.01, 0.3, 0.8);
        }
        if (rateKbit > 0) {
            network.path(a, b).rate(rateKbit * 1000L, queueBytes);
            network.path(b, a).rate(rateKbit * 1000L, queueBytes);
        }
        if (blackoutMillis > 0) {
            both.blackout(Duration.ofNanos(MILLISECONDS.toNanos(blackoutAtMillis)),
                    Duration.ofNanos(MILLISECONDS.toNanos(blackoutAtMillis + blackoutMillis)));
        }
    }

    /** The path takes less, or more, from now on. */
    void applyLater(SimulatedNetwork network, InetAddress a, InetAddress b) {
        network.between(a, b).mtu(laterMtu);
    }

    @Override
    public String toString() {
        return String.format("loss=%.3f%s reorder=%.2f dup=%.2f delay=%d+%d ms rate=%d kbit/s queue=%d"
                + " blackout=%d@%d mtu=%d/%d/%d client=%s server=%s %s", loss, bursts ? "+bursts" : "", reorder,
                duplicate, delayMillis, jitterMillis, rateKbit, queueBytes, blackoutMillis, blackoutAtMillis,
                interfaceMtu, pathMtu, laterMtu, client, server, conversations);
    }
}
