/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.socket.Sockets.Ends;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.Future;
import jdk.net.ExtendedSocketOptions;

/** Sockets over a path that loses datagrams and doubles others. */
class SocketPathTest {
    @CulvertKind
    void anEchoIsByteExactThoughReadsTimeOut(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind, new BadPath(0.03, 0.02, 11))) {
            Ends ends = sockets.ends();
            byte[] sent = Sockets.randomBytes(500_000, 12);
            Future<?> echoing = sockets.start(() -> {
                ends.server().getInputStream().transferTo(ends.server().getOutputStream());
                ends.server().shutdownOutput();
                return null;
            });
            Future<?> writing = sockets.start(() -> {
                ends.client().getOutputStream().write(sent);
                ends.client().shutdownOutput();
                return null;
            });
            ends.client().setSoTimeout(1);
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            InputStream in = ends.client().getInputStream();
            byte[] part = new byte[4_000];
            int count = 0;
            while (count >= 0) {
                try {
                    count = in.read(part);
                    received.write(part, 0, Math.max(count, 0));
                } catch (SocketTimeoutException e) {
                    count = 0;
                }
            }
            Sockets.result(writing);
            Sockets.result(echoing);
            assertArrayEquals(sent, received.toByteArray());
        }
    }

    @CulvertKind
    void aCloseDeliversWhatWasWrittenAllTheSame(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind, new BadPath(0.05, 0, 13))) {
            Ends ends = sockets.ends();
            byte[] sent = Sockets.randomBytes(300_000, 14);
            Future<byte[]> reading = sockets.start(() -> ends.server().getInputStream().readAllBytes());
            ends.client().getOutputStream().write(sent);
            ends.client().close();
            assertArrayEquals(sent, Sockets.result(reading));
        }
    }

    @CulvertKind
    void aSilentPeerIsGivenUp(Kind kind) throws Exception {
        Switch path = new Switch();
        try (Sockets sockets = Sockets.of(kind, path)) {
            Ends ends = sockets.ends();
            ends.client().setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 1);
            ends.client().setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
            ends.client().setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 1);
            ends.client().setKeepAlive(true);
            path.off = true;
            SocketException timeout = assertThrows(SocketException.class,
                    () -> ends.client().getInputStream().read());
            assertTrue(timeout.getMessage().contains("timed out"), timeout::toString);
        }
    }

    /** A path that may be cut. */
    @Sharable
    private static final class Switch extends ChannelOutboundHandlerAdapter {
        private volatile boolean off;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (off) {
                ReferenceCountUtil.release(message);
                promise.trySuccess();
            } else {
                ctx.write(message, promise);
            }
        }
    }
}
