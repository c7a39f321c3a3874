/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.state.ConnectionState;
import org.junit.jupiter.api.Test;

/** The bounds of a listening endpoint. */
final class ListenerTest {
    private final Listener listener = new Listener(2, EndpointKeys.of(new byte[EndpointKeys.SECRET_BYTES]));

    private void opensHalf() {
        listener.moved(ConnectionState.LISTEN, ConnectionState.SYN_RECEIVED);
    }

    private void opens() {
        opensHalf();
        listener.moved(ConnectionState.SYN_RECEIVED, ConnectionState.ESTABLISHED);
    }

    @Test
    void boundsHalfOpenSessions() {
        opensHalf();
        assertTrue(listener.hasRoomForHalfOpen());
        opensHalf();
        assertFalse(listener.hasRoomForHalfOpen());
        assertTrue(listener.hasRoom());
    }

    @Test
    void aHalfOpenSessionThatEndsMakesRoom() {
        opensHalf();
        opensHalf();
        listener.moved(ConnectionState.SYN_RECEIVED, ConnectionState.CLOSED);
        assertTrue(listener.hasRoomForHalfOpen());
        assertEquals(1, listener.halfOpen());
        assertEquals(0, listener.unaccepted());
    }

    @Test
    void boundsSessionsThatWaitToBeAccepted() {
        opens();
        assertTrue(listener.hasRoom());
        opens();
        assertFalse(listener.hasRoom());
        assertEquals(0, listener.halfOpen());
        assertTrue(listener.hasRoomForHalfOpen());
        listener.accepted();
        assertTrue(listener.hasRoom());
        assertEquals(1, listener.unaccepted());
    }

    @Test
    void whatAnEstablishedSessionDoesLaterCountsNoMore() {
        opens();
        listener.accepted();
        listener.moved(ConnectionState.ESTABLISHED, ConnectionState.CLOSE_WAIT);
        listener.moved(ConnectionState.CLOSE_WAIT, ConnectionState.LAST_ACK);
        listener.moved(ConnectionState.LAST_ACK, ConnectionState.CLOSED);
        assertEquals(0, listener.halfOpen());
        assertEquals(0, listener.unaccepted());
    }
}
