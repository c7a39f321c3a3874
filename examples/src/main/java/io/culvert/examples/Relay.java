/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.SessionInfo;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * One connection carried through a tunnel: the near leg is the one that came to us, the far leg the one that is
 * connected for it. Both run on one event loop, the only thread that calls this. What happens to one leg happens to the
 * other: data, the end of data, a reset.
 */
final class Relay {
    private final RelayLeg near = new RelayLeg(this);
    private final RelayLeg far = new RelayLeg(this);
    private final Consumer<Relay> connector;
    private final Consumer<Relay> closed;
    private final long startNanos = System.nanoTime();
    private String ending;
    private int legsOpen;

    /**
     * A relay without channels.
     *
     * @param connector is asked, when the near leg can carry data, to connect the far one
     * @param closed is told when both legs are closed
     */
    Relay(Consumer<Relay> connector, Consumer<Relay> closed) {
        this.connector = connector;
        this.closed = closed;
        near.join(far);
        far.join(near);
    }

    RelayLeg near() {
        return near;
    }

    RelayLeg far() {
        return far;
    }

    void opened(Channel channel) {
        legsOpen++;
        channel.closeFuture().addListener(future -> legClosed());
    }

    private void legClosed() {
        legsOpen--;
        if (legsOpen == 0) {
            closed.accept(this);
        }
    }

    /** A leg can carry data now; when both can they begin. */
    void ready(RelayLeg leg) {
        if (ending != null) {
            leg.abort();
        } else if (leg == near) {
            connector.accept(this);
        } else {
            near.start();
            far.start();
        }
    }

    void connecting(ChannelFuture connect) {
        connect.addListener(connected -> {
            if (!connected.isSuccess()) {
                abort("cannot connect: " + Failure.line(connected.cause()));
            }
        });
    }

    /** A leg's output has ended: with the other's, everything is carried. */
    void outputEnded() {
        if (near.isEnded() && far.isEnded() && ending == null) {
            ending = "finished";
            near.close();
            far.close();
        }
    }

    /** Resets both legs, unless the relay is over: the first reason is the one to tell. */
    void abort(String why) {
        if (ending == null) {
            ending = why;
            near.abort();
            far.abort();
        }
    }

    /** TLS closes the leg by itself, behind the alert that tells the peer; the other leg is reset. */
    void handshakeFailed(RelayLeg leg, String why) {
        if (ending == null) {
            ending = why;
            (leg == near ? far : near).abort();
        }
    }

    /** From any thread. */
    void stop() {
        near.channel().eventLoop().execute(() -> abort("stopped"));
    }

    /** The line that a tunnel prints for each. */
    String statistic() {
        SessionInfo session = near.info() != null ? near.info() : far.info();
        return String.format(Locale.ROOT,
                "closed %s (%d bytes up, %d bytes down, %.3f s, rtt %.3f ms, %d retransmissions): %s",
                near.peer(), near.bytes(), far.bytes(), (System.nanoTime() - startNanos) / 1e9,
                session == null ? 0 : session.smoothedRttNanos() / 1e6,
                session == null ? 0 : session.retransmissions(), ending);
    }
}
