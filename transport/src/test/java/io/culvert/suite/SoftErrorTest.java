/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static io.culvert.suite.SocketWorld.eventually;
import static io.culvert.suite.SocketWorld.finished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Timeout;

/** ICMP's port unreachable under a session that is open. In answer to a SYN it is {@link ConnectBehaviourTest}'s. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SoftErrorTest {
    private static final byte[] SOME = SeededPattern.bytes(10_000, 1);
    private static final int RTO_MIN_MILLIS = 20;

    // RFC 5461 4.1, RFC 5927 4: anybody may send one, and who has sent it may be a peer that comes back
    @EverySetting
    void aSessionSurvivesThatItsPeersSocketIsGoneForAWhile(Setting setting) throws Exception {
        try (SocketWorld world = new SocketWorld(setting)) {
            PairBuilder.Accepted accepted = new PairBuilder.Accepted();
            CulvertServerChannel listener = world.bind(world.server(accepted));
            try (Relay relay = new Relay(listener.localAddress())) {
                Recorder atClient = new Recorder();
                CulvertChannel client = (CulvertChannel) finished(world.client(atClient)
                        .option(CulvertChannelOption.RTO_MIN_MILLIS, RTO_MIN_MILLIS)
                        .connect(relay.address())).channel();
                Recorder atServer = accepted.next();
                world.resetAtEnd(atServer.channel());
                finished(client.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
                finished(client.delivered());

                relay.vanish();
                finished(client.writeAndFlush(Unpooled.wrappedBuffer(SOME)));
                eventually(() -> assertTrue(client.info().softErrors() > 1, client.info()::toString));
                assertTrue(client.isActive());

                relay.comeBack();
                finished(client.delivered());
                atServer.awaitBytes(2 * SOME.length);
                assertEquals(List.of(Recorder.ACTIVE), atClient.events());
                assertEquals(List.of(Recorder.ACTIVE), atServer.events());
            }
        }
    }
}
