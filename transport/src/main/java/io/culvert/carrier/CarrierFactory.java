/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.listen.EndpointKeys;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.kqueue.KQueueDatagramChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.DatagramChannel;

/** Opens carriers: a UDP channel of the kind that the event loop drives, with the road in its pipeline. */
public final class CarrierFactory {
    private static final long SELECTOR_TIMER_NANOS = 1_000_000L;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(512 * 1024, 1024 * 1024);

    static final boolean EPOLL = isPresent("io.netty.channel.epoll.EpollIoHandler");
    static final boolean IO_URING = isPresent("io.netty.channel.uring.IoUringIoHandler");
    private static final boolean KQUEUE = isPresent("io.netty.channel.kqueue.KQueueIoHandler");

    private final ChannelFactory<? extends Channel> datagramChannels;
    private final ChannelHandler datagramHandler;
    private final ChannelHandler foreignHandler;
    private final EndpointKeys keys;
    private final ByteBufAllocator allocator;
    private final int trafficClass;
    private final boolean offload;

    /**
     * How carriers are opened.
     *
     * @param datagramChannels makes the UDP channels; {@code null} for the kind that the event loop drives
     * @param datagramHandler goes below the codec of each; {@code null} for none
     * @param foreignHandler goes to the end of each pipeline, for datagrams that are no segments; {@code null} for none
     * @param trafficClass IP_TOS of each, 0 to leave it alone
     * @param offload whether trains of datagrams go and come as one, where the socket can
     */
    public CarrierFactory(ChannelFactory<? extends Channel> datagramChannels, ChannelHandler datagramHandler,
            ChannelHandler foreignHandler, EndpointKeys keys, ByteBufAllocator allocator, int trafficClass,
            boolean offload) {
        this.datagramChannels = datagramChannels;
        this.datagramHandler = datagramHandler;
        this.foreignHandler = foreignHandler;
        this.keys = keys;
        this.allocator = allocator;
        this.trafficClass = trafficClass;
        this.offload = offload;
    }

    /** How late the timers of an event loop may come: a selector waits for whole milliseconds. */
    static long timerNanos(EventLoop loop) {
        return isNio(loop) ? SELECTOR_TIMER_NANOS : 0;
    }

    private static boolean isNio(EventLoop loop) {
        return loop instanceof IoEventLoop ioLoop && ioLoop.isIoType(NioIoHandler.class);
    }

    /** Whether carriers can be opened on an event loop without a factory of the user's. */
    public static boolean supports(EventLoop loop) {
        return isNio(loop) || nativeChannelsFor(loop) != null;
    }

    /**
     * Opens a carrier and binds it. Called on the event loop.
     *
     * @param local where to; port 0 for any
     * @throws Exception what the socket said, as {@link BindException} when it could not be bound
     */
    public Carrier bind(EventLoop loop, SocketAddress local) throws Exception {
        Carrier carrier = open(loop);
        try {
            finished(carrier.udp().bind(local));
        } catch (Exception e) {
            carrier.udp().close();
            throw e instanceof IOException && !(e instanceof BindException) ? bindException(e) : e;
        }
        carrier.reserve();
        return carrier;
    }

    /**
     * Opens a further carrier on an address that one of ours has. Called on the event loop.
     *
     * @throws Exception what the socket said
     */
    Carrier bindBeside(EventLoop loop, SocketAddress local) throws Exception {
        Carrier carrier = open(loop);
        try {
            if (!ReusePort.set(carrier.udp())) {
                throw new BindException("SO_REUSEPORT is not supported");
            }
            finished(carrier.udp().bind(local));
        } catch (Exception e) {
            carrier.udp().close();
            throw e;
        }
        return carrier;
    }

    /** Has a socket that is bound to the wildcard address say where each datagram was sent to, if it can. */
    static void tellRecipients(Carrier wildcard) {
        if (EPOLL && wildcard.udp() instanceof EpollDatagramChannel udp) {
            udp.config().setOption(EpollChannelOption.IP_RECVORIGDSTADDR, true);
        }
    }

    /** Whether one handler of the user's may stand in several pipelines. */
    boolean mayOpenSeveral() {
        return maySharePipelines(datagramHandler) && maySharePipelines(foreignHandler);
    }

    private static boolean maySharePipelines(ChannelHandler handler) {
        return !(handler instanceof ChannelHandlerAdapter adapter) || adapter.isSharable();
    }

    EndpointKeys keys() {
        return keys;
    }

    /** The native transports have an exception of their own for every error number. */
    private static BindException bindException(Exception cause) {
        BindException exception = new BindException(cause.getMessage());
        exception.initCause(cause);
        return exception;
    }

    /**
     * A carrier whose socket hears one peer alone: one that only holds a session in TIME-WAIT, where that is safe, or a
     * new one. Called on the event loop.
     *
     * @param local where to bind, {@code null} for any address
     * @param stamped whether the session offers timestamps, without which it takes nothing over
     * @throws SocketShortageException when no socket is to be had, perhaps not at this moment
     * @throws Exception what the socket said
     */
    public Carrier connect(EventLoop loop, InetSocketAddress remote, SocketAddress local, boolean stamped)
            throws Exception {
        if (local != null) {
            return openConnected(loop, remote, local);
        }
        IdleCarriers.Purpose purpose = purpose(remote);
        Carrier idle = stamped ? IdleCarriers.take(loop, purpose, false) : null;
        if (idle != null) {
            return takenOver(idle, remote);
        }
        Carrier carrier;
        try {
            carrier = openConnected(loop, remote, null);
        } catch (SocketShortageException e) {
            idle = stamped ? IdleCarriers.take(loop, purpose, true) : null;
            if (idle != null) {
                return takenOver(idle, remote);
            }
            if (!IdleCarriers.giveWay(loop)) {
                throw e.with(IdleCarriers.count(loop));
            }
            carrier = openInstead(loop, remote);
        }
        carrier.purpose(purpose);
        return carrier;
    }

    private static Carrier takenOver(Carrier idle, InetSocketAddress remote) {
        // the same address, but perhaps by another name
        idle.connected(idle.local(), idle.remote(), PeerAddress.of(remote));
        return idle;
    }

    /** Opens a carrier where another has just given way: a selector, and io_uring, hold its socket for a turn yet. */
    private Carrier openInstead(EventLoop loop, InetSocketAddress remote) throws Exception {
        try {
            return openConnected(loop, remote, null);
        } catch (SocketShortageException e) {
            throw e.passingSoon();
        }
    }

    private Carrier openConnected(EventLoop loop, InetSocketAddress remote, SocketAddress local) throws Exception {
        Carrier carrier = open(loop);
        try {
            connect(carrier, remote, local);
        } catch (Exception e) {
            carrier.udp().close();
            throw local == null ? SocketShortageException.ofConnect(e) : e;
        }
        return carrier;
    }

    private IdleCarriers.Purpose purpose(InetSocketAddress remote) {
        return new IdleCarriers.Purpose(remote, IdleCarriers.Purpose.scopeId(remote), datagramChannels,
                datagramHandler, foreignHandler, keys, allocator, trafficClass, offload);
    }

    /**
     * Connects the socket of a bound carrier. Called on the event loop.
     *
     * @throws Exception what the socket said
     */
    public static void connect(Carrier bound, InetSocketAddress remote) throws Exception {
        connect(bound, remote, null);
    }

    private static void connect(Carrier carrier, InetSocketAddress to, SocketAddress local) throws Exception {
        Channel udp = carrier.udp();
        InetSocketAddress remote = PeerAddress.of(to);
        if (IO_URING && IoUringSockets.has(udp)) {
            if (!udp.isActive()) {
                finished(udp.bind(local == null ? new InetSocketAddress(0) : local));
            }
            IoUringSockets.connect(carrier, remote);
        } else {
            finished(local == null ? udp.connect(remote) : udp.connect(remote, local));
            carrier.connected((InetSocketAddress) udp.localAddress(), (InetSocketAddress) udp.remoteAddress(), remote);
        }
    }

    /**
     * A carrier for a rendezvous: its socket is bound and not connected, so that it hears others than the peer, and no
     * ICMP message refuses anything. Called on the event loop.
     *
     * @param bound the carrier if there is one already, or {@code null}
     * @param local where to bind otherwise, {@code null} for any address
     * @throws Exception what the socket said
     */
    public Carrier meet(EventLoop loop, Carrier bound, InetSocketAddress remote, SocketAddress local)
            throws Exception {
        if (bound != null) {
            if (isAny(bound.local())) {
                bound.source(sourceTowards(loop, remote));
            }
            return bound;
        }
        if (local == null || local instanceof InetSocketAddress address && isAny(address)) {
            int port = local == null ? 0 : ((InetSocketAddress) local).getPort();
            return bind(loop, new InetSocketAddress(sourceTowards(loop, remote), port));
        }
        return bind(loop, local);
    }

    private static boolean isAny(InetSocketAddress address) {
        return !address.isUnresolved() && address.getAddress().isAnyLocalAddress();
    }

    /** The address that datagrams to a peer leave from: what a socket has that is connected to it. */
    private InetAddress sourceTowards(EventLoop loop, InetSocketAddress remote) throws Exception {
        if (datagramChannels == null) {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.connect(remote);
                return socket.getLocalAddress();
            }
        }
        Channel udp = datagramChannels.newChannel();
        try {
            finished(loop.register(udp));
            finished(udp.connect(remote));
            return ((InetSocketAddress) udp.localAddress()).getAddress();
        } finally {
            udp.close();
        }
    }

    private Carrier open(EventLoop loop) throws Exception {
        Rehearsal.played();
        Carrier carrier = new Carrier(loop, keys);
        Channel udp = newChannel(carrier);
        try {
            setUp(udp, carrier);
            carrier.attach(udp);
            finished(loop.register(udp));
        } catch (Exception e) {
            udp.unsafe().closeForcibly();
            throw e;
        }
        return carrier;
    }

    private void setUp(Channel udp, Carrier carrier) {
        udp.config().setAllocator(allocator);
        udp.config().setRecvByteBufAllocator(new DatagramBuffers(reading(udp)));
        udp.config().setWriteBufferWaterMark(WATER_MARK);
        carrier.socketBuffers(SocketBuffers.ask(udp.config(), doublesBuffers(udp)));
        if (trafficClass != 0) {
            udp.config().setOption(ChannelOption.IP_TOS, trafficClass);
        }
        // a handler of the user's sees datagrams one by one
        boolean segments = offload && datagramHandler == null && Segmentation.isOfferedTo(udp);
        boolean coalesces = offload && EPOLL && Coalescing.set(udp);
        carrier.offload(new Offload(segments, coalesces));
        udp.pipeline().addLast(new CarrierInitializer(carrier, datagramHandler, foreignHandler));
        carrier.dontFragment(DontFragment.set(udp));
    }

    private static DatagramBuffers.Reading reading(Channel udp) {
        if (EPOLL && udp instanceof EpollDatagramChannel) {
            return DatagramBuffers.Reading.ONE_BY_ONE;
        }
        return udp instanceof NioDatagramChannel ? DatagramBuffers.Reading.COLLECTED : DatagramBuffers.Reading.QUEUED;
    }

    private Channel newChannel(Carrier carrier) throws SocketShortageException {
        try {
            return makeChannel(carrier);
        } catch (ChannelException | IOException e) {
            throw SocketShortageException.notOpened(e);
        }
    }

    private Channel makeChannel(Carrier carrier) throws IOException {
        if (datagramChannels != null) {
            return datagramChannels.newChannel();
        }
        if (isNio(carrier.loop())) {
            DatagramChannel socket = DatagramChannel.open();
            carrier.portRelease(PortRelease.of(socket));
            return new NioDatagramChannel(socket);
        }
        ChannelFactory<? extends Channel> factory = nativeChannelsFor(carrier.loop());
        if (factory == null) {
            throw new IllegalStateException("no UDP channel is known for " + carrier.loop().getClass().getName()
                    + "; set CulvertChannelOption.DATAGRAM_CHANNEL_FACTORY");
        }
        Channel udp = factory.newChannel();
        if (IO_URING && IoUringSockets.has(udp)) {
            carrier.portRelease(PortRelease.TURNS_LATER);
        }
        return udp;
    }

    /** On their own event loop the operations of a UDP channel finish before they return. */
    private static void finished(ChannelFuture future) throws Exception {
        if (!future.isDone()) {
            throw new IllegalStateException("not finished on its own event loop: " + future);
        }
        if (!future.isSuccess()) {
            Throwable cause = future.cause();
            throw cause instanceof Exception e ? e : new IllegalStateException(cause);
        }
    }

    private static ChannelFactory<? extends Channel> nativeChannelsFor(EventLoop loop) {
        if (!(loop instanceof IoEventLoop ioLoop)) {
            return null;
        }
        if (EPOLL && ioLoop.isIoType(EpollIoHandler.class)) {
            return EpollDatagramChannel::new;
        }
        if (IO_URING && ioLoop.isIoType(IoUringIoHandler.class)) {
            return IoUringDatagramChannel::new;
        }
        if (KQUEUE && ioLoop.isIoType(KQueueIoHandler.class)) {
            return KQueueDatagramChannel::new;
        }
        return null;
    }

    /** Linux says twice what it grants, and the native transports pass that on; the JDK halves it. */
    private static boolean doublesBuffers(Channel udp) {
        return EPOLL && udp instanceof EpollDatagramChannel || IO_URING && udp instanceof IoUringDatagramChannel;
    }

    static boolean isPresent(String className) {
        try {
            Class.forName(className, false, CarrierFactory.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
