/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.crowd;

import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.sim.SimulatedNetwork;
import io.culvert.sim.SimulatedWorld;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/** A server of ours in virtual time, and a crowd that stands between its socket and the network. */
final class CrowdedWorld implements AutoCloseable {
    private static final InetSocketAddress SERVER = new InetSocketAddress(SimulatedNetwork.host("192.0.2.1"), 7000);
    private static final int FIRST_HOST = 10 << 24;
    private static final int PEER_PORT = 40_000;
    private static final int ETHERNET_MTU = 1500;
    private static final int QUESTION_BYTES = 100;
    private static final Duration ANSWERED = Duration.ofSeconds(1);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final SimulatedWorld world = SimulatedWorld.forMeasuring(1, allocator);
    private final Crossing crossing = new Crossing();
    private final Crowd crowd;

    /** So many peers, and what the server does with each. */
    CrowdedWorld(int peers, ChannelHandler childHandler) {
        crowd = new Crowd(peers, crossing::fromPeer, allocator, world::nowNanos);
        world.await(new ServerBootstrap().group(world.loop()).channel(CulvertServerChannel.class)
                .option(CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY,
                        world.network().socketFactory(SERVER.getAddress()))
                .option(CulvertChannelOption.DATAGRAM_HANDLER, crossing)
                .option(CulvertChannelOption.INTERFACE_MTU, ETHERNET_MTU)
                .option(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childHandler(childHandler).bind(SERVER));
    }

    SimulatedWorld world() {
        return world;
    }

    Crowd crowd() {
        return crowd;
    }

    /** Peers of a range connect, one after the other, and each asks something and is answered. */
    void connectAndAsk(int from, int to, int bytes) {
        for (int peer = from; peer < to; peer++) {
            int who = peer;
            crowd.connect(who);
            world.runUntil(() -> crowd.isOpen(who), ANSWERED);
            ask(who, bytes);
        }
    }

    /** A peer asks for so many bytes, and hears them. */
    void ask(int peer, int bytes) {
        int heard = crowd.heard(peer) + bytes;
        crowd.say(peer, QUESTION_BYTES);
        world.runUntil(() -> crowd.heard(peer) == heard && crowd.isAcknowledged(peer), ANSWERED);
    }

    @Override
    public void close() {
        world.close();
    }

    /** Where datagrams cross from the crowd to the server's socket and back. */
    @ChannelHandler.Sharable
    private final class Crossing extends ChannelDuplexHandler {
        private ChannelHandlerContext ctx;

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            this.ctx = ctx;
        }

        void fromPeer(int peer, ByteBuf datagram) {
            // a task of its own, as what comes from a socket is: a peer answers while the server is still sending
            ctx.executor().execute(() -> {
                ctx.fireChannelRead(new DatagramPacket(datagram, SERVER, address(peer)));
                ctx.fireChannelReadComplete();
            });
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            DatagramPacket packet = (DatagramPacket) message;
            try {
                crowd.receive(peerAt(packet.recipient()), packet.content());
            } finally {
                ReferenceCountUtil.release(packet);
            }
            promise.trySuccess();
        }
    }

    /** A new object every time, as from a socket. */
    private static InetSocketAddress address(int peer) {
        int host = FIRST_HOST + peer;
        byte[] bytes = {(byte) (host >> 24), (byte) (host >> 16), (byte) (host >> 8), (byte) host};
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), PEER_PORT);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static int peerAt(InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        return (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    }
}
