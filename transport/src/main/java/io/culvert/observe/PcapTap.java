/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.observe;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Predicate;

/**
 * Writes the segments of sessions to a capture file that Wireshark and its like explain as TCP: every segment is the
 * TCP/IP packet that it would be, with true addresses, ports, numbers, options and checksums, in a file of the pcapng
 * format with time stamps in nanoseconds.
 *
 * <pre>{@code
 * try (PcapTap tap = PcapTap.open(Path.of("session.pcapng"))) {
 *     bootstrap.option(CulvertChannelOption.SESSION_OBSERVER, tap);
 *     ...
 * }
 * }</pre>
 *
 * <p>One tap may serve many sessions, on many event loops; but of each session only one end, or every segment is there
 * twice. Set on a server channel it sees all sessions that the server accepts, from their SYN on; {@link
 * Builder#sessions} chooses among them. What belongs to no session is not seen: resets to strangers, malformed
 * datagrams, and of a handshake by SYN cookie everything before the ACK that brings the cookie back. A segment sent is
 * written when it leaves the session; the path, or the socket, may still lose it.
 *
 * <p>It is an observer and not a handler among the datagrams because there it would not know the session and what the
 * session knows of a segment, and because segments would no longer travel in trains.
 *
 * <p>What a packet cannot say is in its comment: that it is a retransmission, the session's state when a SYN, FIN or
 * RST is sent, or received and not yet processed, and that packets before it are missing.
 *
 * <p>Event loops hand packets to a thread that writes them. They never wait for the disk: if it is so slow that
 * {@link Builder#bufferBytes} are waiting, packets are left out, and the file says how many, in the comment of the next
 * packet and in the interface statistics at the end. A disk that fails ends the capture, with one line in the log and
 * {@link #failure()}; no session notices. The file only grows, so that the capture of a process that dies can be read
 * up to there.
 *
 * <p>Time stamps are readings of the event loops' clock, set to the wall clock once, with the first segment. All
 * methods may be called by any thread.
 */
public final class PcapTap implements SessionObserver, AutoCloseable {
    /** Keeps every packet whole. */
    public static final int WHOLE_PACKETS = 262_144;

    private static final int MIN_BUFFER_BYTES = 256 * 1024;
    private static final int MAX_BUFFER_BYTES = 1 << 30;
    private static final int MAX_COMMENT_BYTES = 128;
    private static final int MAX_OVERHEAD_BYTES =
            PcapngWriter.PACKET_OVERHEAD_BYTES + IpPacket.MAX_HEADER_BYTES + MAX_COMMENT_BYTES;
    private static final int CONTROL = SegmentFlags.SYN | SegmentFlags.FIN | SegmentFlags.RST;

    /** Its monitor guards all that follows, too. */
    private final Spool spool;
    private final WallClock clock;
    private final Predicate<SessionView> sessions;
    private final int snapLength;
    private final boolean comments;
    private long firstNanos;
    private long lastNanos;
    private long segments;
    private long dropped;
    private long missing;

    private PcapTap(Builder builder, OutputStream out, String name) {
        clock = new WallClock(builder.clock);
        sessions = builder.sessions;
        snapLength = builder.snapLength;
        comments = builder.comments;
        spool = new Spool(out, name, builder.bufferBytes / 2,
                PcapngWriter.STATISTICS_OVERHEAD_BYTES + MAX_COMMENT_BYTES);
        synchronized (spool) {
            ByteBuf file = spool.lastRoom();
            PcapngWriter.writeSectionHeader(file);
            PcapngWriter.writeInterface(snapLength, file);
            spool.appended();
        }
    }

    /**
     * Begins a capture of all sessions that it is set on, in place of what the file had.
     *
     * @throws IOException if the file cannot be written
     */
    public static PcapTap open(Path file) throws IOException {
        return builder().open(file);
    }

    /** Begins a capture with settings. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void segmentSent(SessionView session, Segment segment, boolean retransmission, long nowNanos) {
        if (sessions.test(session)) {
            add(session, true, segment, retransmission, nowNanos);
        }
    }

    @Override
    public void segmentReceived(SessionView session, Segment segment, long nowNanos) {
        if (sessions.test(session)) {
            add(session, false, segment, false, nowNanos);
        }
    }

    private void add(SessionView session, boolean sent, Segment segment, boolean retransmission, long nowNanos) {
        InetSocketAddress local = session.localAddress();
        InetSocketAddress remote = session.remoteAddress();
        String comment = comments ? comment(session, sent, segment, retransmission) : "";
        synchronized (spool) {
            if (!spool.isOpen()) {
                return;
            }
            lastNanos = clock.epochNanos(nowNanos);
            firstNanos = segments == 0 ? lastNanos : firstNanos;
            segments++;
            int bytes = MAX_OVERHEAD_BYTES + segment.payloadLength();
            ByteBuf file = spool.room(bytes);
            if (file == null) {
                dropped++;
                missing++;
                return;
            }
            int start = file.writerIndex();
            boolean whole = false;
            try {
                file.ensureWritable(bytes);
                int packet = PcapngWriter.beginPacket(lastNanos, file);
                IpPacket.write(sent ? local : remote, sent ? remote : local, segment, file);
                PcapngWriter.endPacket(packet, snapLength, sent, missing == 0 ? comment : missing(comment), file);
                missing = 0;
                whole = true;
            } finally {
                if (!whole) {
                    file.writerIndex(start);
                    dropped++;
                    missing++;
                }
            }
            spool.appended();
        }
    }

    private static String comment(SessionView session, boolean sent, Segment segment, boolean retransmission) {
        String state = (segment.flags() & CONTROL) == 0 ? ""
                : (sent ? "sent in " : "received in ") + session.state().rfcName();
        if (!retransmission) {
            return state;
        }
        return state.isEmpty() ? "retransmission" : "retransmission, " + state;
    }

    private String missing(String comment) {
        String text = "segments missing here, because the capture could not keep up: " + missing;
        return comment.isEmpty() ? text : text + "; " + comment;
    }

    /**
     * Adds secrets that let Wireshark decrypt TLS on top of the captured sessions. Should come before the packets that
     * need them, so that they are decrypted on the first reading of the file.
     *
     * @param lines of a TLS key log (draft-ietf-tls-keylogfile), each with its line feed
     * @return whether they are in the file; not when the capture is closed, has failed or cannot keep up
     */
    public boolean addTlsKeys(CharSequence lines) {
        int bytes = PcapngWriter.SECRETS_OVERHEAD_BYTES + ByteBufUtil.utf8MaxBytes(lines);
        synchronized (spool) {
            ByteBuf file = spool.room(bytes);
            if (file == null) {
                return false;
            }
            file.ensureWritable(bytes);
            PcapngWriter.writeTlsKeys(lines, file);
            spool.appended();
            return true;
        }
    }

    /** How many segments there were so far. */
    public long segments() {
        synchronized (spool) {
            return segments;
        }
    }

    /** How many of {@link #segments()} are not, and will not be, in the file. */
    public long dropped() {
        synchronized (spool) {
            return dropped;
        }
    }

    /** What ended the capture early; {@code null} while all is well. */
    public Throwable failure() {
        return spool.failure();
    }

    /**
     * Ends the capture: returns when all is written, or after ten seconds if the disk does not take it. Segments that
     * come later are ignored. Not to be called by an event loop, because it waits for the disk.
     */
    @Override
    public void close() {
        synchronized (spool) {
            ByteBuf file = spool.lastRoom();
            if (spool.isOpen() && file != null) {
                String comment = missing == 0 ? "" : missing("");
                PcapngWriter.writeStatistics(firstNanos, lastNanos, segments, dropped, comment, file);
            }
            spool.end();
        }
        spool.awaitWritten();
    }

    /** The settings of a capture. */
    public static final class Builder {
        private InstantSource clock = WallClock.SYSTEM;
        private Predicate<SessionView> sessions = session -> true;
        private int snapLength = WHOLE_PACKETS;
        private int bufferBytes = 32 << 20;
        private boolean comments = true;

        private Builder() {
        }

        /**
         * Which sessions to capture; all unless set. Asked for each segment, on the session's event loop, so it must be
         * quick; of a session in TIME-WAIT it sees another view, with the same addresses.
         */
        public Builder sessions(Predicate<SessionView> sessions) {
            this.sessions = sessions;
            return this;
        }

        /**
         * The most bytes of a packet to keep, headers included, 64 to {@value #WHOLE_PACKETS}, which is the default and
         * more than any packet has. Checksums are those of the whole packet.
         */
        public Builder snapLength(int bytes) {
            snapLength = within(64, bytes, WHOLE_PACKETS);
            return this;
        }

        /**
         * The most bytes of heap that packets waiting for the disk may take, 262,144 to 1,073,741,824; 33,554,432
         * unless set. They are taken as they are needed.
         */
        public Builder bufferBytes(int bytes) {
            bufferBytes = within(MIN_BUFFER_BYTES, bytes, MAX_BUFFER_BYTES);
            return this;
        }

        /** Whether packets have comments; they do unless set. */
        public Builder comments(boolean comments) {
            this.comments = comments;
            return this;
        }

        /** What tells the time of day of the first segment; the system unless set. */
        public Builder clock(InstantSource clock) {
            this.clock = clock;
            return this;
        }

        private static int within(int least, int bytes, int most) {
            if (bytes < least || bytes > most) {
                throw new IllegalArgumentException(bytes + " bytes: must be " + least + " to " + most);
            }
            return bytes;
        }

        /**
         * Begins the capture, in place of what the file had; a named pipe with a reader will do, too.
         *
         * @throws IOException if the file cannot be written
         */
        public PcapTap open(Path file) throws IOException {
            return new PcapTap(this, Files.newOutputStream(file), file.toString());
        }

        /** Begins the capture on a stream, which a thread of the capture's writes and, in the end, closes. */
        public PcapTap open(OutputStream out) {
            return new PcapTap(this, out, "on a stream");
        }
    }
}
