/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.examples;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An end of a tunnel: {@code tcp://127.0.0.1:5432}, {@code culvert://[::1]:7007}.
 *
 * @param host a name, or an address without brackets
 * @param port 0 to 65,535
 */
record TunnelUrl(Protocol protocol, String host, int port) {
    private static final Pattern SYNTAX =
            Pattern.compile("(tcp|culvert)://(?:\\[([0-9A-Fa-f:.]+(?:%\\w+)?)]|([^\\[\\]:/@?#\\s]+)):(\\d{1,5})");
    private static final int MAX_PORT = 65535;

    /** What an end speaks. */
    enum Protocol {
        TCP, CULVERT;

        @Override
        public String toString() {
            return name().toLowerCase();
        }
    }

    static TunnelUrl parse(String text) {
        Matcher url = SYNTAX.matcher(text);
        if (!url.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not tcp://HOST:PORT or culvert://HOST:PORT"
                    + " (IPv6 addresses in brackets)");
        }
        int port = Integer.parseInt(url.group(4));
        if (port > MAX_PORT) {
            throw new IllegalArgumentException("'" + text + "': the port must be 0 to " + MAX_PORT);
        }
        return new TunnelUrl(Protocol.valueOf(url.group(1).toUpperCase()),
                url.group(2) != null ? url.group(2) : url.group(3), port);
    }

    boolean isCulvert() {
        return protocol == Protocol.CULVERT;
    }

    InetSocketAddress resolve() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    String with(InetSocketAddress address) {
        return protocol + "://" + Endpoint.text(address);
    }

    @Override
    public String toString() {
        return protocol + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** Reads one from a command line. */
    static final class Converter implements ITypeConverter<TunnelUrl> {
        @Override
        public TunnelUrl convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
