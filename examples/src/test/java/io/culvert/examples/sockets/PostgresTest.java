/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.culvert.examples.recipes.PostgresRecipe;
import io.netty.channel.EventLoopGroup;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.util.PSQLState;

/** PostgreSQL's JDBC driver on a Culvert socket, against a PostgreSQL server behind a relay. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostgresTest {
    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void startServer() {
        try {
            postgres = EmbeddedPostgres.builder().start();
        } catch (Exception | LinkageError e) {
            assumeTrue(false, "skipped: PostgreSQL does not start here: " + e);
        }
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (postgres != null) {
            postgres.close();
        }
    }

    /** What a test does with a connection, and with the port that others may connect to. */
    private interface Work {
        void with(Connection connection, int port) throws Exception;
    }

    private static void run(Io io, Work work) throws Exception {
        EventLoopGroup group = io.newGroup();
        try (TcpRelay relay = new TcpRelay(group, io.tcp(), postgres.getPort());
                Connection connection = connect(relay.port())) {
            work.with(connection, relay.port());
        } finally {
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static Connection connect(int port) throws SQLException {
        return PostgresRecipe.connect("localhost", port, "postgres", "postgres");
    }

    @ParameterizedTest
    @EnumSource
    void rowsComeBackAsTheyWere(Io io) throws Exception {
        run(io, (connection, port) -> {
            byte[] blob = new byte[3_000_000];
            new SplittableRandom(1).nextBytes(blob);
            try (Statement statement = connection.createStatement()) {
                statement.execute("create temporary table pipes (id int primary key, name text, content bytea)");
            }
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("insert into pipes values (?, ?, ?)")) {
                for (int id = 0; id < 500; id++) {
                    insert.setInt(1, id);
                    insert.setString(2, "pipe " + id);
                    insert.setBytes(3, id == 7 ? blob : null);
                    insert.addBatch();
                }
                assertEquals(500, insert.executeBatch().length);
            }
            connection.commit();
            try (PreparedStatement select = connection.prepareStatement("select * from pipes order by id")) {
                select.setFetchSize(50);
                int id = 0;
                for (ResultSet rows = select.executeQuery(); rows.next(); id++) {
                    assertEquals(id, rows.getInt(1));
                    assertEquals("pipe " + id, rows.getString(2));
                    assertArrayEquals(id == 7 ? blob : null, rows.getBytes(3));
                }
                assertEquals(500, id);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void copyRunsBothWays(Io io) throws Exception {
        run(io, (connection, port) -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("create temporary table numbers (n int, text text)");
            }
            StringBuilder lines = new StringBuilder();
            for (int n = 0; n < 50_000; n++) {
                lines.append(n).append('\t').append("number ").append(n).append('\n');
            }
            var copy = connection.unwrap(PGConnection.class).getCopyAPI();
            assertEquals(50_000, copy.copyIn("copy numbers from stdin", new StringReader(lines.toString())));
            StringWriter out = new StringWriter();
            assertEquals(50_000, copy.copyOut("copy (select * from numbers order by n) to stdout", out));
            assertEquals(lines.toString(), out.toString());
        });
    }

    /** The driver polls with a read timeout of a millisecond, and goes on as if nothing had been. */
    @ParameterizedTest
    @EnumSource
    void notificationsArePolledFor(Io io) throws Exception {
        run(io, (connection, port) -> {
            PGConnection listening = connection.unwrap(PGConnection.class);
            try (Statement statement = connection.createStatement();
                    Connection other = connect(port); Statement notifying = other.createStatement()) {
                statement.execute("listen culvert");
                for (int i = 0; i < 20; i++) {
                    assertEquals(0, listening.getNotifications(1).length);
                }
                notifying.execute("notify culvert, 'water'");
                PGNotification[] heard = listening.getNotifications(20_000);
                assertEquals(1, heard.length);
                assertEquals("water", heard[0].getParameter());
                try (ResultSet rows = statement.executeQuery("select 42")) {
                    assertTrue(rows.next());
                    assertEquals(42, rows.getInt(1));
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void aSocketTimeoutEndsAConnection(Io io) throws Exception {
        run(io, (connection, port) -> {
            connection.setNetworkTimeout(Runnable::run, 200);
            try (Statement statement = connection.createStatement()) {
                SQLException timeout =
                        assertThrows(SQLException.class, () -> statement.execute("select pg_sleep(60)"));
                assertEquals(PSQLState.CONNECTION_FAILURE.getState(), timeout.getSQLState(), timeout::toString);
            }
            assertTrue(connection.isClosed());
        });
    }

    /** A cancel opens a second connection by the same factory. */
    @ParameterizedTest
    @EnumSource
    void aQueryIsCancelled(Io io) throws Exception {
        run(io, (connection, port) -> {
            try (Statement statement = connection.createStatement()) {
                AtomicBoolean over = new AtomicBoolean();
                CompletableFuture<Void> cancelling = CompletableFuture.runAsync(() -> {
                    // before the query has begun a cancel is lost
                    while (!over.get()) {
                        try {
                            statement.cancel();
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                });
                SQLException cancelled =
                        assertThrows(SQLException.class, () -> statement.execute("select pg_sleep(60)"));
                over.set(true);
                cancelling.get(20, TimeUnit.SECONDS);
                assertEquals(PSQLState.QUERY_CANCELED.getState(), cancelled.getSQLState(), cancelled::toString);
            }
            assertFalse(connection.isClosed());
        });
    }
}
