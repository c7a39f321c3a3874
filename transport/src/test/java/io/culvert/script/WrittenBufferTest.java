/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.data;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** A buffer whose write is done is its writer's again, whatever has to be sent again. */
final class WrittenBufferTest {
    @Test
    void aBufferChangedAfterItsWriteIsSentAgainAsItWas() {
        try (Script s = Script.establishedServer()) {
            ByteBuf buffer = s.app().channel().alloc().directBuffer().writeBytes("hello".getBytes(US_ASCII)).retain();
            assertTrue(s.app().channel().writeAndFlush(buffer).isSuccess());
            assertEquals(1, buffer.refCnt());
            buffer.setBytes(0, "wrong".getBytes(US_ASCII)).release();
            s.peer().expects(data(1, "hello"));
            s.peer().expectsWithin(ofMillis(1200), data(1, "hello"));
            s.peer().sends(Spec.ack(1001, 6));
        }
    }

    @Test
    void anArrayChangedAfterItsWriteIsSentAgainAsItWas() {
        try (Script s = Script.establishedServer()) {
            byte[] array = "hello".getBytes(US_ASCII);
            assertTrue(s.app().channel().writeAndFlush(Unpooled.wrappedBuffer(array)).isSuccess());
            array[0] = 'j';
            s.peer().expects(data(1, "hello"));
            s.peer().expectsWithin(ofMillis(1200), data(1, "hello"));
            s.peer().sends(Spec.ack(1001, 6));
        }
    }

    @Test
    void aBufferOfOurOwnIsKeptUntilItIsAcknowledged() {
        String text = "x".repeat(1400);
        try (Script s = Script.establishedServer()) {
            ByteBuf buffer = s.app().channel().alloc().directBuffer().writeBytes(text.getBytes(US_ASCII));
            s.app().channel().writeAndFlush(buffer);
            s.peer().expects(data(1, text));
            assertEquals(1, buffer.refCnt());
            s.peer().sends(Spec.ack(1001, 1401));
            assertEquals(0, buffer.refCnt());
        }
    }

    @Test
    void fewBytesAreCopiedAndTheirBufferIsFreeAtOnce() {
        try (Script s = Script.establishedServer()) {
            ByteBuf buffer = s.app().channel().alloc().directBuffer().writeBytes("hello".getBytes(US_ASCII));
            s.app().channel().writeAndFlush(buffer);
            s.peer().expects(data(1, "hello"));
            assertEquals(0, buffer.refCnt());
            s.peer().expectsWithin(ofMillis(1200), data(1, "hello"));
            s.peer().sends(Spec.ack(1001, 6));
        }
    }
}
