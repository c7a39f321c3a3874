/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.LineEncoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Supplier;

/** A protocol of lines that begins in clear and goes on in TLS, as SMTP's and IMAP's do. */
final class StartTlsRecipe {
    private static final int MAX_LINE_BYTES = 1024;

    private StartTlsRecipe() {
    }

    // recipe: pipeline
    static ChannelInitializer<Channel> lines(Supplier<Lines> application) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new LineBasedFrameDecoder(MAX_LINE_BYTES), new StringDecoder(),
                        new LineEncoder(), application.get());
            }
        };
    }

    /** What both sides have in common: lines, and the change to TLS between two of them. */
    abstract static class Lines extends SimpleChannelInboundHandler<String> {
        private boolean changing;

        void startTls(ChannelHandlerContext ctx, SslHandler tls) {
            changing = true;
            // What the decoder still holds came in clear. It comes to channelRead0 now.
            ctx.pipeline().remove(LineBasedFrameDecoder.class);
            ctx.pipeline().addFirst(tls, new LineBasedFrameDecoder(MAX_LINE_BYTES));
        }

        @Override
        protected final void channelRead0(ChannelHandlerContext ctx, String line) {
            if (changing) {
                ctx.close();    // Sent in clear behind STARTTLS: somebody between us has put it there (RFC 3207, 5).
            } else {
                line(ctx, line);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                changing = false;
                secured(ctx);
            }
        }

        abstract void line(ChannelHandlerContext ctx, String line);

        abstract void secured(ChannelHandlerContext ctx);
    }
    // recipe ends

    // recipe: server
    static class Server extends Lines {
        private final SslContext tls;
        private boolean secure;

        Server(SslContext tls) {
            this.tls = tls;
        }

        @Override
        void line(ChannelHandlerContext ctx, String line) {
            if (line.equals("STARTTLS") && !secure) {
                // true: the first write, our consent, goes in clear.
                startTls(ctx, new SslHandler(tls.newEngine(ctx.alloc()), true));
                ctx.writeAndFlush("220 go ahead");
            } else {
                ctx.writeAndFlush((secure ? "250 in private: " : "250 in clear: ") + line);
            }
        }

        @Override
        void secured(ChannelHandlerContext ctx) {
            secure = true;
        }
    }
    // recipe ends

    // recipe: client
    static class Client extends Lines {
        private final SslContext tls;

        Client(SslContext tls) {
            this.tls = tls;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush("HELLO");
            ctx.writeAndFlush("STARTTLS");
        }

        @Override
        void line(ChannelHandlerContext ctx, String line) {
            if (line.startsWith("220")) {
                startTls(ctx, tls.newHandler(ctx.alloc(), "localhost", -1));
            }
        }

        @Override
        void secured(ChannelHandlerContext ctx) {
            ctx.writeAndFlush("MY SECRET");
        }
    }
    // recipe ends
}
