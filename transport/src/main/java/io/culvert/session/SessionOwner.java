/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

import io.netty.buffer.ByteBuf;

/** The application's side of a session: the channel. */
public interface SessionOwner {
    /**
     * Something has come for the owner: bytes in the receive queue, news in the inbox, or the end of the session.
     * Called at the end of a batch, on the session's event loop, with no segment being processed.
     */
    void onInbox();

    /**
     * A buffer that the application waits for, to be filled and read at the end of the batch; {@code null} when it
     * waits for none, or for one with less room.
     */
    default ByteBuf newReadBuffer(int leastBytes) {
        return null;
    }

    /** A time without traffic may have begun: what only traffic needs may go. */
    void onRest();
}
