/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** RFC 9293 3.10.7.4: the window is taken from the newest segment, as SND.WL1 and SND.WL2 tell it. */
final class WindowUpdateTest {
    @Test
    void anOlderSegmentDoesNotChangeTheWindow() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(data(1011, 10).win(4000));
            s.peer().expects(ack(1, 1001));
            s.peer().sends(data(1001, 10).win(100));
            s.peer().expects(ack(1, 1021));
            assertEquals(4000, s.info().peerWindowBytes());
            s.app().expectsRead(20);
        }
    }

    @Test
    void aSegmentOfTheSameNumberAndANewerOneDo() {
        try (Script s = Script.establishedServer()) {
            s.peer().sends(ack(1001, 1).win(4000));
            assertEquals(4000, s.info().peerWindowBytes());
            s.peer().sends(ack(1001, 1).win(100));
            assertEquals(100, s.info().peerWindowBytes());
        }
    }
}
