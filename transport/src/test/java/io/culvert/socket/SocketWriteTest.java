/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.socket.Sockets.Ends;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** Writing, and what holds it up or ends it. */
class SocketWriteTest {
    private static final int BLOCK_BYTES = 10_000;

    @EveryKind
    void aSlowReaderHoldsTheWriterUp(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            ends.client().setSendBufferSize(100_000);
            ends.server().setReceiveBufferSize(100_000);
            AtomicLong written = new AtomicLong();
            byte[] sent = Sockets.randomBytes(32 << 20, 1);
            Future<?> writing = sockets.start(() -> {
                for (int at = 0; at < sent.length; at += 1 << 15) {
                    ends.client().getOutputStream().write(sent, at, 1 << 15);
                    written.addAndGet(1 << 15);
                }
                ends.client().shutdownOutput();
                return null;
            });
            long stopped = awaitStandstill(written);
            assertTrue(stopped < 8 << 20, () -> stopped + " bytes are buffered");
            assertArrayEquals(sent, ends.server().getInputStream().readAllBytes());
            Sockets.result(writing);
        }
    }

    /** Waits until a counter has not moved for a while. */
    private static long awaitStandstill(AtomicLong counter) {
        AtomicLong last = new AtomicLong(-1);
        Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(Sockets.PATIENCE_SECONDS))
                .until(() -> last.getAndSet(counter.get()) == counter.get() && counter.get() > 0);
        return counter.get();
    }

    private static Future<?> writesForEver(Sockets sockets, Ends ends, AtomicLong written) {
        return sockets.start(() -> {
            OutputStream out = ends.client().getOutputStream();
            byte[] block = new byte[BLOCK_BYTES];
            while (true) {
                out.write(block);
                written.addAndGet(block.length);
            }
        });
    }

    @EveryKind
    void aCloseWakesWhoWrites(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            AtomicLong written = new AtomicLong();
            Future<?> writing = writesForEver(sockets, ends, written);
            awaitStandstill(written);
            ends.client().close();
            assertEquals("Socket closed", Sockets.failure(SocketException.class, writing).getMessage());
        }
    }

    @EveryKind
    void aResetWakesWhoWrites(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            AtomicLong written = new AtomicLong();
            Future<?> writing = writesForEver(sockets, ends, written);
            awaitStandstill(written);
            Sockets.reset(ends.server());
            Sockets.failure(SocketException.class, writing);
        }
    }

    @EveryKind
    void writesToAPeerThatHasClosedFailInTheEnd(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            ends.server().close();
            Sockets.failure(SocketException.class, writesForEver(sockets, ends, new AtomicLong()));
        }
    }

    @EveryKind
    void aWriteAfterAResetFails(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            Sockets.reset(ends.server());
            assertThrows(SocketException.class, () -> ends.client().getInputStream().read());
            assertThrows(SocketException.class, () -> ends.client().getOutputStream().write(1));
        }
    }

    @EveryKind
    void aWriteAfterTheShutdownOfTheOutputFails(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            OutputStream out = ends.client().getOutputStream();
            ends.client().shutdownOutput();
            assertThrows(SocketException.class, () -> out.write(1));
            assertThrows(SocketException.class, ends.client()::getOutputStream);
        }
    }

    @EveryKind
    void theBlocksOfTwoWritersDoNotMix(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            Future<?> ones = sockets.start(() -> writeBlocks(ends.client().getOutputStream(), (byte) 1));
            Future<?> twos = sockets.start(() -> writeBlocks(ends.client().getOutputStream(), (byte) 2));
            InputStream in = ends.server().getInputStream();
            for (int block = 0; block < 200; block++) {
                byte[] bytes = in.readNBytes(BLOCK_BYTES);
                for (byte each : bytes) {
                    assertEquals(bytes[0], each, "block " + block);
                }
            }
            Sockets.result(ones);
            Sockets.result(twos);
        }
    }

    private static Object writeBlocks(OutputStream out, byte value) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        Arrays.fill(block, value);
        for (int i = 0; i < 100; i++) {
            out.write(block);
        }
        return null;
    }

    @EveryKind
    void aByteIsWrittenAsAByte(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            ends.client().getOutputStream().write(0x1ff);
            ends.client().getOutputStream().write(new byte[0]);
            assertEquals(0xff, ends.server().getInputStream().read());
            assertThrows(IndexOutOfBoundsException.class,
                    () -> ends.client().getOutputStream().write(new byte[3], 2, 2));
        }
    }
}
