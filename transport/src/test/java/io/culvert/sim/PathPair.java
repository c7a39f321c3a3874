/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import java.util.function.Consumer;

/** Both directions between two hosts. */
public final class PathPair extends PathConditions<PathPair> {
    private final Path there;
    private final Path back;

    PathPair(Path there, Path back) {
        this.there = there;
        this.back = back;
    }

    @Override
    void each(Consumer<Path> change) {
        change.accept(there);
        if (back != there) {
            change.accept(back);
        }
    }

    @Override
    PathPair self() {
        return this;
    }
}
