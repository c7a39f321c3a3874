/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Notes what a pipeline tells the application, and whether it tells it once and in order. */
final class Notices extends ChannelInboundHandlerAdapter {
    final ByteArrayOutputStream unread = new ByteArrayOutputStream();
    final Deque<Throwable> failures = new ArrayDeque<>();
    /** Things that must never happen. */
    final List<String> violations = new ArrayList<>();
    boolean active;
    boolean inputEnd;
    boolean inputReadComplete;
    boolean outputEnd;
    boolean inactive;

    private void once(boolean before, String notice) {
        if (before) {
            violations.add(notice + " was told twice");
        }
    }

    private void live(String notice) {
        if (!active || inactive) {
            violations.add(notice + (inactive ? " after channelInactive" : " before channelActive"));
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        once(active, "channelActive");
        active = true;
        live("channelActive");
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        live("channelRead");
        if (inputEnd) {
            violations.add("channelRead after the end of input");
        }
        ByteBuf buffer = (ByteBuf) message;
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        buffer.release();
        unread.writeBytes(bytes);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            once(inputEnd, "ChannelInputShutdownEvent");
            live("ChannelInputShutdownEvent");
            inputEnd = true;
        } else if (event == ChannelInputShutdownReadComplete.INSTANCE) {
            once(inputReadComplete, "ChannelInputShutdownReadComplete");
            inputReadComplete = true;
        } else if (event == ChannelOutputShutdownEvent.INSTANCE) {
            once(outputEnd, "ChannelOutputShutdownEvent");
            outputEnd = true;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        live("exceptionCaught");
        failures.add(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        once(inactive, "channelInactive");
        live("channelInactive");
        inactive = true;
    }
}
