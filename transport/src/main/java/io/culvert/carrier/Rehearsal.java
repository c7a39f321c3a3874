/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.listen.EndpointKeys;
import io.culvert.listen.Listener;
import io.culvert.session.SessionConfig;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Plays one session in memory before the first socket of the process is opened. The classes of the road are loaded by
 * it; otherwise they would be loaded between the first segments' time stamps and the wire, and a first retransmission
 * timeout of 1 s was seen to be a third shorter for that.
 */
final class Rehearsal {
    private static final int ROUNDS = 8;
    private static final int PAYLOAD_BYTES = 4000;

    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);

    static {
        new Rehearsal().play();
    }

    private CarriedSession accepted;

    private Rehearsal() {
    }

    /** Does nothing but have the class initialized, which plays the session once. */
    static void played() {
    }

    private void play() {
        Carrier client = stage(CLIENT);
        Carrier server = stage(SERVER);
        server.listen(null, new Audience(), new Listener(1, EndpointKeys.ofProcess()));
        CarriedSession opened = client.newActive(SERVER, new SessionConfig());
        opened.open();
        for (int round = 0; round < ROUNDS; round++) {
            carry(client, CLIENT, server, SERVER);
            carry(server, SERVER, client, CLIENT);
            if (round == 1 && accepted != null) {
                opened.session().sendQueue.append(Unpooled.wrappedBuffer(new byte[PAYLOAD_BYTES]));
                opened.flush();
                opened.closeOutput();
                accepted.closeOutput();
            }
        }
        // a machine that stalls may leave the session unfinished: no matter
        opened.abort();
        if (accepted != null) {
            accepted.session().discardInput();
            accepted.abort();
        }
        server.stopListening();
        ((EmbeddedChannel) client.udp()).finishAndReleaseAll();
        ((EmbeddedChannel) server.udp()).finishAndReleaseAll();
    }

    private static Carrier stage(InetSocketAddress local) {
        EmbeddedChannel channel = new EmbeddedChannel() {
            @Override
            protected SocketAddress localAddress0() {
                return local;
            }
        };
        Carrier carrier = new Carrier(channel.eventLoop(), EndpointKeys.ofProcess());
        channel.pipeline().addLast(new CarrierInitializer(carrier, null, null));
        carrier.attach(channel);
        return carrier;
    }

    private static void carry(Carrier from, InetSocketAddress sender, Carrier to, InetSocketAddress recipient) {
        EmbeddedChannel source = (EmbeddedChannel) from.udp();
        EmbeddedChannel target = (EmbeddedChannel) to.udp();
        for (DatagramPacket sent = source.readOutbound(); sent != null; sent = source.readOutbound()) {
            target.writeInbound(new DatagramPacket(sent.content(), recipient, sender));
        }
    }

    /** Accepts the one session. */
    private final class Audience implements Acceptor {
        @Override
        public SessionConfig newSessionConfig() {
            return new SessionConfig();
        }

        @Override
        public void onEstablished(CarriedSession carried) {
            carried.accept();
            accepted = carried;
        }

        @Override
        public void onUnacceptedFailed(CarriedSession carried) {
        }

        @Override
        public void onPortClosed() {
        }
    }
}
