/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/**
 * What the application has not been told yet. The engine fills it while segments are processed; the session's owner
 * empties it at the end of the batch, the only place where user code runs.
 */
public final class Inbox {
    private boolean connected;
    private boolean inputEnd;
    private boolean failed;
    private boolean acknowledged;

    void noteAcknowledged() {
        acknowledged = true;
    }

    /** Notes that this side is ESTABLISHED. */
    public void noteConnected() {
        connected = true;
    }

    /** Notes that the peer's FIN has come, after all data before it. */
    public void noteInputEnd() {
        inputEnd = true;
    }

    /** Notes that the session has failed; the reason stands in its state machine. */
    public void noteFailed() {
        failed = true;
    }

    /** Whether the owner is still to be told that the session is open. */
    public boolean isConnectedNews() {
        return connected;
    }

    /** Takes the news that the session is open. */
    public boolean pollConnected() {
        boolean news = connected;
        connected = false;
        return news;
    }

    /** Whether the peer has ended its output. Stays true. */
    public boolean isInputEnd() {
        return inputEnd;
    }

    /** Takes the news that the session has failed. */
    public boolean pollFailed() {
        boolean news = failed;
        failed = false;
        return news;
    }

    /** Takes the news that the peer has acknowledged something, so that the send queue has room. */
    public boolean pollAcknowledged() {
        boolean news = acknowledged;
        acknowledged = false;
        return news;
    }
}
