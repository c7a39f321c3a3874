/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.culvert.examples.recipes.JedisRecipe;
import io.culvert.socket.CulvertSocketFactory;
import io.netty.channel.EventLoopGroup;
import java.net.SocketTimeoutException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Jedis, and a server of its protocol, on the sockets of both sides. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JedisTest {
    private static final int PATIENCE_MILLIS = 20_000;

    private static RedisClient client(EventLoopGroup group, RespServer server, int timeoutMillis) {
        return JedisRecipe.client(new CulvertSocketFactory(group), server.address(),
                DefaultJedisClientConfig.builder().protocol(RedisProtocol.RESP2)
                        .connectionTimeoutMillis(PATIENCE_MILLIS).socketTimeoutMillis(timeoutMillis).build());
    }

    @ParameterizedTest
    @EnumSource
    void valuesComeBackOnAPooledConnection(Io io) throws Exception {
        EventLoopGroup group = io.newGroup();
        try (RespServer server = new RespServer(group); RedisClient jedis = client(group, server, PATIENCE_MILLIS)) {
            assertEquals("PONG", jedis.ping());
            for (int i = 0; i < 200; i++) {
                assertEquals("OK", jedis.set("key " + i, "value " + i));
                assertEquals("value " + i, jedis.get("key " + i));
            }
            assertNull(jedis.get("no such key"));
            byte[] large = new byte[4 << 20];
            new SplittableRandom(1).nextBytes(large);
            jedis.set("large".getBytes(), large);
            assertArrayEquals(large, jedis.get("large".getBytes()));
            assertEquals(1, server.accepted());
        } finally {
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTimeoutIsTold(Io io) throws Exception {
        EventLoopGroup group = io.newGroup();
        try (RespServer server = new RespServer(group);
                RedisClient patient = client(group, server, PATIENCE_MILLIS);
                RedisClient hasty = client(group, server, 100)) {
            assertEquals("OK", patient.set("a", "b"));
            JedisConnectionException timeout =
                    assertThrows(JedisConnectionException.class, () -> hasty.exists("a"));
            assertInstanceOf(SocketTimeoutException.class, timeout.getCause());
            assertEquals("b", patient.get("a"));
        } finally {
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
