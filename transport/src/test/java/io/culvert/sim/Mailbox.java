/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.CharsetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The plainest user of a socket: sends text, notes what comes and when. */
final class Mailbox extends ChannelInboundHandlerAdapter {
    /** Text and errors in the order in which they came, with {@code "."} for the end of a batch. */
    final List<String> events = new ArrayList<>();
    /** The text alone. */
    final List<String> texts = new ArrayList<>();
    final List<Long> nanos = new ArrayList<>();
    private final SimulatedWorld world;
    private SimulatedDatagramChannel channel;

    private Mailbox(SimulatedWorld world) {
        this.world = world;
    }

    static Mailbox bound(SimulatedWorld world, InetAddress host, int port) {
        Mailbox mailbox = new Mailbox(world);
        mailbox.channel = (SimulatedDatagramChannel) mailbox.bootstrap(host)
                .bind(new InetSocketAddress(host, port)).channel();
        world.runUntil(mailbox.channel::isActive, Duration.ZERO);
        return mailbox;
    }

    static Mailbox connected(SimulatedWorld world, InetAddress host, InetSocketAddress peer) {
        Mailbox mailbox = new Mailbox(world);
        mailbox.channel = (SimulatedDatagramChannel) mailbox.bootstrap(host).connect(peer).channel();
        world.runUntil(mailbox.channel::isConnected, Duration.ZERO);
        return mailbox;
    }

    private Bootstrap bootstrap(InetAddress host) {
        return new Bootstrap().group(world.loop()).channelFactory(world.network().socketFactory(host)).handler(this);
    }

    SimulatedDatagramChannel channel() {
        return channel;
    }

    InetSocketAddress address() {
        return channel.localAddress();
    }

    void send(Mailbox to, String text) {
        send(to.address(), text);
    }

    void send(InetSocketAddress to, String text) {
        channel.writeAndFlush(new DatagramPacket(text(text), to));
    }

    /** So many bytes of payload. */
    void sendBytes(Mailbox to, int count) {
        channel.writeAndFlush(new DatagramPacket(world.allocator().directBuffer(count).writeZero(count), to.address()));
    }

    ByteBuf text(String text) {
        ByteBuf buffer = world.allocator().directBuffer();
        buffer.writeCharSequence(text, CharsetUtil.US_ASCII);
        return buffer;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        texts.add(packet.content().toString(CharsetUtil.US_ASCII));
        events.add(texts.get(texts.size() - 1));
        nanos.add(world.nowNanos());
        packet.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        events.add(".");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        events.add(cause.getClass().getSimpleName());
    }
}
