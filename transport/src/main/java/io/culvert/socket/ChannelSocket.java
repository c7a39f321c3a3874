/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.socket;

import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.util.Objects;
import java.util.Set;

/** What a socket with a channel under it does whether it listens or not: above all, options. */
abstract class ChannelSocket extends SocketImpl {
    final Loops loops;
    private final OptionTable table;
    private volatile int timeoutMillis;
    private volatile boolean urgentInline;

    ChannelSocket(Loops loops, OptionTable table) {
        this.loops = loops;
        this.table = table;
    }

    /** The channel of an open socket. */
    abstract Channel channel() throws SocketException;

    int timeoutMillis() {
        return timeoutMillis;
    }

    /** How long a read or an accept waits, 0 for ever. */
    void timeoutMillis(int millis) {
        timeoutMillis = millis;
    }

    @Override
    public void setOption(int number, Object value) throws SocketException {
        Channel channel = channel();
        if (number == SocketOptions.SO_TIMEOUT) {
            timeoutMillis((Integer) value);
        } else if (number == SocketOptions.SO_OOBINLINE) {
            urgentInline = (Boolean) value;
        } else {
            Object set = number == SocketOptions.SO_LINGER && Boolean.FALSE.equals(value) ? -1 : value;
            table.set(channel.config(), table.byNumber(number), set);
        }
    }

    @Override
    public Object getOption(int number) throws SocketException {
        Channel channel = channel();
        if (number == SocketOptions.SO_TIMEOUT) {
            return timeoutMillis;
        }
        if (number == SocketOptions.SO_OOBINLINE) {
            return urgentInline;
        }
        if (number == SocketOptions.SO_BINDADDR) {
            return localAddress(channel);
        }
        Object value = table.get(channel.config(), table.byNumber(number));
        return number == SocketOptions.SO_LINGER && value.equals(-1) ? Boolean.FALSE : value;
    }

    private static InetAddress localAddress(Channel channel) {
        return channel.localAddress() instanceof InetSocketAddress local ? local.getAddress()
                : new InetSocketAddress(0).getAddress();
    }

    @Override
    protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
        table.set(channel().config(), Objects.requireNonNull(name), value);
    }

    @Override
    @SuppressWarnings("unchecked")
    protected <T> T getOption(SocketOption<T> name) throws IOException {
        return (T) table.get(channel().config(), Objects.requireNonNull(name));
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return table.supported();
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw new SocketException("Urgent data not supported");
    }

    // ---- what only one of them does -----------------------------------------------------------------------------

    @Override
    protected void connect(String host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), 0);
    }

    @Override
    protected void connect(InetAddress to, int port) throws IOException {
        connect(new InetSocketAddress(to, port), 0);
    }

    @Override
    protected void listen(int backlog) throws IOException {
        throw new SocketException("not a socket that listens");
    }

    @Override
    protected void accept(SocketImpl to) throws IOException {
        throw new SocketException("not a socket that listens");
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        throw new SocketException("Not connected");
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        throw new SocketException("Not connected");
    }

    @Override
    protected int available() throws IOException {
        throw new SocketException("Not connected");
    }
}
