/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

import io.culvert.segment.MalformedReason;

/** What a carrier counts. Written on its event loop. */
public final class CarrierCounters {
    private final long[] malformed = new long[MalformedReason.values().length];
    /** Segments that belonged to no session. */
    public long strays;
    /** Resets sent to strays. */
    public long resetsToStrays;
    /** SYN cookies sent. */
    public long cookiesSent;
    /** Sessions opened by a SYN cookie that came back. */
    public long cookiesAccepted;
    /** TIME-WAIT records that gave way to newer ones. */
    public long timeWaitsEvicted;
    /** Orphans that gave way to newer ones. */
    public long orphansEvicted;
    /** Datagrams handed to the carrier that they should have come to. */
    public long handedOver;
    /** Datagrams that were not, because too many waited there. */
    public long handOversDropped;
    /** Errors the socket reported. */
    public long socketErrors;
    /** Datagrams that this host did not send because they were too long for its interface. */
    public long datagramsTooLong;
    /** Messages that nobody wanted: those that were no datagrams, and what the handler of foreign ones left. */
    public long foreignMessages;
    /** Datagrams that are no segments by their first two bits, given to the user's handler of such. */
    public long foreignDatagrams;
    /** Exceptions of that handler. */
    public long foreignErrors;

    void malformed(MalformedReason reason) {
        malformed[reason.ordinal()]++;
    }

    /** Datagrams dropped for a reason. */
    public long malformedBy(MalformedReason reason) {
        return malformed[reason.ordinal()];
    }
}
