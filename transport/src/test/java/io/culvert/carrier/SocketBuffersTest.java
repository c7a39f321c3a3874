/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class SocketBuffersTest {
    private static final int FOUR_MIB = 4 * 1024 * 1024;

    /** A socket that grants, or refuses, or has no buffers. */
    private static final class Socket extends DefaultChannelConfig {
        private final Map<ChannelOption<?>, Integer> sizes = new HashMap<>();
        private final int grantedBytes;
        private final int refusedAboveBytes;
        private final int factor;

        Socket(int grantedBytes, int refusedAboveBytes, int factor) {
            super(new EmbeddedChannel());
            this.grantedBytes = grantedBytes;
            this.refusedAboveBytes = refusedAboveBytes;
            this.factor = factor;
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            int asked = (Integer) value;
            if (asked > refusedAboveBytes) {
                throw new ChannelException("no buffer space available");
            }
            sizes.put(option, factor * Math.min(asked, grantedBytes));
            return true;
        }

        @SuppressWarnings("unchecked")
        @Override
        public <T> T getOption(ChannelOption<T> option) {
            return (T) sizes.get(option);
        }
    }

    private static SocketBuffers ask(int grantedBytes, int refusedAboveBytes, boolean doubled) {
        return SocketBuffers.ask(new Socket(grantedBytes, refusedAboveBytes, doubled ? 2 : 1), doubled,
                new AtomicBoolean());
    }

    @Test
    void asksForFourMebibytesEachWay() {
        SocketBuffers granted = ask(Integer.MAX_VALUE / 2, Integer.MAX_VALUE, false);
        assertEquals(new SocketBuffers(FOUR_MIB, FOUR_MIB), granted);
        assertFalse(granted.isClamped());
    }

    @Test
    void takesHalfOfWhatLinuxSays() {
        assertEquals(new SocketBuffers(FOUR_MIB, FOUR_MIB), ask(FOUR_MIB, FOUR_MIB, true));
        assertEquals(new SocketBuffers(212_992, 212_992), ask(212_992, FOUR_MIB, true));
    }

    @Test
    void asksForLessWhereItIsRefused() {
        assertEquals(new SocketBuffers(FOUR_MIB / 4, FOUR_MIB / 4), ask(FOUR_MIB, FOUR_MIB / 4 + 1, false));
    }

    @Test
    void aSocketThatDoesNotSayIsTakenAtOurWord() {
        assertEquals(SocketBuffers.UNKNOWN, ask(FOUR_MIB, 0, false));
    }

    @Test
    void aClampIsReportedOnceWithWhatToRaise() {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        };
        Logger logger = Logger.getLogger(SocketBuffers.class.getName());
        logger.addHandler(handler);
        try {
            AtomicBoolean reported = new AtomicBoolean();
            SocketBuffers.ask(new Socket(FOUR_MIB, FOUR_MIB, 1), false, reported);
            assertEquals(List.of(), lines);
            SocketBuffers.ask(new Socket(212_992, FOUR_MIB, 1), false, reported);
            SocketBuffers.ask(new Socket(212_992, FOUR_MIB, 1), false, reported);
        } finally {
            logger.removeHandler(handler);
        }
        assertEquals(1, lines.size());
        assertTrue(lines.get(0).contains("net.core.rmem_max=4194304"), lines.get(0));
        assertTrue(lines.get(0).contains("net.core.wmem_max=4194304"), lines.get(0));
        assertTrue(lines.get(0).contains("212992 of 4194304"), lines.get(0));
    }

    @Test
    void onlyTheDirectionThatIsClampedIsReported() {
        assertFalse(new SocketBuffers(FOUR_MIB, 1000).report().contains("rmem_max"));
        assertFalse(new SocketBuffers(1000, FOUR_MIB).report().contains("wmem_max"));
    }
}
