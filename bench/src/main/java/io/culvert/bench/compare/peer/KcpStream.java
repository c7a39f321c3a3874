/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.peer;

import io.culvert.bench.compare.contender.Stream;
import io.culvert.bench.compare.contender.StreamHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import kcp.IKcp;
import kcp.Kcp;
import kcp.KcpOutput;

/**
 * A KCP session. KCP neither opens nor closes one, so the first byte of each message says what it is: all messages but
 * the first and the last of a client are content.
 */
final class KcpStream implements Stream, KcpOutput {
    private static final byte CONTENT = 0;
    private static final byte GREETING = 1;
    private static final byte FAREWELL = 2;
    private static final int HEADER_BYTES = 24;
    /** The library walks through all that is in flight whenever it sends: a larger window is slower. */
    private static final int WINDOW_SEGMENTS = 512;
    private static final int INTERVAL_MILLIS = 10;
    private static final int FAST_RESEND = 2;
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final ByteBuf FILLER =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(1 << 16).writeZero(1 << 16));

    private final KcpSocket socket;
    private final InetSocketAddress remote;
    private final int number;
    private final int messageBytes;
    private final StreamHandler handler;
    private final Kcp kcp;
    private boolean writable = true;
    private boolean ticking;
    private boolean received;
    private boolean closed;
    private boolean forgotten;
    private long lingersUntil;

    KcpStream(KcpSocket socket, InetSocketAddress remote, int number, int datagramBytes, StreamHandler handler) {
        this.socket = socket;
        this.remote = remote;
        this.number = number;
        this.handler = handler;
        messageBytes = datagramBytes - HEADER_BYTES;
        kcp = new Kcp(number, this);
        kcp.setByteBufAllocator(PooledByteBufAllocator.DEFAULT);
        kcp.nodelay(true, INTERVAL_MILLIS, FAST_RESEND, true);
        kcp.setMtu(datagramBytes);
        kcp.setSndWnd(WINDOW_SEGMENTS);
        kcp.setRcvWnd(WINDOW_SEGMENTS);
    }

    InetSocketAddress remote() {
        return remote;
    }

    int number() {
        return number;
    }

    private Channel channel() {
        return socket.channel();
    }

    void greet() {
        send(GREETING);
    }

    void open() {
        handler.opened(this);
    }

    private void send(byte kind) {
        kcp.send(Unpooled.wrappedBuffer(new byte[] {kind}));
    }

    @Override
    public void out(ByteBuf data, IKcp from) {
        channel().write(new DatagramPacket(data, remote), channel().voidPromise());
    }

    void read(ByteBuf bytes) {
        kcp.input(bytes, true, System.currentTimeMillis());
        while (kcp.canRecv()) {
            ByteBuf message = kcp.mergeRecv();
            int length = message.readableBytes();
            byte kind = message.getByte(message.readerIndex());
            message.release();
            if (!closed && kind == CONTENT) {
                received = true;
                handler.received(this, length);
            } else if (!closed && kind == FAREWELL) {
                end();
            }
        }
    }

    void readComplete() {
        if (!closed && received) {
            received = false;
            handler.receivedAll(this);
        }
        if (!closed && !writable && kcp.waitSnd() < WINDOW_SEGMENTS) {
            writable = true;
            handler.writable(this);
        }
        send();
    }

    private void send() {
        if (forgotten) {
            return;
        }
        kcp.flush(false, System.currentTimeMillis());
        if (kcp.waitSnd() > 0 && !ticking) {
            ticking = true;
            channel().eventLoop().schedule(this::tick, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        } else if (kcp.waitSnd() == 0 && closed) {
            forget();
        }
    }

    private void tick() {
        ticking = false;
        if (closed && System.nanoTime() - lingersUntil > 0) {
            forget();
        }
        send();
        channel().flush();
    }

    /** From now on the stream only sees to it that the peer gets what was written. */
    private void end() {
        closed = true;
        lingersUntil = System.nanoTime() + LINGER_NANOS;
        handler.closed(this, null);
    }

    private void forget() {
        if (!forgotten) {
            forgotten = true;
            kcp.release();
            socket.remove(this);
        }
    }

    @Override
    public void write(int bytes) {
        int left = bytes;
        while (left > 0 && !closed) {
            int length = Math.min(left, messageBytes);
            kcp.send(FILLER.slice(0, length));
            left -= length;
        }
        if (kcp.waitSnd() >= 2 * WINDOW_SEGMENTS) {
            writable = false;
        }
    }

    @Override
    public void flush() {
        if (!socket.defersFlush(this)) {
            send();
            channel().flush();
        }
    }

    @Override
    public boolean isWritable() {
        return writable && !closed;
    }

    @Override
    public void close() {
        if (!closed) {
            send(FAREWELL);
            flush();
            end();
        }
    }

    @Override
    public void abort() {
        if (!closed) {
            close();
            forget();
        }
    }

    @Override
    public void execute(Runnable task) {
        channel().eventLoop().execute(task);
    }
}
