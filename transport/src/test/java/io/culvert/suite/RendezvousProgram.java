/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.sim.StunClient;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.CharsetUtil;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;

/**
 * One side of a rendezvous in a process of its own. Says where it is seen from outside, reads where the other is, says
 * "met" or why not; from then on what it reads it sends, and what it is sent it says. Ends when its input does.
 */
final class RendezvousProgram {
    private RendezvousProgram() {
    }

    /** Takes the kind of event loop, the address to bind, the interval of keepalives, and where the STUN server is. */
    public static void main(String[] arguments) {
        try {
            meet(arguments);
        } catch (Exception e) {
            System.out.println(e);
        }
        Runtime.getRuntime().halt(0);
    }

    private static void meet(String[] arguments) throws Exception {
        StunClient asking = new StunClient();
        Channel channel = new Bootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, Io.valueOf(arguments[0]).factory()))
                .channel(CulvertChannel.class)
                .option(CulvertChannelOption.RENDEZVOUS, true)
                .option(CulvertChannelOption.NAT_KEEPALIVE_SECONDS, Integer.valueOf(arguments[2]))
                .option(CulvertChannelOption.FOREIGN_DATAGRAM_HANDLER, asking)
                .handler(new Saying())
                .bind(arguments[1], 0).sync().channel();
        InetSocketAddress stun = new InetSocketAddress(arguments[3], Integer.parseInt(arguments[4]));
        InetSocketAddress outside = asking.ask(stun).sync().getNow();
        System.out.println(outside.getHostString() + " " + outside.getPort());
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        String[] peer = lines.readLine().split(" ");
        channel.connect(new InetSocketAddress(peer[0], Integer.parseInt(peer[1]))).sync();
        System.out.println("met");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            channel.writeAndFlush(ByteBufUtil.writeUtf8(channel.alloc(), line + "\n"));
        }
    }

    /** Says what comes. */
    private static final class Saying extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf text) {
            System.out.print(text.toString(CharsetUtil.UTF_8));
            System.out.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            System.out.println(cause);
        }
    }
}
