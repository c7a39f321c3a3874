/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.sim;

import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;

/** Refuses the half of Netty's datagram channel that is about multicast. */
abstract class UnicastDatagramChannel extends AbstractChannel implements DatagramChannel {
    UnicastDatagramChannel() {
        super(null);
    }

    @Override
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) super.localAddress();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return (InetSocketAddress) super.remoteAddress();
    }

    private static ChannelFuture refuse(ChannelPromise promise) {
        return promise.setFailure(new UnsupportedOperationException("no multicast"));
    }

    @Override
    public final ChannelFuture joinGroup(InetAddress group) {
        return refuse(newPromise());
    }

    @Override
    public final ChannelFuture joinGroup(InetAddress group, ChannelPromise promise) {
        return refuse(promise);
    }

    @Override
    public final ChannelFuture joinGroup(InetSocketAddress group, NetworkInterface networkInterface) {
        return refuse(newPromise());
    }

    @Override
    public final ChannelFuture joinGroup(InetSocketAddress group, NetworkInterface networkInterface,
            ChannelPromise promise) {
        return refuse(promise);
    }

    @Override
    public final ChannelFuture joinGroup(InetAddress group, NetworkInterface networkInterface, InetAddress source) {
        return refuse(newPromise());
    }

    @Override
    public final ChannelFuture joinGroup(InetAddress group, NetworkInterface networkInterface, InetAddress source,
            ChannelPromise promise) {
        return refuse(promise);
    }

    @Override
    public final ChannelFuture leaveGroup(InetAddress group) {
        return refuse(newPromise());
    }

    @Override
    public final ChannelFuture leaveGroup(InetAddress group, ChannelPromise promise) {
        return refuse(promise);
    }

    @Override
    public final ChannelFuture leaveGroup(InetSocketAddress group, NetworkInterface networkInterface) {
        return refuse(newPromise());
    }

    @Override
    public final ChannelFuture leaveGroup(InetSocketAddress group, NetworkInterface networkInterface,
            ChannelPromise promise) {
        return refuse(promise);
    }

    @Override
    public final ChannelFuture leaveGroup(InetAddress group, NetworkInterface networkInterface, InetAddress source) {
        return refuse(newPromise());
    }

    @Override
    public final ChannelFuture leaveGroup(InetAddress group, NetworkInterface networkInterface, InetAddress source,
            ChannelPromise promise) {
        return refuse(promise);
    }

    @Override
    public final ChannelFuture block(InetAddress group, NetworkInterface networkInterface, InetAddress source) {
        return refuse(newPromise());
    }

    @Override
    public final ChannelFuture block(InetAddress group, NetworkInterface networkInterface, InetAddress source,
            ChannelPromise promise) {
        return refuse(promise);
    }

    @Override
    public final ChannelFuture block(InetAddress group, InetAddress source) {
        return refuse(newPromise());
    }

    @Override
    public final ChannelFuture block(InetAddress group, InetAddress source, ChannelPromise promise) {
        return refuse(promise);
    }
}
