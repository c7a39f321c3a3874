/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * BBRv3 as draft-ietf-ccwg-bbr describes it, and as its authors' repository had it in August 2026. Pure.
 *
 * <p>{@link io.culvert.congestion.bbr.Bbr} takes the calls and runs the steps of each event in the draft's order. What
 * the steps share is {@code PathModel}, the draft's {@code BBR.*}, with {@code Transport} and {@code RateSample}, its
 * {@code C.*} and {@code RS.*}. Each estimator and each state has a file, and fields keep the draft's names:
 * {@code BBR.bw_shortterm} is {@code bwShortterm}. Bandwidths are bytes per second, volumes bytes, times nanoseconds.
 */
package io.culvert.congestion.bbr;
