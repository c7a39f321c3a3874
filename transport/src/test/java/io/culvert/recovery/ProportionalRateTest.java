/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6937 section 3, with the choice of the reduction bound by RFC 9937. */
final class ProportionalRateTest {
    private static final int SMSS = 1000;

    private final ProportionalRate rate = new ProportionalRate();
    private long pipe;
    private int sentSegments;

    private void begins(int flight, int pipeSegments, int ssthresh) {
        pipe = pipeSegments * SMSS;
        rate.begin(flight * SMSS, pipe, ssthresh * SMSS, false);
    }

    /** An acknowledgment delivers segments, and others are lost; sends what the window allows, in segments. */
    private int acked(int delivered, int lost, boolean safe) {
        pipe -= (delivered + lost) * SMSS;
        rate.onAck(delivered * SMSS, pipe, safe, SMSS);
        int sent = 0;
        for (; pipe + SMSS <= rate.window(); sent++) {
            pipe += SMSS;
            rate.onSent(SMSS);
        }
        sentSegments += sent;
        return sent;
    }

    // proportional part: of RecoverFS delivered, ssthresh are sent
    @ParameterizedTest
    @CsvSource({"20, 10", "20, 14", "100, 50", "100, 70", "37, 26"})
    void whatLeavesIsProportionalToWhatIsDelivered(int flight, int ssthresh) {
        begins(flight, flight - 1, ssthresh);
        for (int delivered = 1; delivered < flight - 1; delivered++) {
            acked(1, 0, false);
            int most = (delivered * ssthresh + flight - 1) / flight;
            int soFar = sentSegments;
            int count = delivered;
            assertTrue(soFar <= Math.max(1, most), () -> soFar + " sent of " + count + " delivered");
            assertTrue(pipe >= ssthresh * SMSS || soFar == most, () -> soFar + " sent of " + count + " delivered");
        }
        assertEquals(ssthresh * SMSS, pipe, SMSS, "the flight ends at ssthresh");
    }

    // RFC 9937 section 6.2: the first retransmission goes whatever the numbers say
    @Test
    void theFirstRetransmissionGoesInAnyCase() {
        begins(100, 96, 1);
        assertEquals(1, acked(1, 0, false));
        assertEquals(0, acked(1, 0, false));
    }

    // section 3: CRB sends what was delivered, and no more
    @Test
    void theConservativeBoundConservesPackets() {
        begins(20, 4, 10);
        assertEquals(1, acked(1, 0, false));
        assertEquals(2, acked(2, 0, false));
        assertEquals(4 * SMSS, pipe);
    }

    // section 3: SSRB sends one more for each acknowledgment, until ssthresh
    @Test
    void theSlowStartBoundGrowsByOneForEachAck() {
        begins(20, 4, 10);
        for (int flight = 5; flight <= 10; flight++) {
            assertEquals(2, acked(1, 0, true));
            assertEquals(flight * SMSS, pipe);
        }
        assertEquals(1, acked(1, 0, true));
        assertEquals(10 * SMSS, pipe);
    }

    // RFC 9937: an acknowledgment that shows another loss is not safe
    @Test
    void aFurtherLossKeepsTheFlightDown() {
        begins(20, 12, 10);
        acked(1, 0, false);
        int sent = acked(1, 6, false);
        assertTrue(sent <= 2, () -> sent + " segments at once");
        assertTrue(pipe <= 6 * SMSS);
    }

    // section 3: the deficit of a lost acknowledgment is made up, since prr_delivered counts all of it
    @Test
    void whatALostAckDidNotAllowTheNextOneDoes() {
        begins(20, 18, 10);
        acked(1, 0, false);
        acked(5, 0, false);
        assertEquals(3, sentSegments);
    }

    // section 3: where many acknowledgments are lost, at most what is missing to ssthresh
    @ParameterizedTest
    @ValueSource(ints = {12, 15, 18})
    void manyLostAcksMakeNoBurstBeyondSsthresh(int delivered) {
        begins(20, 19, 10);
        acked(1, 0, true);
        acked(delivered, 0, true);
        assertTrue(pipe <= 10 * SMSS, () -> pipe + " bytes in flight");
    }

    @Test
    void aNewEpisodeForgetsTheLastOne() {
        begins(20, 19, 10);
        acked(10, 0, true);
        begins(20, 19, 10);
        assertEquals(1, acked(1, 0, false));
        assertEquals(0, acked(1, 0, false));
        assertEquals(1, acked(1, 0, false));
    }

    // as Linux, which counts segments: small ones are allowed no less than full ones
    @Test
    void aPartOfASegmentAllowsAllOfIt() {
        rate.begin(20 * SMSS, 19 * SMSS, 10 * SMSS, false);
        rate.onSent(SMSS);
        rate.onAck(2 * SMSS + 100, 17 * SMSS - 100, false, SMSS);
        assertEquals(18 * SMSS - 100, rate.window());
        rate.onSent(SMSS);
        rate.onAck(SMSS, 17 * SMSS - 100, false, SMSS);
        assertEquals(17 * SMSS - 100, rate.window(), "it is taken off the next");
    }
}
