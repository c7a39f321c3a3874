/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.contender;

import java.util.List;

/** A system that can be measured; {@link Contenders} lists them. */
public interface ContenderFactory {
    /** Its name, as it is asked for. */
    String system();

    /** What can drive it, best first; the empty string alone if it drives its sockets itself. */
    List<String> ios();

    /** Those that are measured when nobody asks for others. */
    default List<String> usualIos() {
        return ios();
    }

    /** Why a benchmark, named as its command, makes no sense for it; empty if it does. */
    default String unsuited(String benchmark) {
        return "";
    }

    /**
     * Opens one side, in a process that does nothing else.
     *
     * @throws UnavailableException if it cannot run here or not so
     */
    Contender open(Setup setup) throws Exception;

    /** What a reader of its figures has to know, in a sentence or two; empty if nothing. */
    default String remark() {
        return "";
    }
}
