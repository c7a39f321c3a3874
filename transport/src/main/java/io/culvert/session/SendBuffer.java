/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/**
 * How much the send queue may hold: twice the congestion window, so that a window is there to be sent while another is
 * being acknowledged, as Linux does in {@code tcp_sndbuf_expand}. Grows while the application has more to send than
 * fits; a size set by SO_SNDBUF stays.
 */
final class SendBuffer {
    /** Room is told in steps of so much, one large write, so that it is told in time and not for every byte. */
    private static final int ROOM_STEP_BYTES = 64 * 1024;

    private SessionConfig config;
    private final Allowance allowance;

    SendBuffer(SessionConfig config, MemoryBudget memory) {
        this.config = config;
        allowance = new Allowance(memory);
    }

    void config(SessionConfig config) {
        this.config = config;
    }

    private int firstBytes() {
        return Math.min(config.sendBufferBytes, config.maxSendBufferBytes);
    }

    /** How large the buffer is. */
    int bytes() {
        return config.sendBufferFixed ? config.sendBufferBytes : firstBytes() + allowance.bytes();
    }

    /** What it has drawn from the budget. */
    int drawnBytes() {
        return allowance.bytes();
    }

    /** The application has more to send than fits. */
    void expand(long congestionWindow) {
        int most = config.maxSendBufferBytes;
        int wanted = (int) Math.min(2 * Math.min(congestionWindow, most), most);
        if (wanted > bytes() && !config.sendBufferFixed) {
            allowance.raise(wanted - firstBytes(), most - firstBytes());
        }
    }

    /** Whether so much room is worth telling the application: a third of the buffer, as in Linux, or a large write. */
    boolean isRoom(int freeBytes) {
        return freeBytes >= Math.min(bytes() / 3, ROOM_STEP_BYTES);
    }

    /** Goes back to the first size, or to what is held now. */
    void shrink(int queuedBytes) {
        allowance.lower(config.sendBufferFixed ? 0 : Math.max(0, queuedBytes - firstBytes()));
    }

    /** The session is over. */
    void end() {
        allowance.lower(0);
        allowance.end();
    }
}
