/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.local.LocalIoHandle;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.internal.StringUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayDeque;

/**
 * A UDP socket of the {@link SimulatedNetwork}, as Netty's NIO and epoll datagram channels show one to a pipeline.
 *
 * <ul>
 * <li>All datagrams that arrive at one instant are one batch: one {@code channelRead} each, then one
 * {@code channelReadComplete}, within what the {@code RecvByteBufAllocator} allows. Only a channel that asked to read,
 * by itself or through auto-read, is given anything; the rest waits in a buffer of {@code SO_RCVBUF} payload bytes.
 * <li>A datagram larger than the buffer that the {@code RecvByteBufAllocator} gives is cut off; in a world made
 * {@link SimulatedWorld#forMeasuring for measuring} none is asked for, and the reader gets the sender's buffer.
 * <li>On a connected socket a port unreachable becomes a {@link PortUnreachableException}: fired through the pipeline
 * at the next read, or the failure of the next write, whichever is first, as the kernel does. The socket stays open.
 * <li>A {@link SegmentedDatagramPacket} leaves as several datagrams.
 * </ul>
 */
public final class SimulatedDatagramChannel extends UnicastDatagramChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(true, 1024);
    private static final int MAX_UDP_PAYLOAD_BYTES = 65507;

    private final SimulatedNetwork network;
    private final InetAddress host;
    private final SimulatedDatagramConfig config;
    private final ArrayDeque<Datagram> receiveBuffer = new ArrayDeque<>();
    private final UncheckedBooleanSupplier moreToRead = () -> !receiveBuffer.isEmpty();
    private final Runnable readTask = this::readBatch;

    private boolean open = true;
    private InetSocketAddress local;
    private InetSocketAddress remote;
    private IoRegistration registration;
    private int bufferedBytes;
    private long droppedDatagrams;
    private boolean readPending;
    private boolean readScheduled;
    private IOException pendingError;
    private InetSocketAddress latestRecipient;
    private Path latestPath;
    /** The peer's address as the peer's own object, which need not be compared again. */
    private InetSocketAddress latestSender;

    SimulatedDatagramChannel(SimulatedNetwork network, InetAddress host) {
        this.network = network;
        this.host = host;
        config = new SimulatedDatagramConfig(this);
        config.setAllocator(network.allocator());
    }

    /** How many datagrams found the receive buffer full. */
    public long droppedDatagrams() {
        return droppedDatagrams;
    }

    InetAddress host() {
        return host;
    }

    @Override
    public SimulatedDatagramConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && local != null;
    }

    @Override
    public boolean isConnected() {
        return open && remote != null;
    }

    @Override
    protected SocketAddress localAddress0() {
        return local;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return remote;
    }

    // ---- life

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop == network.loop();
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        ((IoEventLoop) eventLoop()).register((SocketUnsafe) unsafe()).addListener(future -> {
            if (future.isSuccess()) {
                registration = (IoRegistration) future.getNow();
                promise.setSuccess();
            } else {
                promise.setFailure(future.cause());
            }
        });
    }

    @Override
    protected void doDeregister() {
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
    }

    @Override
    protected void doBind(SocketAddress address) throws IOException {
        if (local != null) {
            throw new AlreadyBoundException();
        }
        local = network.bind(this, (InetSocketAddress) address);
    }

    private void doConnect(InetSocketAddress address) throws IOException {
        if (remote != null) {
            throw new AlreadyConnectedException();
        }
        if (address.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        if (local == null) {
            doBind(new InetSocketAddress(host, 0));
        }
        remote = address;
    }

    @Override
    protected void doDisconnect() {
        remote = null;
        latestSender = null;
        pendingError = null;
    }

    @Override
    protected void doClose() {
        if (open) {
            open = false;
            if (local != null) {
                network.unbind(local);
            }
            discardReceiveBuffer();
            bufferedBytes = 0;
            pendingError = null;
        }
    }

    private void discardReceiveBuffer() {
        if (!network.isRecorded()) {
            receiveBuffer.forEach(Datagram::release);
        }
        receiveBuffer.clear();
    }

    // ---- sending

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf) {
            return message;
        }
        if (message instanceof AddressedEnvelope<?, ?> envelope && envelope.content() instanceof ByteBuf
                && envelope.recipient() instanceof InetSocketAddress recipient) {
            if (recipient.isUnresolved()) {
                throw new UnresolvedAddressException();
            }
            return message;
        }
        throw new UnsupportedOperationException("unsupported message type: " + StringUtil.simpleClassName(message));
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        for (Object message = out.current(); message != null; message = out.current()) {
            try {
                transmit(message);
                out.remove();
            } catch (IOException | RuntimeException e) {
                out.remove(e);
            }
        }
    }

    private void transmit(Object message) throws IOException {
        if (pendingError != null) {
            IOException error = pendingError;
            pendingError = null;
            throw error;
        }
        if (message instanceof ByteBuf payload) {
            if (remote == null) {
                throw new NotYetConnectedException();
            }
            send(payload, payload.readerIndex(), payload.readableBytes(), remote);
            return;
        }
        AddressedEnvelope<?, ?> envelope = (AddressedEnvelope<?, ?>) message;
        ByteBuf payload = (ByteBuf) envelope.content();
        InetSocketAddress recipient = (InetSocketAddress) envelope.recipient();
        if (remote != null && remote != recipient && !remote.equals(recipient)) {
            throw new AlreadyConnectedException();
        }
        int step = payload.readableBytes();
        if (message instanceof SegmentedDatagramPacket train && train.segmentSize() > 0) {
            step = train.segmentSize();
        }
        for (int at = payload.readerIndex(); at < payload.writerIndex(); at += step) {
            send(payload, at, Math.min(step, payload.writerIndex() - at), recipient);
        }
    }

    private void send(ByteBuf payload, int index, int length, InetSocketAddress recipient) throws IOException {
        if (length > Math.min(MAX_UDP_PAYLOAD_BYTES, network.interfacePayload(host))) {
            throw new IOException("Message too long");
        }
        if (length > 0) {
            network.send(local, recipient, pathTo(recipient), payload, index, length);
        }
    }

    private Path pathTo(InetSocketAddress recipient) {
        if (recipient != latestRecipient) {
            latestRecipient = recipient;
            latestPath = network.path(local.getAddress(), recipient.getAddress());
        }
        return latestPath;
    }

    // ---- receiving

    boolean accepts(InetSocketAddress sender) {
        if (remote == null || sender == latestSender) {
            return true;
        }
        boolean accepted = remote.equals(sender);
        if (accepted) {
            latestSender = sender;
        }
        return accepted;
    }

    /** Puts a datagram into the receive buffer; {@code false} if that is full. */
    boolean receive(Datagram datagram) {
        if (bufferedBytes + datagram.length() > config.getReceiveBufferSize()) {
            droppedDatagrams++;
            return false;
        }
        bufferedBytes += datagram.length();
        receiveBuffer.add(datagram);
        scheduleRead();
        return true;
    }

    void portUnreachable(InetSocketAddress peer) {
        if (peer.equals(remote)) {
            pendingError = new PortUnreachableException();
            scheduleRead();
        }
    }

    @Override
    protected void doBeginRead() {
        readPending = true;
        scheduleRead();
    }

    void clearReadPending() {
        readPending = false;
    }

    /** The task runs after every arrival of this instant, because those are in the loop's queue already. */
    private void scheduleRead() {
        if (readPending && !readScheduled && (pendingError != null || !receiveBuffer.isEmpty())) {
            readScheduled = true;
            eventLoop().execute(readTask);
        }
    }

    private void readBatch() {
        readScheduled = false;
        if (!readPending || !open) {
            return;
        }
        IOException error = pendingError;
        pendingError = null;
        RecvByteBufAllocator.ExtendedHandle handle =
                (RecvByteBufAllocator.ExtendedHandle) unsafe().recvBufAllocHandle();
        handle.reset(config);
        for (Datagram next = take(); next != null; next = handle.continueReading(moreToRead) ? take() : null) {
            readPending = false;
            pipeline().fireChannelRead(packet(next, handle));
        }
        handle.readComplete();
        pipeline().fireChannelReadComplete();
        if (error != null) {
            pipeline().fireExceptionCaught(error);
        }
    }

    private Datagram take() {
        Datagram datagram = receiveBuffer.poll();
        if (datagram != null) {
            bufferedBytes -= datagram.length();
        }
        return datagram;
    }

    private DatagramPacket packet(Datagram datagram, RecvByteBufAllocator.ExtendedHandle handle) {
        ByteBuf content = datagram.content();
        ByteBuf buffer = content;
        if (network.isRecorded()) {
            buffer = handle.allocate(config.getAllocator());
            handle.attemptedBytesRead(buffer.writableBytes());
            buffer.writeBytes(content, content.readerIndex(), Math.min(datagram.length(), buffer.writableBytes()));
        } else {
            handle.attemptedBytesRead(datagram.length());
        }
        handle.lastBytesRead(buffer.readableBytes());
        handle.incMessagesRead(1);
        return new DatagramPacket(buffer, localAddress(), datagram.from());
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new SocketUnsafe();
    }

    /** Registered with the loop only so that the loop closes the socket when it shuts down. */
    private final class SocketUnsafe extends AbstractUnsafe implements LocalIoHandle {
        @Override
        public void connect(SocketAddress remoteAddress, SocketAddress localAddress, ChannelPromise promise) {
            if (!promise.setUncancellable() || !ensureOpen(promise)) {
                return;
            }
            boolean wasActive = isActive();
            try {
                if (localAddress != null) {
                    doBind(localAddress);
                }
                doConnect((InetSocketAddress) remoteAddress);
            } catch (IOException | RuntimeException e) {
                safeSetFailure(promise, annotateConnectException(e, remoteAddress));
                return;
            }
            safeSetSuccess(promise);
            if (!wasActive && isActive()) {
                pipeline().fireChannelActive();
            }
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            throw new UnsupportedOperationException("no handler sends events");
        }

        @Override
        public void close() {
            close(voidPromise());
        }

        @Override
        public void closeNow() {
            close(voidPromise());
        }
    }
}
