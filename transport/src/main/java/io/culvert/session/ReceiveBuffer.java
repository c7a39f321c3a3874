/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/**
 * How much may wait to be read. Grows by dynamic right-sizing (Fisk and Feng, 2001), as Linux does it in
 * {@code tcp_rcv_space_adjust}: what the application has read within a round trip tells how fast the peer sends and how
 * fast the application is, and the buffer is made so large that the window never stops slow start. It does not grow
 * while the application does not read. A size set by SO_RCVBUF stays.
 *
 * <p>Unlike a kernel's, this window's bytes wait in a UDP socket first, which drops what it has no room for. So the
 * round trip is the bare path's, without that wait, and what was read in a longer time makes the buffer as large as a
 * burst that the socket takes, no larger. On a path within the host that socket is all there is of a path, and no more
 * is offered than a share of it ({@link SocketRoom}).
 */
final class ReceiveBuffer {
    private static final int MAX_WINDOW_FIELD = 65535;
    /** RFC 6928: what the peer sends in its first round trip. */
    private static final int INITIAL_SEGMENTS = 10;
    /** Linux's cushion for small variations. */
    private static final int CUSHION_SEGMENTS = 16;
    /** Who reads so much at a time shares the socket's room with the others that do. */
    private static final int MUCH_BYTES = 16 * 1024;

    private SessionConfig config;
    private final Allowance allowance;
    private final int segmentBytes;
    /** {@code null} when the path leaves the host. */
    private SocketRoom room;
    private boolean sharing;
    /** The most that was read within a round trip. */
    private int mostRead;
    /** How large the buffer should be. */
    private int wanted;
    private long measuredNanos;
    private long measuredRead;
    private boolean measuring;
    private boolean promisesMore;

    /**
     * A buffer of the first size.
     *
     * @param segmentBytes the largest segment that is expected
     */
    ReceiveBuffer(SessionConfig config, MemoryBudget memory, int segmentBytes) {
        this.config = config;
        this.segmentBytes = segmentBytes;
        allowance = new Allowance(memory);
        mostRead = INITIAL_SEGMENTS * segmentBytes;
    }

    void config(SessionConfig config) {
        this.config = config;
    }

    /** The path is within the host, and this the room it has; {@code null} when it leaves the host. */
    void room(SocketRoom room) {
        leaveRoom();
        this.room = room;
    }

    private void enterRoom() {
        if (room != null && !sharing) {
            room.path().enter();
            sharing = true;
        }
    }

    private void leaveRoom() {
        if (sharing) {
            room.path().leave();
            sharing = false;
        }
    }

    private int firstBytes() {
        return Math.min(config.receiveBufferBytes, config.maxReceiveBufferBytes);
    }

    /** How large the buffer is. */
    int bytes() {
        return config.receiveBufferFixed ? config.receiveBufferBytes : firstBytes() + allowance.bytes();
    }

    /** The most that was read within a round trip. */
    int mostReadBytes() {
        return mostRead;
    }

    /** How much of it is offered to the peer. What was offered before others came to share the room stays offered. */
    int offeredBytes() {
        return sharing && !config.receiveBufferFixed ? Math.min(bytes(), room.shareBytes()) : bytes();
    }

    /** What it has drawn from the budget. */
    int drawnBytes() {
        return allowance.bytes();
    }

    /**
     * The application has read.
     *
     * @param totalRead how many bytes since the session began
     * @param rttNanos the round trip, 0 while it is not known
     * @param scale the shift count of our windows: a buffer that they cannot offer is of no use
     * @param burstBytes what the UDP socket takes in one burst
     */
    void afterRead(long totalRead, long rttNanos, int scale, int burstBytes, long nowNanos) {
        if (!measuring) {
            measuring = true;
            measuredNanos = nowNanos;
        }
        long elapsed = nowNanos - measuredNanos;
        if (rttNanos == 0 || elapsed < rttNanos) {
            return;
        }
        int most = Math.min(config.maxReceiveBufferBytes, MAX_WINDOW_FIELD << scale);
        int read = (int) Math.min(totalRead - measuredRead, most);
        if (room != null && !room.path().isShort(rttNanos, nowNanos)) {
            leaveRoom();
        } else if (read >= MUCH_BYTES) {
            enterRoom();
        }
        if (sharing) {
            most = Math.min(most, room.shareBytes());
        }
        measuredNanos = nowNanos;
        measuredRead = totalRead;
        int readInRtt = (int) (read * Math.min(1, 2.0 * rttNanos / elapsed));
        if (readInRtt > mostRead) {
            wanted = (int) Math.max(wanted, rightSize(readInRtt));
            mostRead = readInRtt;
        }
        wanted = Math.min(most, (int) Math.max(wanted, Math.min(burstBytes, steadySize(read))));
        // what the budget has refused is asked for again
        if (wanted > bytes() && !config.receiveBufferFixed) {
            allowance.raise(wanted - firstBytes(), most - firstBytes());
        }
    }

    /** Twice what was read outlasts a loss. */
    private long steadySize(int read) {
        return 2L * read + (long) CUSHION_SEGMENTS * segmentBytes;
    }

    /** Twice the growth comes on top, as in Linux: what is announced now limits the round trip after next. */
    private long rightSize(int read) {
        long size = steadySize(read);
        return Math.min(Integer.MAX_VALUE, size + 2 * (size * (read - mostRead) / mostRead));
    }

    /**
     * Nothing has come for long: goes back to the first size, or to what is held now. What the peer has been offered it
     * may still send, and {@link #cover} draws for it then.
     */
    void shrink(int heldBytes, int offeredBytes) {
        allowance.lower(config.receiveBufferFixed ? 0 : Math.max(0, heldBytes - firstBytes()));
        promisesMore = !config.receiveBufferFixed && offeredBytes > bytes();
        leaveRoom();
        mostRead = INITIAL_SEGMENTS * segmentBytes;
        wanted = 0;
    }

    /** Whether the peer may send more than the buffer holds, because it has shrunk. */
    boolean promisesMore() {
        return promisesMore;
    }

    /** Draws for bytes that the peer was offered before the buffer shrank. */
    void cover(int bytes, int offeredBytes) {
        allowance.raise(bytes - firstBytes(), offeredBytes - firstBytes());
        promisesMore = offeredBytes > bytes();
    }

    /** Nobody reads any more: what comes is not kept. */
    void discard() {
        allowance.lower(0);
        allowance.end();
        room(null);
        promisesMore = false;
    }

    /** The session is over; so much is still to be read. */
    void end(int unreadBytes) {
        allowance.lower(Math.max(0, unreadBytes - firstBytes()));
        allowance.end();
        room(null);
        promisesMore = false;
    }
}
