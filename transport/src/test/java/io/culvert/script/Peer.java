/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import io.culvert.segment.MalformedReason;
import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SegmentParser;
import io.culvert.segment.SegmentWriter;
import io.culvert.segment.SequenceNumber;
import io.culvert.sim.SimulatedDatagramChannel;
import io.culvert.sim.SimulatedNetwork;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The other side, acted by the script: a UDP socket that sends what it is told and notes what it gets. It keeps no
 * protocol; it only fills in what a {@link Spec} leaves out.
 */
public final class Peer {
    /** TSval at the beginning of virtual time; it counts milliseconds. */
    public static final int CLOCK_BASE = 1_000_000;

    private static final int MAX_DATAGRAM_BYTES = 65535;
    private static final int SOCKET_BUFFER_BYTES = 64 << 20;

    private final Script script;
    private final InetSocketAddress address;
    private InetSocketAddress ours;
    private final Deque<Received> received = new ArrayDeque<>();
    private final Segment inbound = new Segment();
    private final Segment outbound = new Segment();
    private SimulatedDatagramChannel socket;

    private int defaultWin;
    private int isn;
    private int nxt;
    private int scale = -1;
    private boolean stampsOffered;

    private int iss;
    private int rcvNxt;
    private int oursScale = -1;
    private boolean oursStamps;
    private int lastTsVal;
    private long lastTakenNanos;

    Peer(Script script, InetSocketAddress address, InetSocketAddress ours, Setting.Setup setup) {
        this.script = script;
        this.address = address;
        this.ours = ours;
        defaultWin = setup.peerWin;
        isn = (int) setup.peerIsn;
        nxt = isn;
    }

    // ---- the socket

    /** Takes the UDP port (again). */
    public Peer binds() {
        socket = (SimulatedDatagramChannel) new Bootstrap().group(script.world().loop())
                .channelFactory(script.world().network().socketFactory(address.getAddress()))
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM_BYTES))
                .handler(new Recorder()).bind(address).channel();
        script.settle();
        return this;
    }

    /** Leaves the UDP port: from now on the network answers for it, by ICMP if {@link SimulatedNetwork#icmp} is on. */
    public void unbinds() {
        socket.close();
        script.settle();
    }

    /** Where it is. */
    public InetSocketAddress address() {
        return address;
    }

    // ---- sending

    /**
     * Sends segments, all in one batch, and lets what follows at this instant happen. Not given: seq is the highest
     * sent so far, ack (with the ACK bit) everything received in order, win 65535, timestamps are as negotiated with
     * the peer's clock and the latest TSval of ours.
     */
    public void sends(Spec... specs) {
        for (Spec spec : specs) {
            sendRaw(bytes(spec));
        }
        script.settle();
    }

    /** Sends a datagram that need not be a segment. */
    public void sendsRaw(byte[] datagram) {
        sendRaw(datagram);
        script.settle();
    }

    /** Sends a datagram in hexadecimal; blanks do not count. */
    public void sendsRaw(String hex) {
        sendsRaw(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }

    /** The datagram that {@link #sends} would send now, for tests that spoil it; counts as sent. */
    public byte[] bytes(Spec spec) {
        if (spec.has(SegmentFlags.SYN)) {
            isn = spec.seq == null ? isn : spec.seq;
            nxt = isn;
            scale = spec.windowScale == null ? -1 : spec.windowScale;
            stampsOffered = spec.stamp == Spec.Stamp.PRESENT;
        }
        int seq = spec.seq == null ? nxt : spec.seq;
        byte[] payload = spec.payload(seq, isn + 1);
        outbound.clear().flags(spec.flags).sequenceNumber(seq).window(winField(spec))
                .mss(spec.mss == null ? 0 : spec.mss)
                .windowScale(spec.windowScale == null ? -1 : spec.windowScale)
                .sackPermitted(Boolean.TRUE.equals(spec.sackPermitted))
                .payload((offset, length, target) -> target.writeBytes(payload, offset, length), 0, payload.length);
        if (spec.ack != null || spec.has(SegmentFlags.ACK)) {
            outbound.acknowledgmentNumber(iss + (spec.ack == null ? rcvNxt : spec.ack));
        }
        stamp(spec);
        if (spec.sackBlocks != null) {
            spec.sackBlocks.forEach(block -> outbound.addSackBlock(iss + block.left(), iss + block.right()));
        }
        nxt = SequenceNumber.max(nxt, outbound.sequenceEnd());
        ByteBuf datagram = Unpooled.buffer(SegmentWriter.length(outbound));
        SegmentWriter.write(outbound, datagram);
        return ByteBufUtil.getBytes(datagram);
    }

    private int winField(Spec spec) {
        if (spec.windowBytes != null) {
            boolean scaled = !spec.has(SegmentFlags.SYN) && isScaled();
            return Math.toIntExact(spec.windowBytes >> (scaled ? scale : 0));
        }
        return spec.win == null ? defaultWin : spec.win;
    }

    private void stamp(Spec spec) {
        boolean automatic = spec.stamp == Spec.Stamp.UNSAID && stampsOffered && oursStamps;
        if (automatic || spec.stamp == Spec.Stamp.PRESENT) {
            outbound.timestamps(spec.stampValue == null ? clock() : spec.stampValue,
                    spec.stampEcho == null ? lastTsVal : spec.stampEcho);
        }
    }

    private boolean isScaled() {
        return scale >= 0 && oursScale >= 0;
    }

    private void sendRaw(byte[] datagram) {
        socket.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(datagram), ours));
    }

    /** Where segments go: to whom a SYN came from last. */
    public InetSocketAddress ours() {
        return ours;
    }

    /** The window field of segments that say none, from now on. */
    public void winFromNowOn(int field) {
        defaultWin = field;
    }

    /** What the peer's timestamps clock reads: virtual milliseconds since {@link #CLOCK_BASE}. */
    public int clock() {
        return CLOCK_BASE + (int) Duration.ofNanos(script.world().nowNanos()).toMillis();
    }

    /** The latest TSval of ours, 0 before there was one. */
    public int lastTsVal() {
        return lastTsVal;
    }

    /** The ISS of the side under test, absolute, from the last SYN of ours; 0 before that. */
    public int iss() {
        return iss;
    }

    /** What a segment that does not say has as seq. */
    public int nxt() {
        return nxt;
    }

    // ---- expecting

    /** The next segments that were received are these, in this order, and they are here already. */
    public void expects(Spec... specs) {
        script.settle();
        for (Spec spec : specs) {
            take(spec);
        }
    }

    /** Like {@link #expects}, past any pure ACKs before it. */
    public void expectsIgnoringAcks(Spec spec) {
        script.settle();
        while (!received.isEmpty() && received.peek().isPureAck() && !spec.differences(received.peek()).isEmpty()) {
            received.remove();
        }
        take(spec);
    }

    /** The next segment comes within a time, and is this one; stops there. */
    public void expectsWithin(Duration limit, Spec spec) {
        script.settle();
        long end = script.world().nowNanos() + limit.toNanos();
        waitUntil(end);
        take(spec);
    }

    /** The next segment comes exactly so long from now, not sooner, and is this one. */
    public void expectsAfter(Duration wait, Spec spec) {
        expectsAtNanos(script.world().nowNanos() + wait.toNanos(), spec);
    }

    /** The next segment comes exactly so long after the one taken before it, and is this one. */
    public void expectsAt(Duration sinceLast, Spec spec) {
        expectsAtNanos(lastTakenNanos + sinceLast.toNanos(), spec);
    }

    private void expectsAtNanos(long nanos, Spec spec) {
        script.settle();
        waitUntil(nanos);
        Received got = take(spec);
        if (got.nanos() != nanos) {
            throw script.failure(this + " got " + spec + "\n  expected at " + Script.millis(nanos)
                    + " ms\n  came     at " + Script.millis(got.nanos()) + " ms");
        }
    }

    private void waitUntil(long endNanos) {
        long left = endNanos - script.world().nowNanos();
        if (received.isEmpty() && left > 0) {
            // the world stops where nothing is left to happen; this does
            Future<?> end = script.world().loop().schedule(() -> { }, left, TimeUnit.NANOSECONDS);
            script.world().runUntil(() -> !received.isEmpty() || end.isDone(), Duration.ofNanos(left));
            end.cancel(false);
        }
    }

    private Received take(Spec spec) {
        Received got = received.poll();
        if (got == null) {
            throw script.failure(this + " got nothing\n  expected " + spec);
        }
        List<String> differences = spec.differences(got);
        if (!differences.isEmpty()) {
            throw script.failure(this + " got another segment\n  expected " + spec + "\n  got      " + got
                    + " at " + Script.millis(got.nanos()) + " ms\n  differs  " + String.join(", ", differences));
        }
        lastTakenNanos = got.nanos();
        return got;
    }

    /** The next segment, for assertions of the test's own. */
    public Received next() {
        script.settle();
        Received got = received.poll();
        if (got == null) {
            throw script.failure(this + " got nothing\n  expected any segment");
        }
        lastTakenNanos = got.nanos();
        return got;
    }

    /** Nothing was received that was not expected before. */
    public void expectsNothing() {
        script.settle();
        if (!received.isEmpty()) {
            StringBuilder text = new StringBuilder(this + " expected nothing");
            received.forEach(got -> text.append("\n  got      ").append(got).append(" at ")
                    .append(Script.millis(got.nanos())).append(" ms"));
            throw script.failure(text.toString());
        }
    }

    /** Nothing was received, and nothing is until so much later. */
    public void expectsNothingFor(Duration span) {
        expectsNothing();
        script.world().runFor(span);
        expectsNothing();
    }

    /** Forgets what was received and not expected, and gives it. */
    public List<Received> drain() {
        script.settle();
        List<Received> all = new ArrayList<>(received);
        received.clear();
        return all;
    }

    private void onSegment(Received got, int absoluteSeq) {
        if (got.has(SegmentFlags.SYN)) {
            rcvNxt = absoluteSeq == iss && rcvNxt > 0 ? rcvNxt : 1;
            iss = absoluteSeq;
            oursScale = got.windowScale();
            oursStamps = got.timestamps();
        } else if (SequenceNumber.lessOrEqual(got.seq(), rcvNxt)) {
            rcvNxt = SequenceNumber.max(rcvNxt, got.end());
        }
        if (got.timestamps()) {
            lastTsVal = got.tsVal();
        }
    }

    @Override
    public String toString() {
        return "peer " + address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** Notes what the socket gets. */
    private final class Recorder extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            long now = script.world().nowNanos();
            int bytes = packet.content().readableBytes();
            MalformedReason malformed = SegmentParser.parse(packet.content(), inbound);
            if (malformed != null) {
                received.add(Received.malformed(now, bytes, malformed));
                return;
            }
            int seq = inbound.sequenceNumber();
            if (inbound.has(SegmentFlags.SYN)) {
                ours = packet.sender();
            }
            Received got = Received.of(inbound, now, bytes, inbound.has(SegmentFlags.SYN) ? seq : iss,
                    isScaled() ? oursScale : 0);
            received.add(got);
            onSegment(got, seq);
        }
    }
}
