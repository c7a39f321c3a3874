/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The sockets: what a pipeline sees of them. What paths do to datagrams is in {@link PathTest}. */
class SimulatedNetworkTest {
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final SimulatedNetwork network = world.network();
    private final InetAddress a = SimulatedNetwork.host("10.0.0.1");
    private final InetAddress b = SimulatedNetwork.host("10.0.0.2");

    @AfterEach
    void everyBufferIsReleased() {
        world.close();
        world.assertNoLeak();
    }

    // ---- addresses

    private ChannelFuture bind(InetAddress host, InetSocketAddress address) {
        return new Bootstrap().group(world.loop()).channelFactory(network.socketFactory(host))
                .handler(new ChannelInboundHandlerAdapter()).bind(address);
    }

    @Test
    void portZeroTakesTheNextEphemeralPort() {
        assertEquals(new InetSocketAddress(a, 49152), Mailbox.bound(world, a, 0).address());
        assertEquals(new InetSocketAddress(a, 49153), Mailbox.bound(world, a, 0).address());
        assertEquals(new InetSocketAddress(b, 49152), Mailbox.bound(world, b, 0).address());
    }

    @Test
    void aWildcardBindShowsTheAddressOfTheHost() {
        ChannelFuture bound = bind(b, new InetSocketAddress(7000));
        world.await(bound);
        assertEquals(new InetSocketAddress(b, 7000), bound.channel().localAddress());
    }

    @Test
    void aBoundPortIsInUseUntilItsSocketCloses() {
        Mailbox first = Mailbox.bound(world, a, 7000);
        assertThrows(BindException.class, () -> world.await(bind(a, first.address())));
        first.channel().close();
        world.await(bind(a, first.address()));
    }

    @Test
    void theAddressOfAnotherHostCannotBeBound() {
        assertThrows(BindException.class, () -> world.await(bind(a, new InetSocketAddress(b, 7000))));
    }

    @Test
    void connectBindsAndKnowsBothAddresses() {
        Mailbox server = Mailbox.bound(world, b, 7000);
        Mailbox client = Mailbox.connected(world, a, server.address());
        assertEquals(new InetSocketAddress(a, 49152), client.address());
        assertEquals(server.address(), client.channel().remoteAddress());
        assertTrue(client.channel().isActive());
    }

    @Test
    void hostsMayHaveIpv6Addresses() {
        Mailbox left = Mailbox.bound(world, SimulatedNetwork.host("fd00::1"), 1);
        Mailbox right = Mailbox.bound(world, SimulatedNetwork.host("fd00::2"), 2);
        left.send(right, "six");
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of("six"), right.texts);
    }

    // ---- connected sockets

    @Test
    void aConnectedSocketHearsItsPeerOnly() {
        Mailbox server = Mailbox.bound(world, b, 7000);
        Mailbox stranger = Mailbox.bound(world, b, 7001);
        Mailbox client = Mailbox.connected(world, a, server.address());
        client.channel().writeAndFlush(client.text("question"));
        stranger.send(client, "spam");
        server.send(client, "answer");
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of("question"), server.texts);
        assertEquals(List.of("answer"), client.texts);
        assertEquals(1, world.log().count(Fate.NO_SOCKET));
    }

    @Test
    void aDisconnectedSocketHearsEverybodyAndKeepsItsPort() {
        Mailbox stranger = Mailbox.bound(world, b, 7001);
        Mailbox client = Mailbox.connected(world, a, new InetSocketAddress(b, 7000));
        InetSocketAddress address = client.address();
        world.await(client.channel().disconnect());
        stranger.send(client, "hello");
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of("hello"), client.texts);
        assertEquals(address, client.address());
        assertFalse(client.channel().isConnected());
    }

    @Test
    void aPlainBufferNeedsAConnection() {
        Mailbox mailbox = Mailbox.bound(world, a, 1);
        assertThrows(NotYetConnectedException.class,
                () -> world.await(mailbox.channel().writeAndFlush(mailbox.text("to whom?"))));
        assertTrue(mailbox.channel().isOpen());
    }

    // ---- port unreachable

    @Test
    void aConnectedSenderLearnsThatNobodyIsThereAfterOneRoundTrip() {
        network.between(a, b).delay(ofMillis(25));
        Mailbox client = Mailbox.connected(world, a, new InetSocketAddress(b, 9));
        client.channel().writeAndFlush(client.text("anybody?"));
        world.runUntil(() -> !client.events.isEmpty(), ofSeconds(1));
        assertEquals(50_000_000L, world.nowNanos());
        assertEquals(List.of(".", "PortUnreachableException"), client.events);
        assertTrue(client.channel().isOpen());
        assertEquals(1, world.log().count(Fate.NO_SOCKET));
    }

    @Test
    void anUnconnectedSenderLearnsNothing() {
        Mailbox client = Mailbox.bound(world, a, 1);
        client.send(new InetSocketAddress(b, 9), "anybody?");
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of(), client.events);
    }

    @Test
    void aNetworkWithoutIcmpTellsNobody() {
        network.icmp(false);
        Mailbox client = Mailbox.connected(world, a, new InetSocketAddress(b, 9));
        client.channel().writeAndFlush(client.text("anybody?"));
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of(), client.events);
    }

    @Test
    void aSenderThatDoesNotReadLearnsFromItsNextWrite() {
        Mailbox client = Mailbox.connected(world, a, new InetSocketAddress(b, 9));
        client.channel().config().setAutoRead(false);
        client.channel().writeAndFlush(client.text("anybody?"));
        world.runUntilQuiet(ofSeconds(1));
        assertThrows(PortUnreachableException.class,
                () -> world.await(client.channel().writeAndFlush(client.text("still nobody?"))));
        world.await(client.channel().writeAndFlush(client.text("once more")));
        assertEquals(2, world.log().count());
    }

    // ---- batches

    @Test
    void whatArrivesAtOneInstantIsOneBatch() {
        network.path(a, b).delay(ofMillis(1));
        Mailbox sender = Mailbox.bound(world, a, 1);
        Mailbox other = Mailbox.bound(world, a, 2);
        Mailbox receiver = Mailbox.bound(world, b, 3);
        sender.send(receiver, "1");
        other.send(receiver, "2");
        sender.send(receiver, "3");
        world.runFor(ofMillis(1));
        sender.send(receiver, "4");
        world.runFor(ofMillis(1));
        assertEquals(List.of("1", "2", "3", ".", "4", "."), receiver.events);
    }

    @Test
    void theReceiveAllocatorBoundsABatch() {
        Mailbox sender = Mailbox.bound(world, a, 1);
        Mailbox receiver = Mailbox.bound(world, b, 2);
        receiver.channel().config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(100).maxMessagesPerRead(2));
        for (String text : List.of("1", "2", "3")) {
            sender.send(receiver, text);
        }
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of("1", "2", ".", "3", "."), receiver.events);
    }

    @Test
    void withoutAutoReadEveryReadGivesOneDatagram() {
        Mailbox sender = Mailbox.bound(world, a, 1);
        Mailbox receiver = Mailbox.bound(world, b, 2);
        receiver.channel().config().setAutoRead(false);
        sender.send(receiver, "1");
        sender.send(receiver, "2");
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of(), receiver.events);
        receiver.channel().read();
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of("1", "."), receiver.events);
        receiver.channel().config().setAutoRead(true);
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of("1", ".", "2", "."), receiver.events);
    }

    @Test
    void autoReadTurnedOffWithinABatchStopsIt() {
        Mailbox sender = Mailbox.bound(world, a, 1);
        Mailbox receiver = Mailbox.bound(world, b, 2);
        receiver.channel().pipeline().addFirst(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                context.channel().config().setAutoRead(false);
                context.fireChannelRead(message);
            }
        });
        sender.send(receiver, "1");
        sender.send(receiver, "2");
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of("1", "."), receiver.events);
    }

    @Test
    void autoReadTurnedOffAfterAnArrivalStopsItsBatch() {
        Mailbox sender = Mailbox.bound(world, a, 1);
        Mailbox receiver = Mailbox.bound(world, b, 2);
        sender.send(receiver, "1");
        world.loop().schedule(() -> receiver.channel().config().setAutoRead(false), 0, TimeUnit.NANOSECONDS);
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(1, world.log().count(Fate.DELIVERED));
        assertEquals(List.of(), receiver.events);
    }

    @Test
    void aFullReceiveBufferDropsAndCounts() {
        Mailbox sender = Mailbox.bound(world, a, 1);
        Mailbox receiver = Mailbox.bound(world, b, 2);
        receiver.channel().config().setOption(ChannelOption.SO_RCVBUF, 2500);
        receiver.channel().config().setAutoRead(false);
        for (int i = 0; i < 4; i++) {
            sender.sendBytes(receiver, 1000);
        }
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(2, receiver.channel().droppedDatagrams());
        assertEquals(2, world.log().count(Fate.BUFFER_DROP));
        receiver.channel().config().setAutoRead(true);
        sender.sendBytes(receiver, 1000);
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(3, receiver.texts.size());
    }

    @Test
    void aDatagramLargerThanTheReadBufferIsCutOff() {
        Mailbox sender = Mailbox.bound(world, a, 1);
        Mailbox receiver = Mailbox.bound(world, b, 2);
        receiver.channel().config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(4));
        sender.send(receiver, "truncated");
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of("trun"), receiver.texts);
    }

    // ---- sending and closing

    @Test
    void aTrainLeavesAsItsDatagrams() {
        Mailbox sender = Mailbox.bound(world, a, 1);
        Mailbox receiver = Mailbox.bound(world, b, 2);
        sender.channel().writeAndFlush(new SegmentedDatagramPacket(sender.text("aaabbbcc"), 3, receiver.address()));
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of("aaa", "bbb", "cc", "."), receiver.events);
    }

    @Test
    void compositesSlicesAndHeapBuffersAreSentAlike() {
        Mailbox sender = Mailbox.bound(world, a, 1);
        Mailbox receiver = Mailbox.bound(world, b, 2);
        sender.channel().writeAndFlush(new DatagramPacket(world.allocator().compositeBuffer()
                .addComponent(true, sender.text("two ")).addComponent(true, sender.text("parts")), receiver.address()));
        sender.channel().writeAndFlush(new DatagramPacket(sender.text("a slice").readSlice(2), receiver.address()));
        sender.channel().writeAndFlush(new DatagramPacket(
                world.allocator().heapBuffer().writeBytes(new byte[] {'h'}), receiver.address()));
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of("two parts", "a ", "h"), receiver.texts);
    }

    @Test
    void whatNoDatagramCanCarryFailsItsWriteOnly() {
        Mailbox sender = Mailbox.bound(world, a, 1);
        Mailbox receiver = Mailbox.bound(world, b, 2);
        ChannelFuture tooLong = sender.channel().writeAndFlush(new DatagramPacket(
                world.allocator().buffer(65_508).writeZero(65_508), receiver.address()));
        world.runUntilQuiet(ofSeconds(1));
        assertInstanceOf(IOException.class, tooLong.cause());
        assertTrue(sender.channel().isOpen());
    }

    @Test
    void aClosedSocketNeitherSendsNorReceives() {
        network.between(a, b).delay(ofMillis(10));
        Mailbox sender = Mailbox.bound(world, a, 1);
        Mailbox receiver = Mailbox.bound(world, b, 2);
        receiver.channel().config().setAutoRead(false);
        sender.send(receiver, "unread");
        world.runFor(ofMillis(10));
        sender.send(receiver, "in flight");
        receiver.channel().close();
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of(), receiver.texts);
        assertEquals(1, world.log().count(Fate.NO_SOCKET));
        assertThrows(ClosedChannelException.class,
                () -> world.await(receiver.channel().writeAndFlush(receiver.text("too late"))));
    }

    @Test
    void closingInsideABatchEndsIt() {
        Mailbox sender = Mailbox.bound(world, a, 1);
        Mailbox receiver = Mailbox.bound(world, b, 2);
        receiver.channel().pipeline().addFirst(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                context.fireChannelRead(message);
                context.close();
            }
        });
        sender.send(receiver, "1");
        sender.send(receiver, "2");
        world.runUntilQuiet(ofSeconds(1));
        assertEquals(List.of("1"), receiver.texts);
    }
}
