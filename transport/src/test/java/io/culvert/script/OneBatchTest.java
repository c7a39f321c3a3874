/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static io.culvert.script.Spec.fin;
import static io.culvert.script.Spec.rst;
import static io.culvert.script.Spec.syn;
import static io.culvert.script.Spec.synAck;
import static io.culvert.segment.SegmentFlags.ACK;
import static io.culvert.state.ConnectionState.CLOSED;
import static io.culvert.state.ConnectionState.TIME_WAIT;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

/** What is over before the application hears of it leaves nothing behind: every script ends with a count of buffers. */
final class OneBatchTest {
    @Test
    void anAcknowledgmentBeforeAResetResumesNoWriting() {
        try (Script s = Script.establishedServer(Setting.with(ChannelOption.SO_SNDBUF, 2000))) {
            s.app().writes(5000);
            s.peer().expects(data(1, 1460).flags(ACK));
            s.peer().drain();
            s.peer().sends(ack(1001, 1461), rst(1001));
            s.app().expectsFailure(IOException.class, "reset");
            s.app().expectsWriteFailure(IOException.class);
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    @Test
    void anEchoOfWhatCameBeforeAResetIsWrittenNowhere() {
        try (Script s = Script.establishedServer()) {
            s.app().channel().pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    context.writeAndFlush(((ByteBuf) message).retainedDuplicate());
                    context.fireChannelRead(message);
                }
            });
            s.peer().sends(data(1001, "hello").acks(1), rst(1006));
            s.app().expectsRead("hello");
            s.app().expectsFailure(IOException.class, "reset");
            s.app().expectsClosed();
            s.expectsState(CLOSED);
        }
    }

    @Test
    void aSessionOpenedAndResetWithinABatchIsNeverAccepted() {
        try (Script s = Script.server(Setting.with(ChannelOption.SO_BACKLOG, 1))) {
            s.peer().sends(syn(1000));
            s.peer().expects(synAck().acks(1001));
            s.peer().sends(data(1001, "hello").acks(1), fin(1006).acks(1), rst(1007));
            s.peer().expectsNothing();
            s.expectsApps(0);
            // it gave its place in the accept queue back
            s.peer(40001).sends(syn(1000));
            s.peer(40001).expects(synAck().acks(1001));
            s.peer(40001).sends(ack(1001, 1));
            s.expectsApps(1);
            s.app().expectsConnected();
        }
    }

    @Test
    void bytesBeyondThePeersFinAreReleasedInTimeWait() {
        try (Script s = Script.establishedServer()) {
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(data(2001, "beyond the end").acks(2), data(1001, "end").acks(2), fin(1004).acks(2));
            s.app().expectsRead("end");
            s.app().expectsInputEnd();
            s.expectsState(TIME_WAIT);
            s.peer().drain();
        }
    }

    @Test
    void bytesAheadOfAHoleAreReleasedWhenTheInputIsShutDown() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1004, "ahead").acks(1));
            s.peer().expects(ack(1, 1001));
            s.app().shutsInput();
            s.app().shutsOutput();
            s.peer().expects(fin(1).acks(1001));
            s.peer().sends(data(1001, "hole and ahead").acks(2), fin(1015).acks(2));
            s.expectsState(TIME_WAIT);
            s.peer().drain();
        }
    }

    @Test
    void aChannelAcceptedLateIsToldTheEndOfInputThatCameBefore() {
        try (Script s = Script.server(Setting.onServer(ChannelOption.AUTO_READ, false))) {
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.peer().sends(ack(1001, 1), fin(1001).acks(1));
            s.peer().expects(ack(1, 1002));
            s.expectsApps(0);
            s.serverChannel().read();
            s.expectsApps(1);
            s.app().expectsConnected();
            s.app().expectsInputEnd();
        }
    }

    @Test
    void aServerThatClosesWithHalfOpenSessionsClosesItsSocket() {
        try (Script s = Script.server()) {
            s.peer().sends(syn(1000).mss(1460));
            s.peer().expects(synAck(0, 1001));
            s.serverChannel().close();
            s.peer().expects(rst(1).acks(1001));
            s.expectsState(CLOSED);
            // the address is free again
            s.connects();
            s.peer().expects(syn(0));
            s.peer().sends(rst(0).acks(1));
            s.app().expectsFailure(ConnectException.class, "refused");
            s.app().expectsClosed();
        }
    }
}
