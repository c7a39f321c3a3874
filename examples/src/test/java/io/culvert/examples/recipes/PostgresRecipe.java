/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples.recipes;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** PostgreSQL's JDBC driver over Culvert, to a tunnel's end in front of the server. */
public final class PostgresRecipe {
    private PostgresRecipe() {
    }

    // recipe: connection
    public static Connection connect(String host, int port, String database, String user) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("socketFactory", "io.culvert.socket.CulvertSocketFactory");
        properties.setProperty("socketTimeout", "30");
        return DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port + "/" + database, properties);
    }
    // recipe ends
}
