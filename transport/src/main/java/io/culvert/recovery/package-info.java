/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Loss detection and recovery, one RFC concept a file. Pure. {@link io.culvert.recovery.FlightLog} has a record for
 * each segment in flight, {@link io.culvert.recovery.Recovery} one of each algorithm and where it all stands.
 */
package io.culvert.recovery;
