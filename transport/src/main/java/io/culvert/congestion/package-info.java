/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Congestion control: {@link io.culvert.congestion.CongestionController}, which a user can implement, with what it is
 * told of an acknowledgment ({@link io.culvert.congestion.AckSample}); the controllers
 * {@link io.culvert.congestion.Cubic}, {@link io.culvert.congestion.NewReno} and
 * {@link io.culvert.congestion.bbr.Bbr}; and what serves them all: delivery rates, pacing, whether the window is used.
 * Pure.
 */
package io.culvert.congestion;
