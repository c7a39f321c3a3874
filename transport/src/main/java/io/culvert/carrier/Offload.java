/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.carrier;

/**
 * What the kernel takes off us: many datagrams in one system call and one pass of its network stack.
 *
 * @param segmentsOnSend whether a train of equal datagrams leaves as one buffer that the kernel or the device cuts up
 * @param coalescesOnReceive whether a train comes as one buffer, together with the size of its datagrams
 */
public record Offload(boolean segmentsOnSend, boolean coalescesOnReceive) {
    /** Every datagram goes and comes alone. */
    static final Offload NONE = new Offload(false, false);
}
