/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What a listener needs before there is a session: keys, initial sequence numbers, SYN cookies, bounds. Pure. */
package io.culvert.listen;
