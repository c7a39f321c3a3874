/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/** What is to be sent besides the stream and acknowledgments: orders that the next transmission carries out. */
public final class Outbox {
    private boolean syn;
    private boolean reset;
    private boolean windowProbe;
    private boolean keepaliveProbe;
    private boolean smallSegment;
    private boolean retransmitFirst;
    private boolean tailLossProbe;

    /** Orders SYN, or SYN,ACK when the peer's SYN has been received. */
    public void orderSyn() {
        syn = true;
    }

    /** Orders RST, after which nothing else is sent. */
    public void orderReset() {
        reset = true;
    }

    void orderWindowProbe() {
        windowProbe = true;
    }

    void orderKeepaliveProbe() {
        keepaliveProbe = true;
    }

    /** RFC 9293 3.8.6.2.1 (4): the override timeout has come, a small segment goes after all. */
    void orderSmallSegment() {
        smallSegment = true;
    }

    /** The first lost segment goes whatever congestion window and pacing say: RFC 5681 3.2, RFC 6298 5.4. */
    void orderRetransmitFirst() {
        retransmitFirst = true;
    }

    /** RFC 8985 7.3: a probe of the tail goes whatever congestion window and pacing say. */
    void orderTailLossProbe() {
        tailLossProbe = true;
    }

    /** Whether there is an order for a segment, rather than one that lets a segment of the stream go. */
    boolean hasOrders() {
        return syn || reset || windowProbe || keepaliveProbe || tailLossProbe;
    }

    boolean takeTailLossProbe() {
        boolean order = tailLossProbe;
        tailLossProbe = false;
        return order;
    }

    boolean takeSyn() {
        boolean order = syn;
        syn = false;
        return order;
    }

    /** Whether a reset is ordered. */
    public boolean isResetOrdered() {
        return reset;
    }

    boolean takeReset() {
        boolean order = reset;
        reset = false;
        return order;
    }

    boolean takeWindowProbe() {
        boolean order = windowProbe;
        windowProbe = false;
        return order;
    }

    boolean takeKeepaliveProbe() {
        boolean order = keepaliveProbe;
        keepaliveProbe = false;
        return order;
    }

    boolean takeSmallSegment() {
        boolean order = smallSegment;
        smallSegment = false;
        return order;
    }

    boolean takeRetransmitFirst() {
        boolean order = retransmitFirst;
        retransmitFirst = false;
        return order;
    }
}
