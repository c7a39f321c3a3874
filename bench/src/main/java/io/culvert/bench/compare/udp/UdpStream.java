/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.udp;

import io.culvert.bench.compare.contender.Stream;
import io.culvert.bench.compare.contender.StreamHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A sender's window and a receiver's acknowledgments. Nothing is sent again: an acknowledgment says how far datagrams
 * came, and when none has come for a while everything in flight counts as arrived, so that a loss stops nobody.
 */
final class UdpStream implements Stream {
    private static final int WINDOW_BYTES = 1 << 20;
    private static final int ACK_BYTES = WINDOW_BYTES / 8;
    private static final int HIGH_WATER_BYTES = 1 << 20;
    private static final int LOW_WATER_BYTES = 1 << 19;
    private static final int MAX_TRAIN_BYTES = 65_507;
    private static final int MAX_TRAIN_SEGMENTS = 64;
    private static final int GIVE_UP_MILLIS = 20;
    private static final int HELLO_MILLIS = 100;
    private static final int MAX_HELLOS = 50;
    private static final int BYES = 3;
    private static final ByteBuf FILLER =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(MAX_TRAIN_BYTES).writeZero(MAX_TRAIN_BYTES));

    private final ChannelHandlerContext socket;
    private final InetSocketAddress peer;
    private final StreamHandler handler;
    private final int datagramBytes;
    private final boolean trains;
    private final Runnable whenOver;

    private boolean opened;
    private boolean over;
    private boolean full;
    private int hellos;
    private boolean watching;
    private long unsentBytes;
    private long sentOffset;
    private long ackedOffset;
    private long ackedAtLastLook;
    private long receivedOffset;
    private long acknowledgedOffset;
    private int unreportedBytes;

    UdpStream(ChannelHandlerContext socket, InetSocketAddress peer, StreamHandler handler, int datagramBytes,
            boolean trains, Runnable whenOver) {
        this.socket = socket;
        this.peer = peer;
        this.handler = handler;
        this.datagramBytes = datagramBytes;
        this.trains = trains;
        this.whenOver = whenOver;
    }

    /** Of a client: says hello until it is answered. */
    void sayHello() {
        if (opened || over) {
            return;
        }
        if (++hellos > MAX_HELLOS) {
            end(new IOException("nobody answers at " + peer));
            return;
        }
        sendControl(Header.HELLO, 0);
        socket.flush();
        socket.executor().schedule(this::sayHello, HELLO_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A datagram of this stream has come. */
    void read(ByteBuf datagram) {
        switch (Header.kind(datagram)) {
            case Header.DATA -> {
                receivedOffset = Math.max(receivedOffset, Header.offset(datagram));
                unreportedBytes += datagram.readableBytes() - Header.BYTES;
                if (receivedOffset - acknowledgedOffset >= ACK_BYTES) {
                    acknowledge();
                }
            }
            case Header.ACK -> ackedOffset = Math.max(ackedOffset, Math.min(sentOffset, Header.offset(datagram)));
            case Header.BYE -> end(null);
            default -> open();
        }
    }

    /** Nothing more has come for now. */
    void readComplete() {
        if (unreportedBytes > 0) {
            int bytes = unreportedBytes;
            unreportedBytes = 0;
            handler.received(this, bytes);
            handler.receivedAll(this);
        }
        if (receivedOffset != acknowledgedOffset && !over) {
            acknowledge();
        }
        if (opened && !over) {
            transmit();
        }
    }

    /** The peer is there. */
    void open() {
        if (!opened) {
            opened = true;
            handler.opened(this);
        }
    }

    private void acknowledge() {
        acknowledgedOffset = receivedOffset;
        sendControl(Header.ACK, receivedOffset);
        socket.flush();
    }

    /** Answers a hello, or says what {@link Header} knows. */
    void sendControl(int kind, long offset) {
        ByteBuf buffer = socket.alloc().directBuffer(Header.BYTES);
        Header.write(buffer, kind, 0, offset);
        socket.write(new DatagramPacket(buffer, peer), socket.voidPromise());
    }

    private void transmit() {
        boolean sent = false;
        while (unsentBytes > 0 && sentOffset - ackedOffset < WINDOW_BYTES) {
            sendTrain();
            sent = true;
        }
        if (sent) {
            socket.flush();
            watch();
        }
        if (full && unsentBytes <= LOW_WATER_BYTES) {
            full = false;
            handler.writable(this);
        }
    }

    private void sendTrain() {
        int most = trains ? Math.min(MAX_TRAIN_SEGMENTS, MAX_TRAIN_BYTES / datagramBytes) : 1;
        int payload = datagramBytes - Header.BYTES;
        int count = (int) Math.min(most, (unsentBytes + payload - 1) / payload);
        ByteBuf train = socket.alloc().directBuffer(count * datagramBytes);
        for (int i = 0; i < count; i++) {
            int bytes = (int) Math.min(payload, unsentBytes);
            sentOffset += bytes;
            unsentBytes -= bytes;
            Header.write(train, Header.DATA, bytes, sentOffset);
            train.writeBytes(FILLER, 0, bytes);
        }
        socket.write(count == 1 ? new DatagramPacket(train, peer)
                : new SegmentedDatagramPacket(train, datagramBytes, peer), socket.voidPromise());
    }

    /** Looks whether acknowledgments come, as long as something is in flight. */
    private void watch() {
        if (!watching) {
            watching = true;
            ackedAtLastLook = ackedOffset;
            socket.executor().schedule(this::look, GIVE_UP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        watching = false;
        if (over || ackedOffset == sentOffset) {
            return;
        }
        if (ackedOffset == ackedAtLastLook) {
            ackedOffset = sentOffset;
            transmit();
        } else {
            watch();
        }
    }

    void end(Throwable cause) {
        if (!over) {
            over = true;
            whenOver.run();
            handler.closed(opened ? this : null, cause);
        }
    }

    @Override
    public void write(int bytes) {
        unsentBytes += bytes;
        full |= unsentBytes >= HIGH_WATER_BYTES;
    }

    @Override
    public void flush() {
        if (!over) {
            transmit();
        }
    }

    @Override
    public boolean isWritable() {
        return !full && !over;
    }

    @Override
    public void close() {
        if (!over) {
            for (int i = 0; i < BYES; i++) {
                sendControl(Header.BYE, 0);
            }
            socket.flush();
            end(null);
        }
    }

    @Override
    public void abort() {
        close();
    }

    @Override
    public void execute(Runnable task) {
        socket.executor().execute(task);
    }
}
