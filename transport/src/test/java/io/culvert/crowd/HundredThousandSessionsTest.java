/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.crowd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Very many sessions on one server, in a process with little heap, over real sockets. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HundredThousandSessionsTest {
    private static final int BATCH = 200;
    private static final int ECHO_BYTES = 64;
    private static final int ECHOES = 2000;
    private static final long MOST_MEDIAN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long REPEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    @Test
    @Tag("heavy")
    void aHundredThousandIdleSessionsFitInHalfAGibibyteAndEchoWithinFiveMilliseconds() throws Exception {
        holdAndEcho(100_000, "-Xmx512m");
    }

    @Test
    void twoThousandIdleSessionsFitInLittleMoreThanTheServerTakesAndEchoWithinFiveMilliseconds() throws Exception {
        holdAndEcho(2000, "-Xmx32m");
    }

    private void holdAndEcho(int sessions, String heap) throws Exception {
        Process server = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), heap,
                "-cp", System.getProperty("java.class.path"), CrowdServer.class.getName(),
                Integer.toString(ECHO_BYTES))).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader answers = server.inputReader();
                ManySources sources = ManySources.to(Integer.parseInt(answers.readLine()))) {
            Crowd crowd = new Crowd(sessions, sources, UnpooledByteBufAllocator.DEFAULT, System::nanoTime);
            sources.receiveFor(crowd);
            synchronized (crowd) {
                for (int from = 0; from < sessions; from += BATCH) {
                    openAndAsk(crowd, sources, from, Math.min(sessions, from + BATCH));
                }
                assertEquals(sessions, crowd.openPeers());
                long[] nanos = new long[ECHOES];
                SplittableRandom random = new SplittableRandom(1);
                for (int echo = 0; echo < ECHOES; echo++) {
                    nanos[echo] = echo(crowd, sources, random.nextInt(sessions));
                }
                Arrays.sort(nanos);
                long used = usedHeap(server, answers);
                System.out.printf("%d sessions: %d bytes of heap each, median echo %d us, 99 %% %d us%n", sessions,
                        used / sessions, nanos[ECHOES / 2] / 1000, nanos[ECHOES * 99 / 100] / 1000);
                assertTrue(nanos[ECHOES / 2] <= MOST_MEDIAN_NANOS, () -> "median " + nanos[ECHOES / 2] + " ns");
            }
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    private static void openAndAsk(Crowd crowd, ManySources sources, int from, int to) throws Exception {
        untilAll(crowd, sources, from, to, crowd::connect, crowd::connect, crowd::isOpen);
        untilAll(crowd, sources, from, to, peer -> crowd.say(peer, ECHO_BYTES), crowd::repeat,
                peer -> crowd.heard(peer) == ECHO_BYTES);
    }

    private static long echo(Crowd crowd, ManySources sources, int peer) throws Exception {
        long begun = System.nanoTime();
        int heard = crowd.heard(peer) + ECHO_BYTES;
        untilAll(crowd, sources, peer, peer + 1, who -> crowd.say(who, ECHO_BYTES), crowd::repeat,
                who -> crowd.heard(who) == heard);
        return System.nanoTime() - begun;
    }

    /** Lets peers do something, again after a while, until each of them has what it wants. */
    private static void untilAll(Crowd crowd, ManySources sources, int from, int to, IntConsumer first,
            IntConsumer again, IntPredicate satisfied) throws IOException, InterruptedException {
        for (int peer = from; peer < to; peer++) {
            first.accept(peer);
        }
        sources.flush();
        long begun = System.nanoTime();
        long said = begun;
        for (int peer = from; peer < to; peer++) {
            while (!satisfied.test(peer)) {
                long now = System.nanoTime();
                assertTrue(now - begun < PATIENCE_NANOS, "no answer to peer " + peer);
                if (now - said > REPEAT_NANOS) {
                    said = now;
                    for (int other = peer; other < to; other++) {
                        if (!satisfied.test(other)) {
                            again.accept(other);
                        }
                    }
                    sources.flush();
                }
                crowd.wait(TimeUnit.NANOSECONDS.toMillis(REPEAT_NANOS));
            }
        }
    }

    private static long usedHeap(Process server, BufferedReader answers) throws IOException {
        server.getOutputStream().write('\n');
        server.getOutputStream().flush();
        return Long.parseLong(answers.readLine());
    }
}
