/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.peerMss;
import static io.culvert.script.Setting.peerSack;
import static io.culvert.script.Setting.peerTimestamps;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static java.time.Duration.ofMillis;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.junit.jupiter.api.Test;

/** What our selective acknowledgments say beside data of ours: RFC 2018. */
final class SackBesideDataTest {
    /** 1,460 without the 12 bytes of the timestamps and the 20 of two blocks. */
    private static final int FULL_WITH_TWO_BLOCKS = 1428;

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(((ByteBuf) message).retainedDuplicate());
            context.fireChannelRead(message);
        }
    }

    // what is news is told on an acknowledgment, and first: what is sent again may have no room for it
    @Test
    void anAcknowledgmentGoesBeforeTheDataAndBothSayWhatIsHeld() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.app().channel().pipeline().addFirst(new Echo());
            s.peer().sends(data(1011, 10), data(1001, "hello").acks(1));
            s.peer().expects(ack(1, 1006).sack(1011, 1021), data(1, "hello").acks(1006).sack(1011, 1021));
            s.app().expectsRead("hello");
        }
    }

    // RFC 2018 4: the block was told before, but that may be lost, and the peer would take it for lost too
    @Test
    void anAdvanceThatLeavesAHoleIsAcknowledgedBeforeTheData() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.app().channel().pipeline().addFirst(new Echo());
            s.peer().sends(data(1021, 10));
            s.peer().expects(ack(1, 1001).sack(1021, 1031));
            s.peer().sends(data(1001, "hello").acks(1));
            s.peer().expects(ack(1, 1006).sack(1021, 1031), data(1, "hello").acks(1006).sack(1021, 1031));
            s.app().expectsRead("hello");
        }
    }

    @Test
    void dataThatFollowsLaterIsNotHeldUpByAnAcknowledgment() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1011, 10));
            s.peer().expects(ack(1, 1001).sack(1011, 1021));
            s.app().channel().writeAndFlush(Unpooled.copiedBuffer("hello".getBytes()));
            s.peer().expects(data(1, "hello").acks(1001).sack(1011, 1021));
        }
    }

    // RFC 2018 4: in all that acknowledges, for an acknowledgment alone may be lost; RFC 6691 2: the text gives way
    @Test
    void fullSegmentsGiveTheirBlocksRoom() {
        try (Script s = Script.establishedServer(peerSack(), peerTimestamps(), peerMss(1460))) {
            s.peer().sends(data(1021, 10), data(1041, 10));
            s.peer().drain();
            s.app().writes(3 * FULL_WITH_TWO_BLOCKS + 100);
            for (int i = 0; i < 3; i++) {
                s.peer().expects(data(1 + i * FULL_WITH_TWO_BLOCKS, FULL_WITH_TWO_BLOCKS).noPush().timestamps()
                        .acks(1001).sack(1041, 1051, 1021, 1031));
            }
            s.peer().expects(data(1 + 3 * FULL_WITH_TWO_BLOCKS, 100).timestamps().acks(1001)
                    .sack(1041, 1051, 1021, 1031));
        }
    }

    @Test
    void nothingIsSaidOfAHoleThatIsFilled() {
        try (Script s = Script.establishedServer(peerSack(), peerTimestamps(), peerMss(1460))) {
            s.peer().sends(data(1006, 5));
            s.peer().expects(ack(1, 1001).timestamps().sack(1006, 1011));
            s.peer().sends(data(1001, "hello").acks(1));
            s.peer().expects(ack(1, 1011).timestamps().sack());
            s.app().writes(1448);
            s.peer().expects(data(1, 1448).timestamps().acks(1011).sack());
        }
    }

    // what was cut before anything was held leaves no room: the acknowledgment before it has to tell
    @Test
    void aSegmentSentAgainIsNotCutForBlocks() {
        try (Script s = Script.establishedServer(peerSack(), peerTimestamps(), peerMss(1460))) {
            s.app().writes(1448);
            s.peer().expects(data(1, 1448).timestamps().acks(1001).sack());
            s.peer().sends(data(1011, 10).acks(1));
            s.peer().expects(ack(1449, 1001).timestamps().sack(1011, 1021));
            s.peer().expectsWithin(ofMillis(2000), data(1, 1448).timestamps().acks(1001).sack());
        }
    }

    // our choice: an eighth, so that the smallest segments do not become all header
    @Test
    void blocksTakeAnEighthOfAFullSegmentAtMost() {
        try (Script s = Script.establishedServer(peerSack(), peerMss(200))) {
            for (int seq = 1101; seq <= 1401; seq += 100) {
                s.peer().sends(data(seq, 10));
                s.peer().drain();
            }
            s.app().writes(180 + 1);
            // 25 bytes are 4 and two blocks
            s.peer().expects(data(1, 180).noPush().acks(1001).sack(1401, 1411, 1301, 1311));
            s.peer().expects(data(181, 1).acks(1001).sack(1401, 1411, 1301, 1311, 1201, 1211, 1101, 1111));
        }
    }
}
