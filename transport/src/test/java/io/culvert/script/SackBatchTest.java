/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.script;

import static io.culvert.script.Setting.peerSack;
import static io.culvert.script.Setting.peerTimestamps;
import static io.culvert.script.Spec.ack;
import static io.culvert.script.Spec.data;

import org.junit.jupiter.api.Test;

/** What our selective acknowledgments say of a batch: segments that came together, which need not one each. */
final class SackBatchTest {
    // RFC 2018 4 has each block in three acknowledgments, and does not know of batches
    @Test
    void everyHoleOfABatchGetsAnAcknowledgment() {
        try (Script s = Script.establishedServer(peerSack(), peerTimestamps())) {
            s.peer().sends(data(1101, 10), data(1201, 10), data(1301, 10), data(1401, 10), data(1411, 10));
            s.peer().expects(ack(1, 1001).sack(1101, 1111),
                    ack(1, 1001).sack(1201, 1211, 1101, 1111),
                    ack(1, 1001).sack(1301, 1311, 1201, 1211, 1101, 1111),
                    ack(1, 1001).sack(1401, 1421, 1301, 1311, 1201, 1211));
        }
    }

    // the peer counts bytes, not acknowledgments; but the only one might be lost
    @Test
    void aBatchBehindOneHoleGetsAcknowledgmentsEverFurtherApart() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1101, 100));
            s.peer().expects(ack(1, 1001).sack(1101, 1201));
            s.peer().sends(data(1201, 100), data(1301, 100), data(1401, 100), data(1501, 100), data(1601, 100),
                    data(1701, 100), data(1801, 100));
            s.peer().expects(ack(1, 1001).sack(1101, 1401), ack(1, 1001).sack(1101, 1801),
                    ack(1, 1001).sack(1101, 1901));
        }
    }

    @Test
    void whatABatchFillsItselfIsNotTold() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1101, 100), data(1001, 100));
            s.peer().expects(ack(1, 1201));
            s.app().expectsRead(200);
        }
    }

    // RFC 8985 6.2: if the segment that fills the hole was sent last, a block not told with it would be taken for lost
    @Test
    void aBlockIsToldBeforeABatchGoesOnToAnother() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1101, 100), data(1301, 100), data(1001, 100));
            s.peer().expects(ack(1, 1001).sack(1101, 1201), ack(1, 1201).sack(1301, 1401));
            s.app().expectsRead(200);
        }
    }

    // RFC 5681 4.2: at least every second segment, and at once when a hole is filled
    @Test
    void aBatchOnAPathThatLosesIsAcknowledgedBeforeItsEnd() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1101, 100));
            s.peer().expects(ack(1, 1001).sack(1101, 1201));
            s.peer().sends(data(1001, 100), data(1201, 100));
            s.peer().expects(ack(1, 1201), ack(1, 1301));
            s.peer().sends(data(1301, 100), data(1401, 100), data(1501, 100));
            s.peer().expects(ack(1, 1501), ack(1, 1601));
            s.app().expectsRead(600);
        }
    }

    @Test
    void aPathThatLosesNoMoreGetsOneAcknowledgmentForABatch() {
        try (Script s = Script.establishedServer(peerSack())) {
            s.peer().sends(data(1101, 100), data(1001, 100));
            s.peer().expects(ack(1, 1201));
            for (int seq = 1201; seq != 1201 + 1024; seq++) {
                s.peer().sends(data(seq, 1));
            }
            s.peer().drain();
            s.peer().sends(data(2225, 100), data(2325, 100), data(2425, 100), data(2525, 100));
            s.peer().expects(ack(1, 2625));
            s.app().expectsRead(200 + 1024 + 400);
        }
    }
}
