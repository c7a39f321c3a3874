/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import io.culvert.socket.CulvertSocket;
import io.culvert.socket.CulvertSocketFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** Jedis over Culvert. */
public final class JedisRecipe {
    private JedisRecipe() {
    }

    // recipe: client
    public static RedisClient client(CulvertSocketFactory sockets, InetSocketAddress server,
            JedisClientConfig config) {
        JedisSocketFactory connected = () -> {
            try {
                CulvertSocket socket = sockets.createSocket();
                socket.connect(server, config.getConnectionTimeoutMillis());
                socket.setSoTimeout(config.getSocketTimeoutMillis());
                return socket;
            } catch (IOException e) {
                throw new JedisConnectionException(e);
            }
        };
        return RedisClient.builder()
                .connectionProvider(new PooledConnectionProvider(new ConnectionFactory(connected, config)))
                .build();
    }
    // recipe ends
}
