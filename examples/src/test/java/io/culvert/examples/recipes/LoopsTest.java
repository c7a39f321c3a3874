/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertServerChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the other tests would notice a leak. */
@Timeout(60)
class LoopsTest {
    @Test
    void aBufferThatIsNotReleasedIsTold() {
        Loops loops = new Loops(Io.NIO);
        ByteBuf leaked = loops.buffers().buffer(100);
        AssertionError told = assertThrows(AssertionError.class, loops::close);
        assertTrue(told.getMessage().contains("not released"), told::getMessage);
        leaked.release();
    }

    @ParameterizedTest
    @EnumSource
    void whatNobodyReadsCountsUntilTheSessionEnds(Io io) throws Exception {
        UnpooledByteBufAllocator buffers;
        try (Loops loops = new Loops(io)) {
            buffers = (UnpooledByteBufAllocator) loops.buffers();
            Channel server = loops.listen(new ServerBootstrap().group(loops.group())
                    .channel(CulvertServerChannel.class)
                    .childOption(ChannelOption.AUTO_READ, false)
                    .childHandler(new Recorder()));
            Channel client = loops.connect(new Bootstrap().group(loops.group()).channel(CulvertChannel.class)
                    .handler(new Recorder()), server);
            client.writeAndFlush(client.alloc().directBuffer().writeBytes(Payload.of(10_000))).sync();
            ((CulvertChannel) client).delivered().sync();
            // acknowledged, so that only the peer has them
            await().until(() -> buffers.metric().usedDirectMemory() >= 10_000);
            Loops.reset(client);
        }
        assertEquals(0, buffers.metric().usedDirectMemory());
    }
}
