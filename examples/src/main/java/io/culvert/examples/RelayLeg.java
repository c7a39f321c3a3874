/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import io.culvert.CulvertChannel;
import io.culvert.SessionInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/**
 * One leg of a {@link Relay}: passes what its channel receives to the other leg. The channel has {@code AUTO_READ} off
 * and {@code ALLOW_HALF_CLOSURE} on; it is read while the other leg can be written, so that a relay holds no more, in
 * each direction, than a channel's high water mark and what one read brings. On io_uring, which reads on at the peer's
 * end of data, that can be what the kernel's receive buffer has.
 */
final class RelayLeg extends ChannelInboundHandlerAdapter {
    private final Relay relay;
    /** What came before the other leg could take it: what TLS reads without being asked. */
    private final ArrayDeque<Object> early = new ArrayDeque<>();
    private RelayLeg other;
    private ChannelHandlerContext ctx;
    private SslHandler tls;
    private String peer = "?";
    private long bytes;
    private boolean started;
    private boolean inputEnded;
    private boolean outputEnded;

    RelayLeg(Relay relay) {
        this.relay = relay;
    }

    void join(RelayLeg leg) {
        other = leg;
    }

    Channel channel() {
        return ctx.channel();
    }

    /** Bytes received. */
    long bytes() {
        return bytes;
    }

    String peer() {
        return peer;
    }

    boolean isEnded() {
        return inputEnded && outputEnded;
    }

    /** What the session of this leg has measured; {@code null} for a TCP connection. */
    SessionInfo info() {
        return ctx != null && channel() instanceof CulvertChannel culvert ? culvert.info() : null;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        tls = context.pipeline().get(SslHandler.class);
        relay.opened(context.channel());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        peer = Endpoint.text((InetSocketAddress) channel().remoteAddress());
        if (tls == null) {
            relay.ready(this);
        } else {
            // the first read of the handshake; the rest of it TLS asks for itself
            ctx.read();
        }
    }

    /** Both legs can carry data. */
    void start() {
        started = true;
        for (Object message = early.poll(); message != null; message = early.poll()) {
            other.write(message);
        }
        other.ctx.flush();
        if (inputEnded) {
            other.endOutput();
        }
        channel().config().setAutoRead(other.channel().isWritable());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        bytes += ((ByteBuf) message).readableBytes();
        if (started) {
            other.write(message);
        } else {
            early.add(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (started) {
            other.ctx.flush();
        }
    }

    /** A write that fails is an exception of its channel. */
    private void write(Object message) {
        ctx.write(message, ctx.voidPromise());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (other.started) {
            other.channel().config().setAutoRead(channel().isWritable());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == SslHandshakeCompletionEvent.SUCCESS) {
            relay.ready(this);
        } else if (event instanceof SslHandshakeCompletionEvent failed) {
            relay.handshakeFailed(this, failure(failed.cause()));
        } else if (event == SslCloseCompletionEvent.SUCCESS) {
            inputEnded();
        } else if (event == ChannelInputShutdownEvent.INSTANCE && !inputEnded) {
            if (tls == null) {
                inputEnded();
            } else {
                // RFC 8446 6.1: without close_notify the end of the data may be an attacker's
                relay.abort(protocol() + ": ended without TLS's close_notify");
            }
        }
    }

    private void inputEnded() {
        inputEnded = true;
        if (started) {
            other.endOutput();
        }
    }

    /** Ends the output behind everything written. */
    private void endOutput() {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (tls == null || !written.isSuccess()) {
                shutdownOutput(written);
            } else {
                tls.closeOutbound().addListener(this::shutdownOutput);
            }
        });
    }

    private void shutdownOutput(Future<?> written) {
        if (written.isSuccess()) {
            ((DuplexChannel) channel()).shutdownOutput().addListener(this::awaitDelivery);
        } else {
            relay.abort(failure(written.cause()));
        }
    }

    /** A closed session that has a lot to deliver would give up some day; an open one does not. */
    private void awaitDelivery(Future<?> shutdown) {
        if (shutdown.isSuccess() && channel() instanceof CulvertChannel culvert) {
            culvert.delivered().addListener(this::outputEnded);
        } else {
            outputEnded(shutdown);
        }
    }

    private void outputEnded(Future<?> end) {
        if (end.isSuccess()) {
            outputEnded = true;
            relay.outputEnded();
        } else {
            relay.abort(failure(end.cause()));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        relay.abort(failure(cause));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!isEnded()) {
            relay.abort(protocol() + ": the peer closed early");
        }
    }

    private String failure(Throwable cause) {
        return protocol() + ": " + Failure.line(cause);
    }

    private String protocol() {
        return channel() instanceof CulvertChannel ? "culvert" : "tcp";
    }

    /** Closes in order; TLS has said what it has to say. */
    void close() {
        channel().pipeline().firstContext().close();
    }

    /** Resets; without effect on a leg that is closed, or was never opened. */
    void abort() {
        if (ctx != null && channel().isOpen()) {
            channel().config().setOption(ChannelOption.SO_LINGER, 0);
            close();
        }
        early.forEach(message -> ((ByteBuf) message).release());
        early.clear();
    }
}
