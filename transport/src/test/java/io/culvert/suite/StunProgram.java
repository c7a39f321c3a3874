/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import io.culvert.sim.StunServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;

/** A STUN server in a process of its own; says that it is there, and ends when its input does. */
final class StunProgram {
    private StunProgram() {
    }

    /** Takes the address and the port to bind. */
    public static void main(String[] arguments) throws Exception {
        new Bootstrap().group(new MultiThreadIoEventLoopGroup(1, Io.NIO.factory())).channel(NioDatagramChannel.class)
                .handler(new StunServer()).bind(arguments[0], Integer.parseInt(arguments[1])).sync();
        System.out.println("bound");
        while (System.in.read() >= 0) {
            continue;
        }
        Runtime.getRuntime().halt(0);
    }
}
