/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.failure;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.culvert.CulvertServerChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;

/** What an application does inside the callbacks of its handlers. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallbackBehaviourTest {
    private static final byte[] SOME = SeededPattern.bytes(10_000, 1);

    @EverySetting
    void aReadAskedForInsideAReadIsNotForgotten(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().server(ChannelOption.AUTO_READ, false)
                    .server(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(1000)).open();
            pair.server().pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    ctx.fireChannelRead(message);
                    ctx.read();
                }
            });
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            finished(pair.client().delivered());
            pair.server().read();
            pair.atServer().awaitBytes(SOME.length);
            pair.atServer().assertReceived(SOME);
        }
    }

    /** Fails the first allocation of a read. */
    @SuppressWarnings("deprecation")
    private static final class FailingOnce extends FixedRecvByteBufAllocator {
        private final Throwable failure;
        private final AtomicBoolean failed = new AtomicBoolean();

        FailingOnce(Throwable failure) {
            super(1000);
            this.failure = failure;
        }

        @Override
        public Handle newHandle() {
            return new DelegatingHandle(super.newHandle()) {
                @Override
                public ByteBuf allocate(ByteBufAllocator allocator) {
                    if (failed.compareAndSet(false, true)) {
                        PlatformDependent.throwException(failure);
                    }
                    return super.allocate(allocator);
                }
            };
        }
    }

    @EverySetting
    void aReadWithoutABufferIsToldAndTriedAgain(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().server(ChannelOption.RECVBUF_ALLOCATOR,
                    new FailingOnce(new IllegalStateException("no buffer"))).open();
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            pair.atServer().awaitBytes(SOME.length);
            pair.atServer().assertReceived(SOME);
            pair.atServer().awaitEvents(Recorder.ACTIVE, "IllegalStateException: no buffer");
        }
    }

    @EverySetting
    void aReadWithoutMemoryClosesTheChannel(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().server(ChannelOption.RECVBUF_ALLOCATOR,
                    new FailingOnce(new OutOfMemoryError("no memory"))).open();
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            pair.atServer().awaitEvents(Recorder.ACTIVE, "OutOfMemoryError: no memory", Recorder.INACTIVE);
        }
    }

    /** A reply and the close behind it, made in one callback. */
    private static final class ReplyThenClose extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<ChannelFuture> reply = new CompletableFuture<>();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
            reply.complete(ctx.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
            ctx.close();
        }
    }

    @EverySetting
    void lingerZeroResetsBehindWhatWasWritten(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            ReplyThenClose replying = new ReplyThenClose();
            Pair pair = world.pairWith().server(ChannelOption.SO_LINGER, 0).open();
            // a handler sees what is read once its event loop has added it
            finished(pair.server().eventLoop().submit(() -> pair.server().pipeline().addFirst(replying)));
            finished(pair.client().writeAndFlush(Unpooled.wrappedBuffer(new byte[1])));
            pair.atClient().awaitEvents(Recorder.ACTIVE, Recorder.RESET + " after " + SOME.length + " bytes",
                    Recorder.INACTIVE);
            finished(replying.reply.get());
        }
    }

    @EverySetting
    void aCloseBehindAWriteInChannelActiveFailsNeither(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            CompletableFuture<ChannelFuture> write = new CompletableFuture<>();
            CompletableFuture<ChannelFuture> close = new CompletableFuture<>();
            PairBuilder.Accepted accepted = new PairBuilder.Accepted();
            CulvertServerChannel listener = world.bind(world.server(accepted));
            finished(world.client(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext ctx) {
                    write.complete(ctx.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
                    close.complete(ctx.close());
                }
            }).connect(listener.localAddress()));
            finished(write.get());
            Recorder atServer = accepted.next();
            atServer.awaitBytes(SOME.length);
            atServer.assertReceived(SOME);
            finished(close.get());
        }
    }

    @EverySetting
    void aFailedSessionThatIsNotClosedByItselfShutsItsOutputDown(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            Pair pair = world.pairWith().client(ChannelOption.AUTO_CLOSE, false)
                    .client(ChannelOption.SO_SNDBUF, 1024).server(ChannelOption.AUTO_READ, false)
                    .listener(ChannelOption.SO_RCVBUF, 1024).open();
            ChannelFuture write = pair.client().writeAndFlush(Unpooled.wrappedBuffer(SOME));
            // the reset comes after the write
            finished(pair.client().eventLoop().submit(() -> { }));
            pair.server().config().setSoLinger(0);
            finished(pair.server().close());
            assertInstanceOf(ChannelOutputShutdownException.class, failure(write));
            pair.atClient().awaitEvents(Recorder.ACTIVE, Recorder.OUTPUT_SHUTDOWN, Recorder.RESET, Recorder.INACTIVE);
        }
    }
}
