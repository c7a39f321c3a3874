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
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

/** Reading, and what ends it. */
class SocketReadTest {
    @EveryKind
    void everythingWrittenIsReadInOrder(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            byte[] sent = Sockets.randomBytes(3_000_000, 1);
            Future<?> writing = sockets.start(() -> {
                SplittableRandom sizes = new SplittableRandom(2);
                for (int at = 0; at < sent.length;) {
                    int count = Math.min(sent.length - at, 1 + sizes.nextInt(200_000));
                    ends.client().getOutputStream().write(sent, at, count);
                    at += count;
                }
                ends.client().shutdownOutput();
                return null;
            });
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            byte[] part = new byte[70_000];
            SplittableRandom sizes = new SplittableRandom(3);
            InputStream in = ends.server().getInputStream();
            for (int count; (count = in.read(part, 5, 1 + sizes.nextInt(60_000))) >= 0;) {
                received.write(part, 5, count);
            }
            Sockets.result(writing);
            assertArrayEquals(sent, received.toByteArray());
        }
    }

    @EveryKind
    void aReadThatTimesOutLosesNothing(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            byte[] sent = Sockets.randomBytes(100_000, 4);
            CountDownLatch waited = new CountDownLatch(20);
            Future<?> writing = sockets.start(() -> {
                OutputStream out = ends.client().getOutputStream();
                // half of it when the reader has waited in vain for a while, the rest while it reads
                waited.await();
                SplittableRandom sizes = new SplittableRandom(5);
                for (int at = 0; at < sent.length;) {
                    int count = Math.min(sent.length - at, 1 + sizes.nextInt(1_000));
                    out.write(sent, at, count);
                    at += count;
                }
                return null;
            });
            ends.server().setSoTimeout(1);
            InputStream in = ends.server().getInputStream();
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            byte[] part = new byte[777];
            while (received.size() < sent.length) {
                try {
                    received.write(part, 0, in.read(part));
                } catch (SocketTimeoutException e) {
                    assertEquals("Read timed out", e.getMessage());
                    waited.countDown();
                }
            }
            Sockets.result(writing);
            assertArrayEquals(sent, received.toByteArray());
            assertEquals(0, waited.getCount());
            assertThrows(SocketTimeoutException.class, in::read);
            ends.client().shutdownOutput();
            ends.server().setSoTimeout(0);
            assertEquals(-1, in.read());
        }
    }

    @EveryKind
    void anEmptyReadReturnsAtOnce(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            InputStream in = sockets.ends().client().getInputStream();
            assertEquals(0, in.read(new byte[0]));
            assertEquals(0, in.read(new byte[5], 5, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> in.read(new byte[5], 3, 3));
        }
    }

    @EveryKind
    void availableTellsWhatIsThere(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            InputStream in = ends.server().getInputStream();
            assertEquals(0, in.available());
            ends.client().getOutputStream().write(new byte[1000]);
            Sockets.eventually(() -> assertEquals(1000, in.available()));
            assertEquals(400, in.read(new byte[400]));
            assertEquals(600, in.available());
        }
    }

    @EveryKind
    void theEndIsReadAfterTheBytesAndAgain(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            byte[] sent = Sockets.randomBytes(10_000, 6);
            ends.client().getOutputStream().write(sent);
            ends.client().close();
            InputStream in = ends.server().getInputStream();
            assertArrayEquals(sent, in.readAllBytes());
            assertEquals(-1, in.read());
            assertEquals(-1, in.read(new byte[10]));
            ends.server().close();
            assertEquals(-1, in.read());
        }
    }

    @EveryKind
    void aResetIsReadAndReadAgain(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            InputStream in = ends.server().getInputStream();
            Future<Integer> reading = sockets.begin(in::read);
            Sockets.reset(ends.client());
            assertEquals("Connection reset", Sockets.failure(SocketException.class, reading).getMessage());
            assertEquals("Connection reset", assertThrows(SocketException.class, in::read).getMessage());
        }
    }

    @EveryKind
    void theBytesBeforeAResetAreRead(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            byte[] sent = Sockets.randomBytes(50_000, 7);
            ends.client().getOutputStream().write(sent);
            InputStream in = ends.server().getInputStream();
            Sockets.eventually(() -> assertEquals(sent.length, in.available()));
            Sockets.reset(ends.client());
            assertArrayEquals(sent, in.readNBytes(sent.length));
            assertThrows(SocketException.class, in::read);
        }
    }

    @EveryKind
    void aCloseWakesWhoReads(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            InputStream in = ends.server().getInputStream();
            Future<Integer> first = sockets.begin(in::read);
            Future<Integer> second = sockets.begin(in::read);
            ends.server().close();
            assertEquals("Socket closed", Sockets.failure(SocketException.class, first).getMessage());
            assertEquals("Socket closed", Sockets.failure(SocketException.class, second).getMessage());
            assertEquals("Socket closed", assertThrows(SocketException.class, in::read).getMessage());
        }
    }

    @EveryKind
    void aShutdownOfTheInputWakesWhoReads(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            InputStream in = ends.server().getInputStream();
            Future<Integer> reading = sockets.begin(in::read);
            ends.server().shutdownInput();
            assertEquals(-1, Sockets.result(reading));
            assertEquals(-1, in.read());
            assertEquals(0, in.available());
            assertTrue(ends.server().isInputShutdown());
            assertThrows(SocketException.class, ends.server()::getInputStream);
            ends.server().getOutputStream().write(9);
            assertEquals(9, ends.client().getInputStream().read());
        }
    }

    @EveryKind
    void twoReadersShareTheBytes(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            byte[] sent = new byte[1_000_000];
            for (int i = 0; i < sent.length; i++) {
                sent[i] = (byte) (i % 251);
            }
            Future<long[]> first = sockets.start(() -> histogram(ends.server().getInputStream()));
            Future<long[]> second = sockets.start(() -> histogram(ends.server().getInputStream()));
            ends.client().getOutputStream().write(sent);
            ends.client().shutdownOutput();
            long[] all = Sockets.result(first);
            long[] others = Sockets.result(second);
            for (int value = 0; value < all.length; value++) {
                int expected = sent.length / 251 + (value < sent.length % 251 ? 1 : 0);
                assertEquals(value < 251 ? expected : 0, all[value] + others[value], "bytes " + value);
            }
        }
    }

    private static long[] histogram(InputStream in) throws Exception {
        long[] counts = new long[256];
        byte[] part = new byte[997];
        for (int count; (count = in.read(part)) >= 0;) {
            for (int i = 0; i < count; i++) {
                counts[part[i] & 0xff]++;
            }
        }
        return counts;
    }

    @EveryKind
    void anInterruptDoesNotEndTheReadOfAPlatformThread(Kind kind) throws Exception {
        try (Sockets sockets = Sockets.of(kind)) {
            Ends ends = sockets.ends();
            Thread[] reader = new Thread[1];
            boolean[] interruptedAfter = new boolean[1];
            Future<Integer> reading = sockets.begin(() -> {
                reader[0] = Thread.currentThread();
                Thread.currentThread().interrupt();
                int read = ends.server().getInputStream().read();
                interruptedAfter[0] = Thread.interrupted();
                return read;
            });
            Sockets.eventually(() -> assertTrue(reader[0] != null && reader[0].isInterrupted()
                    || reader[0] != null && reader[0].getState() == Thread.State.WAITING));
            ends.client().getOutputStream().write(42);
            assertEquals(42, Sockets.result(reading));
            assertTrue(interruptedAfter[0], "the thread is interrupted no more");
        }
    }
}
