/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.netty;

import io.culvert.CulvertChannel;
import io.culvert.CulvertChannelOption;
import io.culvert.CulvertServerChannel;
import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.ContenderFactory;
import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.compare.contender.UnavailableException;
import io.culvert.congestion.CongestionController;
import io.culvert.congestion.Cubic;
import io.culvert.congestion.NewReno;
import io.culvert.congestion.bbr.Bbr;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Culvert, and the kernel's TCP: the same program but for the classes of the channels. */
public enum NettyFactory implements ContenderFactory {
    /** Culvert. */
    CULVERT {
        @Override
        public Contender open(Setup setup) throws Exception {
            SocketIo io = SocketIo.of(setup.io());
            NettyContender contender =
                    new NettyContender(setup, io, CulvertServerChannel.class, CulvertChannel.class)
                            .with(CulvertChannelOption.INTERFACE_MTU, setup::mtu);
            if (!setup.congestion().isEmpty()) {
                contender.with(CulvertChannelOption.CONGESTION_CONTROL,
                        () -> CONTROLLERS.get(setup.congestion()));
            }
            return contender;
        }
    },
    /** The kernel's TCP. */
    TCP {
        @Override
        public Contender open(Setup setup) throws Exception {
            SocketIo io = SocketIo.of(setup.io());
            byte[] congestion = kernelName(setup.congestion()).getBytes(StandardCharsets.US_ASCII);
            if (congestion.length > 0 && io == SocketIo.NIO) {
                throw new UnavailableException("the JDK cannot choose the kernel's congestion control");
            }
            NettyContender contender =
                    new NettyContender(setup, io, io.serverSocketChannel(), io.socketChannel());
            if (congestion.length > 0) {
                contender.with(new RawUnixChannelOption("TCP_CONGESTION", IPPROTO_TCP, TCP_CONGESTION,
                        congestion.length), () -> ByteBuffer.wrap(congestion));
            }
            return contender;
        }

        @Override
        public List<String> usualIos() {
            return List.of(SocketIo.EPOLL.toString(), SocketIo.NIO.toString());
        }

        @Override
        public String remark() {
            return "kernel TCP hands loopback packets of up to 64 KiB from end to end without cutting them at any MTU";
        }
    };

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_CONGESTION = 13;
    private static final Map<String, CongestionController.Factory> CONTROLLERS =
            Map.of("cubic", Cubic::new, "bbr", Bbr.factory(), "newreno", NewReno::new);

    @Override
    public String system() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<String> ios() {
        return SocketIo.names();
    }

    private static String kernelName(String congestion) {
        return congestion.equals("newreno") ? "reno" : congestion;
    }
}
