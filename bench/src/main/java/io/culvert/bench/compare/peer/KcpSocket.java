/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.peer;

import io.culvert.bench.compare.contender.StreamHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A UDP socket and its KCP sessions: each is told by the peer's address and its own number. */
final class KcpSocket extends ChannelInboundHandlerAdapter {
    private static final int HEADER_BYTES = 24;
    private static final int COMMAND_OFFSET = 4;
    private static final int SEQUENCE_NUMBER_OFFSET = 12;
    private static final byte PUSH = 81;

    private final int datagramBytes;
    /** Null at clients. */
    private final Supplier<? extends StreamHandler> handlers;
    private final Map<Key, KcpStream> streams = new HashMap<>();
    /** Those that something has come for since the last {@link #channelReadComplete}. */
    private final List<KcpStream> touched = new ArrayList<>();
    private Channel channel;
    private int lastNumber;
    private boolean reading;

    KcpSocket(int datagramBytes, Supplier<? extends StreamHandler> handlers) {
        this.datagramBytes = datagramBytes;
        this.handlers = handlers;
    }

    private record Key(InetSocketAddress remote, int number) {
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    Channel channel() {
        return channel;
    }

    /** Whether something is being read, after which the session will be flushed, so that it need not be now. */
    boolean defersFlush(KcpStream stream) {
        if (reading) {
            touch(stream);
        }
        return reading;
    }

    /** From any thread. */
    void connect(InetSocketAddress remote, StreamHandler handler) {
        channel.eventLoop().execute(() -> {
            lastNumber++;
            KcpStream stream = new KcpStream(this, remote, lastNumber, datagramBytes, handler);
            streams.put(new Key(remote, lastNumber), stream);
            stream.greet();
            stream.open();
            stream.flush();
        });
    }

    void remove(KcpStream stream) {
        streams.remove(new Key(stream.remote(), stream.number()));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        reading = true;
        DatagramPacket datagram = (DatagramPacket) message;
        ByteBuf bytes = datagram.content();
        if (bytes.readableBytes() >= HEADER_BYTES) {
            Key key = new Key(datagram.sender(), bytes.getIntLE(bytes.readerIndex()));
            KcpStream stream = streams.get(key);
            if (stream == null && handlers != null && beginsSession(bytes)) {
                stream = new KcpStream(this, key.remote(), key.number(), datagramBytes, handlers.get());
                streams.put(key, stream);
                stream.open();
            }
            if (stream != null) {
                stream.read(bytes);
                touch(stream);
            }
        }
        datagram.release();
    }

    private static boolean beginsSession(ByteBuf bytes) {
        return bytes.getByte(bytes.readerIndex() + COMMAND_OFFSET) == PUSH
                && bytes.getIntLE(bytes.readerIndex() + SEQUENCE_NUMBER_OFFSET) == 0;
    }

    private void touch(KcpStream stream) {
        if (touched.isEmpty() || touched.get(touched.size() - 1) != stream && !touched.contains(stream)) {
            touched.add(stream);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).readComplete();
        }
        touched.clear();
        reading = false;
        ctx.flush();
    }
}
