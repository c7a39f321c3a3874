/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Where sessions meet Netty: one UDP channel, its pipeline and the sessions on it. The handlers hold nothing of a
 * session; the order they stand in is written in {@link io.culvert.carrier.CarrierInitializer} alone.
 */
package io.culvert.carrier;
