/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.crowd;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A running {@code many_sources.py}: an address of 127.0.0.0/8 for each peer of a crowd, and one socket for all, since
 * a process may not have as many. What comes is given to the crowd on a thread that holds its monitor.
 */
final class ManySources implements Crowd.Network, AutoCloseable {
    private static final Path SCRIPT =
            Path.of(System.getProperty("basedir", "."), "src/test/interop/many_sources.py");
    /** 127.1.0.0 */
    private static final int FIRST_HOST = 0x7f010000;

    private final Process process;
    private final DataOutputStream frames;
    private Thread reader;

    private ManySources(int serverPort) throws IOException {
        process = new ProcessBuilder(List.of("python3", SCRIPT.toString(), Integer.toString(serverPort)))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        frames = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    }

    /** Starts the script; the calling test is skipped where there cannot be one. */
    static ManySources to(int serverPort) throws IOException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "skipped: only Linux has all of 127.0.0.0/8");
        assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> new File(directory, "python3").canExecute()), "skipped: no python3");
        return new ManySources(serverPort);
    }

    /** From now on the crowd is given what comes. */
    void receiveFor(Crowd crowd) {
        reader = new Thread(() -> {
            try (DataInputStream in = new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
                while (true) {
                    byte[] datagram = new byte[in.readUnsignedShort()];
                    int peer = in.readInt() - FIRST_HOST;
                    in.readFully(datagram);
                    synchronized (crowd) {
                        crowd.receive(peer, Unpooled.wrappedBuffer(datagram));
                        crowd.notifyAll();
                        if (in.available() == 0) {
                            frames.flush();
                        }
                    }
                }
            } catch (EOFException ended) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, "many-sources");
        reader.setDaemon(true);
        reader.start();
    }

    @Override
    public void send(int peer, ByteBuf datagram) {
        try {
            frames.writeShort(datagram.readableBytes());
            frames.writeInt(FIRST_HOST + peer);
            datagram.readBytes(frames, datagram.readableBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            datagram.release();
        }
    }

    /** Sends what was said so far. */
    void flush() throws IOException {
        frames.flush();
    }

    /** The script ends with its input, and the thread with the script. */
    @Override
    public void close() throws IOException, InterruptedException {
        frames.close();
        process.waitFor();
        if (reader != null) {
            reader.join();
        }
    }
}
