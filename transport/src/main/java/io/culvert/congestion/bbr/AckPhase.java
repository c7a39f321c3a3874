/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.congestion.bbr;

/** BBR.ack_phase: what acknowledgments say about the latest bandwidth probe. */
enum AckPhase {
    /** Not probing, and no feedback of a probe is under way. */
    ACKS_INIT,
    /** Sending at the estimated bandwidth to fill the pipe. */
    ACKS_REFILLING,
    /** The probe has begun, its feedback has not. */
    ACKS_PROBE_STARTING,
    /** Feedback of the probe arrives. */
    ACKS_PROBE_FEEDBACK,
    /** The probe has ended, its feedback still arrives. */
    ACKS_PROBE_STOPPING
}
