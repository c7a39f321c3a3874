/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.state.ConnectionState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk that is slow, or fails, and event loops that do not wait for it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlowDiskTest {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int PAYLOAD_BYTES = 1000;
    private static final int SEGMENTS = 5000;

    /** A disk that takes nothing until it is let. */
    private static final class BlockedDisk extends OutputStream {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            reached.countDown();
            try {
                opened.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            written.write(bytes, offset, length);
        }
    }

    /** A disk that is full. */
    private static final class FullDisk extends OutputStream {
        private final IOException failure = new IOException("No space left on device");
        private final int room;
        private int written;

        FullDisk(int room) {
            this.room = room;
        }

        @Override
        public void write(int b) throws IOException {
            if (written == room) {
                throw failure;
            }
            written++;
        }
    }

    /** A session by its peer's port. */
    private record View(int port) implements SessionView {
        @Override
        public InetSocketAddress localAddress() {
            return new InetSocketAddress("10.0.0.1", 5000);
        }

        @Override
        public InetSocketAddress remoteAddress() {
            return new InetSocketAddress("10.0.0.2", port);
        }

        @Override
        public ConnectionState state() {
            return ConnectionState.ESTABLISHED;
        }

        @Override
        public int iss() {
            return 0;
        }

        @Override
        public int irs() {
            return 0;
        }
    }

    private static Segment segment(int number) {
        return new Segment().clear().flags(SegmentFlags.ACK).sequenceNumber(number)
                .payload((offset, length, target) -> target.writeZero(length), 0, PAYLOAD_BYTES);
    }

    @Test
    void segmentsThatTheDiskDoesNotTakeAreLeftOutAndCounted() throws Exception {
        BlockedDisk disk = new BlockedDisk();
        PcapTap tap = PcapTap.builder().bufferBytes(BUFFER_BYTES).open(disk);
        disk.reached.await();
        for (int i = 0; i < SEGMENTS; i++) {
            tap.segmentSent(new View(7000), segment(i), false, i);
        }
        long dropped = tap.dropped();
        assertEquals(SEGMENTS, tap.segments());
        // one half of the buffer is on its way to the disk, with no more than the first blocks in it
        long waiting = (SEGMENTS - dropped) * PAYLOAD_BYTES;
        assertTrue(waiting <= BUFFER_BYTES / 2 && waiting > BUFFER_BYTES / 3, () -> dropped + " dropped");

        disk.opened.countDown();
        Awaitility.await().pollInterval(Duration.ofMillis(2))
                .until(() -> disk.written.size() > waiting);
        tap.segmentSent(new View(7000), segment(SEGMENTS), false, SEGMENTS);
        tap.segmentSent(new View(7000), segment(SEGMENTS + 1), false, SEGMENTS + 1);
        tap.close();

        CaptureFile capture = CaptureFile.of(disk.written.toByteArray());
        List<CapturedPacket> packets = capture.packets();
        assertEquals(SEGMENTS + 2 - dropped, packets.size());
        assertEquals("segments missing here, because the capture could not keep up: " + dropped,
                packets.get(packets.size() - 2).comment());
        assertEquals("", packets.get(packets.size() - 1).comment());
        assertEquals(SEGMENTS + 2, capture.statistics().received());
        assertEquals(dropped, capture.statistics().dropped());
        assertEquals("", capture.statistics().comment());
        assertNull(tap.failure());
    }

    @Test
    void theEndSaysWhatIsMissingBeforeIt() throws Exception {
        BlockedDisk disk = new BlockedDisk();
        PcapTap tap = PcapTap.builder().bufferBytes(BUFFER_BYTES).open(disk);
        disk.reached.await();
        for (int i = 0; i < SEGMENTS; i++) {
            tap.segmentSent(new View(7000), segment(i), false, i);
        }
        Thread closing = new Thread(tap::close);
        closing.start();
        Awaitility.await().pollInterval(Duration.ofMillis(2))
                .until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        disk.opened.countDown();
        closing.join();

        CaptureFile capture = CaptureFile.of(disk.written.toByteArray());
        assertEquals(SEGMENTS - tap.dropped(), capture.packets().size());
        assertEquals("segments missing here, because the capture could not keep up: " + tap.dropped(),
                capture.statistics().comment());
    }

    @Test
    void aDiskThatFailsIsLoggedOnceAndEndsTheCaptureAlone() {
        List<String> warnings = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
                    warnings.add(line.getMessage());
                }
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        };
        Logger.getLogger("").addHandler(handler);
        try {
            FullDisk disk = new FullDisk(10_000);
            PcapTap tap = PcapTap.builder().open(disk);
            int sent = 0;
            while (tap.failure() == null) {
                tap.segmentSent(new View(7000), segment(sent), false, sent);
                sent++;
            }
            assertSame(disk.failure, tap.failure());
            long dropped = tap.dropped();
            for (int i = 0; i < 100; i++) {
                tap.segmentSent(new View(7000), segment(sent + i), false, sent + i);
            }
            assertEquals(dropped + 100, tap.dropped());
            assertEquals(sent + 100, tap.segments());
            tap.close();
            assertEquals(List.of("Capture on a stream: nothing more is written: " + disk.failure), warnings);
        } finally {
            Logger.getLogger("").removeHandler(handler);
        }
    }

    @Test
    void loopsWriteSideBySide() throws Exception {
        int loops = 4;
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        PcapTap tap = PcapTap.builder().open(file);
        CyclicBarrier start = new CyclicBarrier(loops);
        List<Thread> threads = new ArrayList<>();
        for (int loop = 0; loop < loops; loop++) {
            View session = new View(7000 + loop);
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                for (int i = 0; i < SEGMENTS; i++) {
                    tap.segmentSent(session, segment(i), false, i);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        tap.close();
        CaptureFile capture = CaptureFile.of(file.toByteArray());
        assertEquals(0, capture.statistics().dropped());
        for (int loop = 0; loop < loops; loop++) {
            int port = 7000 + loop;
            List<Integer> numbers = capture.packets().stream().filter(packet -> packet.to().getPort() == port)
                    .map(CapturedPacket::sequence).toList();
            assertEquals(SEGMENTS, numbers.size());
            for (int i = 0; i < SEGMENTS; i++) {
                assertEquals(i, numbers.get(i));
            }
        }
    }
}
