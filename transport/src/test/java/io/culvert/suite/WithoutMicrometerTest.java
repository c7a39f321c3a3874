/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.culvert.observe.CarrierIncident;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Micrometer is an optional dependency: the transport works, and counts, where its classes are not to be had. */
class WithoutMicrometerTest {
    @Test
    void sessionsOpenCarryBytesAndAreCounted() throws Exception {
        List<URL> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("micrometer")) {
                classPath.add(new File(entry).toURI().toURL());
            }
        }
        try (URLClassLoader loader = new URLClassLoader(classPath.toArray(URL[]::new),
                ClassLoader.getPlatformClassLoader())) {
            assertThrows(ClassNotFoundException.class,
                    () -> loader.loadClass("io.micrometer.core.instrument.binder.MeterBinder"));
            Class<?> conversation = loader.loadClass(Conversation.class.getName());
            Callable<?> there = (Callable<?>) conversation.getDeclaredConstructor().newInstance();
            assertEquals("ESTABLISHED, 5 bytes, 0 strays", there.call());
        }
    }

    /** What runs in the other world: it is given, and gives back, what both worlds know. */
    public static final class Conversation implements Callable<String> {
        @Override
        public String call() throws Exception {
            EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
            try {
                CulvertServerChannel server = (CulvertServerChannel) new ServerBootstrap().group(group)
                        .channel(CulvertServerChannel.class).childHandler(new EchoHandler())
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).sync().channel();
                Channel client = new Bootstrap().group(group).channel(CulvertChannel.class)
                        .handler(new ChannelInboundHandlerAdapter()).connect(server.localAddress()).sync().channel();
                client.writeAndFlush(Unpooled.wrappedBuffer(new byte[5])).sync();
                CulvertChannel session = (CulvertChannel) client;
                session.delivered().sync();
                return session.info().state() + ", " + session.info().bytesAcknowledged() + " bytes, "
                        + server.info().of(CarrierIncident.STRAY) + " strays";
            } finally {
                group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
            }
        }
    }
}
