/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatagramPromiseTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<Throwable> failures = new ArrayList<>();
    private final DatagramPromise promise = new DatagramPromise(channel, failures::add);
    private final IOException failure = new IOException();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void servesOneDatagramAfterAnother() {
        channel.writeAndFlush(Unpooled.buffer().writeByte(1), promise);
        channel.writeAndFlush(Unpooled.buffer().writeByte(2), promise);
        assertEquals(2, channel.outboundMessages().size());
        assertEquals(List.of(), failures);
        assertFalse(promise.isDone());
    }

    @Test
    void tellsOfEveryFailure() {
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                promise.setFailure(failure);
            }
        });
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER, promise);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER, promise);
        assertEquals(List.of(failure, failure), failures);
        assertFalse(promise.isDone());
    }

    @Test
    void takesNoListener() {
        assertTrue(promise.isVoid());
        assertThrows(IllegalStateException.class, () -> promise.addListener(future -> { }));
    }

    @Test
    void aHandlerThatWantsToListenGetsAPromiseForOneDatagram() {
        List<Boolean> heard = new ArrayList<>();
        ChannelPromise one = promise.unvoid();
        one.addListener(future -> heard.add(future.isSuccess()));
        one.setFailure(failure);
        ChannelPromise other = promise.unvoid();
        other.addListener(future -> heard.add(future.isSuccess()));
        other.setSuccess();
        assertEquals(List.of(false, true), heard);
        assertEquals(List.of(failure), failures);
    }
}
