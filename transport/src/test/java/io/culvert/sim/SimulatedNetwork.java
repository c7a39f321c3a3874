/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFactory;
import io.netty.util.NetUtil;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Hosts, each with one address, the UDP sockets bound on them, and a {@link Path} from every host to every other. A
 * host exists as soon as it is named.
 */
public final class SimulatedNetwork {
    private static final int FIRST_EPHEMERAL_PORT = 49152;
    private static final int LAST_PORT = 65535;
    private static final int IPV4_UDP_HEADER_BYTES = 28;
    private static final int IPV6_UDP_HEADER_BYTES = 48;

    private final long seed;
    private final VirtualLoop loop;
    private final ByteBufAllocator allocator;
    private final WireLog log = new WireLog();
    private final Map<InetSocketAddress, SimulatedDatagramChannel> sockets = new LinkedHashMap<>();
    private final Map<InetAddress, Map<InetAddress, Path>> paths = new HashMap<>();
    private final Map<InetAddress, Integer> nextEphemeralPort = new HashMap<>();
    private final Map<InetAddress, Integer> interfaceMtus = new HashMap<>();
    private final Map<InetAddress, SimulatedNat> natsByInside = new HashMap<>();
    private final Map<InetAddress, SimulatedNat> natsByOutside = new HashMap<>();
    private final boolean recorded;
    private boolean icmp = true;
    private long underWay;

    /**
     * A network without hosts.
     *
     * @param recorded whether the log keeps datagrams; otherwise their payload is handed from the sending socket to the
     *     receiving one without a copy
     */
    SimulatedNetwork(long seed, VirtualLoop loop, ByteBufAllocator allocator, boolean recorded) {
        this.seed = seed;
        this.loop = loop;
        this.allocator = allocator;
        this.recorded = recorded;
        if (!recorded) {
            log.limit(0);
        }
    }

    /** The address of a host, written in numbers. */
    public static InetAddress host(String address) {
        try {
            return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(address));
        } catch (UnknownHostException | NullPointerException e) {
            throw new IllegalArgumentException("no IP address: " + address, e);
        }
    }

    /** For {@code bootstrap.channelFactory(...)}: sockets on a host. */
    public ChannelFactory<SimulatedDatagramChannel> socketFactory(InetAddress host) {
        return () -> new SimulatedDatagramChannel(this, host);
    }

    /** The way from one host to another, or back to itself. */
    public Path path(InetAddress from, InetAddress to) {
        Map<InetAddress, Path> pathsFrom = paths.get(from);
        if (pathsFrom == null) {
            pathsFrom = new HashMap<>();
            paths.put(from, pathsFrom);
        }
        Path path = pathsFrom.get(to);
        if (path == null) {
            path = new Path(this, new SplittableRandom(seed ^ 31L * from.hashCode() + to.hashCode()));
            pathsFrom.put(to, path);
        }
        return path;
    }

    /** Both ways between two hosts. */
    public PathPair between(InetAddress a, InetAddress b) {
        return new PathPair(path(a, b), path(b, a));
    }

    /** Whether a host tells a connected sender that nobody is bound to a port; it does at first. */
    public SimulatedNetwork icmp(boolean icmp) {
        this.icmp = icmp;
        return this;
    }

    /**
     * What the interface of a host takes, IP header included; without a limit at first. A longer datagram is refused
     * with the exception that EMSGSIZE has.
     */
    public SimulatedNetwork interfaceMtu(InetAddress host, int bytes) {
        interfaceMtus.put(host, bytes);
        return this;
    }

    /**
     * Puts hosts behind a NAT. What they send goes along their own path to the receiver; what is sent to them goes
     * along that to the NAT.
     *
     * @param outside the one address that others see
     */
    public SimulatedNat nat(InetAddress outside, InetAddress... inside) {
        SimulatedNat nat = new SimulatedNat(outside);
        natsByOutside.put(outside, nat);
        for (InetAddress host : inside) {
            natsByInside.put(host, nat);
        }
        return nat;
    }

    /** The most bytes of payload that the interface of a host takes. */
    int interfacePayload(InetAddress host) {
        int headers = host instanceof Inet6Address ? IPV6_UDP_HEADER_BYTES : IPV4_UDP_HEADER_BYTES;
        return interfaceMtus.getOrDefault(host, Integer.MAX_VALUE) - headers;
    }

    /** What went over the wire so far. */
    public WireLog log() {
        return log;
    }

    /** Whether the log keeps datagrams, and sockets copy them. */
    boolean isRecorded() {
        return recorded;
    }

    VirtualLoop loop() {
        return loop;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    // ---- sockets

    InetSocketAddress bind(SimulatedDatagramChannel socket, InetSocketAddress wanted) throws BindException {
        InetAddress host = socket.host();
        if (wanted.isUnresolved() || !wanted.getAddress().isAnyLocalAddress() && !wanted.getAddress().equals(host)) {
            throw new BindException("Cannot assign requested address: " + wanted + " on " + host);
        }
        InetSocketAddress address = wanted.getPort() == 0 ? ephemeral(host)
                : new InetSocketAddress(host, wanted.getPort());
        if (sockets.putIfAbsent(address, socket) != null) {
            throw new BindException("Address already in use: " + address);
        }
        return address;
    }

    private InetSocketAddress ephemeral(InetAddress host) throws BindException {
        int port = nextEphemeralPort.getOrDefault(host, FIRST_EPHEMERAL_PORT);
        for (int tries = FIRST_EPHEMERAL_PORT; tries <= LAST_PORT; tries++) {
            InetSocketAddress address = new InetSocketAddress(host, port);
            port = port == LAST_PORT ? FIRST_EPHEMERAL_PORT : port + 1;
            if (!sockets.containsKey(address)) {
                nextEphemeralPort.put(host, port);
                return address;
            }
        }
        throw new BindException("Address already in use: no ephemeral port left on " + host);
    }

    void unbind(InetSocketAddress address) {
        sockets.remove(address);
    }

    /** Whether any socket is bound. */
    boolean isAnySocketOpen() {
        return !sockets.isEmpty();
    }

    /** How many sockets are bound. */
    public int openSockets() {
        return sockets.size();
    }

    void closeSockets() {
        for (SimulatedDatagramChannel socket : new ArrayList<>(sockets.values())) {
            socket.close();
        }
    }

    // ---- datagrams

    /** Takes a datagram from a socket whose packets to that address go along a path. */
    void send(InetSocketAddress from, InetSocketAddress to, Path path, ByteBuf payload, int index, int length) {
        SimulatedNat nat = natsByInside.get(from.getAddress());
        InetSocketAddress source = nat == null ? from : nat.leave(from, to, loop.nowNanos());
        Datagram datagram = new Datagram(source, to, content(payload, index, length), loop.nowNanos());
        underWay++;
        log.add(datagram);
        path.carry(datagram);
    }

    private ByteBuf content(ByteBuf payload, int index, int length) {
        if (recorded) {
            return Unpooled.wrappedBuffer(ByteBufUtil.getBytes(payload, index, length));
        }
        boolean whole = index == payload.readerIndex() && length == payload.readableBytes();
        return whole ? payload.retain() : payload.retainedSlice(index, length);
    }

    Datagram duplicate(Datagram datagram) {
        Datagram copy = datagram.copy();
        underWay++;
        log.add(copy);
        return copy;
    }

    /** How many datagrams have met no fate yet. */
    long underWay() {
        return underWay;
    }

    /** A datagram ends on its way. */
    void drop(Datagram datagram, Fate fate) {
        settle(datagram, fate);
        if (!recorded) {
            datagram.release();
        }
    }

    private void settle(Datagram datagram, Fate fate) {
        underWay--;
        log.settle(datagram, fate);
    }

    /** Lets a datagram arrive at a moment of its own. */
    void arriveAt(Datagram datagram, long nanos) {
        loop.schedule(() -> arrive(datagram), nanos - loop.nowNanos(), TimeUnit.NANOSECONDS);
    }

    /** A datagram reaches the host it was sent to. */
    void arrive(Datagram datagram) {
        datagram.arrived(loop.nowNanos());
        SimulatedNat nat = natsByOutside.get(datagram.to().getAddress());
        InetSocketAddress recipient =
                nat == null ? datagram.to() : nat.enter(datagram.from(), datagram.to(), loop.nowNanos());
        if (recipient == null) {
            drop(datagram, Fate.NAT_DROP);
            return;
        }
        SimulatedDatagramChannel socket = sockets.get(recipient);
        if (socket == null || !socket.accepts(datagram.from())) {
            drop(datagram, Fate.NO_SOCKET);
            if (icmp) {
                sendPortUnreachable(datagram.from(), datagram.to());
            }
        } else if (!socket.receive(datagram)) {
            drop(datagram, Fate.BUFFER_DROP);
        } else {
            settle(datagram, datagram.isCopy() ? Fate.DUPLICATE : Fate.DELIVERED);
        }
    }

    /** RFC 1122 section 3.2.2.1; takes the way back like a datagram, but is never lost by chance. */
    private void sendPortUnreachable(InetSocketAddress from, InetSocketAddress to) {
        Path back = path(to.getAddress(), from.getAddress());
        if (back.isUp(loop.nowNanos())) {
            loop.schedule(() -> {
                SimulatedDatagramChannel sender = sockets.get(from);
                if (sender != null) {
                    sender.portUnreachable(to);
                }
            }, back.delayNanos, TimeUnit.NANOSECONDS);
        }
    }
}
