/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.culvert.segment.SegmentFlags;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads a capture back, and takes nothing for granted: blocks, options, padding and their order must be as the format
 * says.
 */
public final class CaptureFile {
    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int INTERFACE = 1;
    private static final int STATISTICS = 5;
    private static final int PACKET = 6;
    private static final int SECRETS = 10;
    private static final int TLS_KEY_LOG = 0x544c534b;
    private static final int LINKTYPE_RAW = 101;

    private static final int COMMENT = 1;

    private final List<Integer> blocks = new ArrayList<>();
    private final List<CapturedPacket> packets = new ArrayList<>();
    private final List<String> tlsKeys = new ArrayList<>();
    private final boolean mayBeCut;
    private int snapLength = -1;
    private Statistics statistics;

    /**
     * What the file says at its end.
     *
     * @param startNanos time of the first packet
     * @param endNanos time of the last
     */
    public record Statistics(long startNanos, long endNanos, long received, long dropped, String comment) {
    }

    private CaptureFile(byte[] file, boolean mayBeCut) {
        this.mayBeCut = mayBeCut;
        ByteBuffer bytes = ByteBuffer.wrap(file).order(LITTLE_ENDIAN);
        while (bytes.hasRemaining() && read(bytes)) {
            check(bytes.position() % 4 == 0, "alignment of a block");
        }
        check(blocks.size() >= 2 && blocks.get(0) == SECTION_HEADER && blocks.get(1) == INTERFACE,
                "first blocks " + blocks);
    }

    /** Reads a file that has been closed. */
    public static CaptureFile read(Path file) throws IOException {
        return of(Files.readAllBytes(file));
    }

    static CaptureFile of(byte[] file) {
        CaptureFile capture = new CaptureFile(file, false);
        check(capture.statistics != null, "no statistics at the end");
        return capture;
    }

    /** Reads what was written of a file before the process died, up to the last whole block. */
    static CaptureFile ofCut(byte[] file) {
        return new CaptureFile(file, true);
    }

    private boolean read(ByteBuffer file) {
        int start = file.position();
        int whole = file.remaining() < 8 ? Integer.MAX_VALUE : file.getInt(start + 4);
        if (whole > file.remaining()) {
            check(mayBeCut, "block past the end of the file");
            return false;
        }
        check(whole >= 12 && whole % 4 == 0, "length of a block " + whole);
        check(file.getInt(start + whole - 4) == whole, "length at the end of a block");
        check(statistics == null, "a block after the statistics");
        ByteBuffer body = file.slice(start + 8, whole - 12).order(LITTLE_ENDIAN);
        try {
            readBody(file.getInt(start), body);
        } catch (BufferUnderflowException e) {
            throw new AssertionError("block of type " + file.getInt(start) + " is too short", e);
        }
        check(!body.hasRemaining(), body.remaining() + " bytes left in a block of type " + file.getInt(start));
        file.position(start + whole);
        return true;
    }

    private void readBody(int type, ByteBuffer body) {
        blocks.add(type);
        switch (type) {
            case SECTION_HEADER -> {
                check(body.getInt() == 0x1a2b3c4d && body.getShort() == 1 && body.getShort() == 0, "section header");
                check(body.getLong() == -1, "section length");
                check(text(readOptions(body), 4).equals("Culvert"), "application");
            }
            case INTERFACE -> readInterface(body);
            case PACKET -> readPacket(body);
            case STATISTICS -> readStatistics(body);
            case SECRETS -> {
                check(body.getInt() == TLS_KEY_LOG, "type of secrets");
                tlsKeys.add(new String(readPadded(body, body.getInt()), UTF_8));
            }
            default -> throw new AssertionError("block of type " + type);
        }
    }

    private void readInterface(ByteBuffer body) {
        check(snapLength < 0, "second interface");
        check(body.getShort() == LINKTYPE_RAW && body.getShort() == 0, "link type");
        snapLength = body.getInt();
        Map<Integer, byte[]> options = readOptions(body);
        check(Arrays.equals(options.get(9), new byte[] {9}), "resolution of time stamps");
        check(text(options, 2).equals("culvert"), "name of the interface");
    }

    private void readPacket(ByteBuffer body) {
        check(body.getInt() == 0, "interface");
        long nanos = time(body);
        int captured = body.getInt();
        int original = body.getInt();
        check(captured == Math.min(original, snapLength), "captured length " + captured + " of " + original);
        byte[] packet = readPadded(body, captured);
        Map<Integer, byte[]> options = readOptions(body);
        int flags = wrap(options.get(2)).getInt();
        check(flags == 1 || flags == 2, "direction " + flags);
        packets.add(CapturedPacket.parse(nanos, flags == 2, text(options, COMMENT), packet, original));
    }

    private void readStatistics(ByteBuffer body) {
        check(body.getInt() == 0, "interface");
        long nanos = time(body);
        Map<Integer, byte[]> options = readOptions(body);
        long end = time(wrap(options.get(3)));
        check(nanos == end, "time of the statistics");
        statistics = new Statistics(time(wrap(options.get(2))), end, wrap(options.get(4)).getLong(),
                wrap(options.get(5)).getLong(), text(options, COMMENT));
    }

    private static Map<Integer, byte[]> readOptions(ByteBuffer body) {
        Map<Integer, byte[]> options = new HashMap<>();
        while (true) {
            int code = body.getShort();
            int length = Short.toUnsignedInt(body.getShort());
            if (code == 0) {
                check(length == 0, "end of options");
                return options;
            }
            check(options.put(code, readPadded(body, length)) == null, "option " + code + " twice");
        }
    }

    private static byte[] readPadded(ByteBuffer body, int length) {
        byte[] bytes = new byte[length];
        body.get(bytes);
        for (int i = length; i % 4 != 0; i++) {
            check(body.get() == 0, "padding");
        }
        return bytes;
    }

    private static String text(Map<Integer, byte[]> options, int code) {
        return new String(options.getOrDefault(code, new byte[0]), UTF_8);
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(LITTLE_ENDIAN);
    }

    private static long time(ByteBuffer words) {
        long upper = words.getInt();
        return upper << 32 | Integer.toUnsignedLong(words.getInt());
    }

    public List<CapturedPacket> packets() {
        return packets;
    }

    int snapLength() {
        return snapLength;
    }

    List<String> tlsKeys() {
        return tlsKeys;
    }

    Statistics statistics() {
        return statistics;
    }

    /** The bytes of one direction, by their numbers from its SYN to its FIN; an error if any is missing. */
    public byte[] stream(boolean sent) {
        Predicate<CapturedPacket> direction = packet -> packet.sent() == sent;
        CapturedPacket syn = only(direction.and(packet -> packet.has(SegmentFlags.SYN)));
        CapturedPacket fin = only(direction.and(packet -> packet.has(SegmentFlags.FIN)));
        byte[] stream = new byte[fin.sequenceEnd() - 1 - syn.sequenceEnd()];
        boolean[] there = new boolean[stream.length];
        for (CapturedPacket packet : packets) {
            if (packet.sent() == sent && !packet.has(SegmentFlags.SYN) && packet.payload().length > 0) {
                int at = packet.sequence() - syn.sequenceEnd();
                System.arraycopy(packet.payload(), 0, stream, at, packet.payload().length);
                Arrays.fill(there, at, at + packet.payload().length, true);
            }
        }
        for (int i = 0; i < there.length; i++) {
            check(there[i], "byte " + i + " of the stream is in no packet");
        }
        return stream;
    }

    private CapturedPacket only(Predicate<CapturedPacket> kind) {
        List<CapturedPacket> found = packets.stream().filter(kind).toList();
        check(!found.isEmpty() && found.stream().allMatch(p -> p.sequenceEnd() == found.get(0).sequenceEnd()),
                "not one but " + found);
        return found.get(0);
    }

    private static void check(boolean right, String what) {
        if (!right) {
            throw new AssertionError("wrong: " + what);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        packets.forEach(packet -> text.append(packet).append('\n'));
        return text.append(statistics).toString();
    }
}
