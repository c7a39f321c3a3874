/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.contender;

/** A contender cannot run on this machine, or not as it was asked to; the message says why. */
public final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    /** With the reason, to be read by a person. */
    public UnavailableException(String reason) {
        super(reason);
    }
}
