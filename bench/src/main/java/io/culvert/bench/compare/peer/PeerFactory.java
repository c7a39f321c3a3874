/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.bench.compare.peer;

import io.culvert.bench.compare.contender.Contender;
import io.culvert.bench.compare.contender.ContenderFactory;
import io.culvert.bench.compare.contender.Setup;
import io.culvert.bench.compare.contender.UnavailableException;
import io.culvert.bench.compare.netty.SocketIo;
import io.netty.handler.codec.quic.Quic;
import java.util.List;
import java.util.Locale;

/** What else there is for Java that carries streams of bytes over UDP. */
public enum PeerFactory implements ContenderFactory {
    /** Netty's QUIC, which is quiche behind JNI. */
    QUIC(List.of("epoll", "nio"), "QUIC encrypts, with AES-128-GCM and on the loopback too; "
            + "its packets have 16,383 bytes at most; on NIO it sends no trains") {
        @Override
        Contender start(Setup setup) throws Exception {
            if (!Quic.isAvailable()) {
                throw new UnavailableException("no QUIC here: " + Quic.unavailabilityCause().getMessage());
            }
            if (setup.mtu() != 0 && setup.mtu() < MIN_QUIC_MTU) {
                throw new UnavailableException("QUIC needs an MTU of " + MIN_QUIC_MTU);
            }
            return new QuicContender(setup, SocketIo.of(setup.io()));
        }
    },
    /** KCP, by java-Kcp. */
    KCP(List.of("epoll", "nio"), "KCP has no congestion control in this setting and no handshake; "
            + "java-Kcp's protocol is run on an event loop") {
        @Override
        public String unsuited(String benchmark) {
            return benchmark.equals("handshakes") ? "KCP neither opens nor closes a session" : "";
        }

        @Override
        Contender start(Setup setup) throws Exception {
            return new KcpContender(setup, SocketIo.of(setup.io()));
        }
    },
    /** Aeron. */
    AERON(List.of(AeronContender.BACKOFF, AeronContender.SPIN), "Aeron has no congestion control here, and its streams "
            + "go one way: two make one; 'spin' never sleeps while it has a stream, as Aeron likes it best") {
        @Override
        public String unsuited(String benchmark) {
            return switch (benchmark) {
                case "sessions" -> "an Aeron stream has megabytes of log buffers at either end";
                case "fairness" -> "Aeron has no congestion control, and of many streams that fill their windows"
                        + " at once some do not come up here";
                default -> "";
            };
        }

        @Override
        Contender start(Setup setup) throws Exception {
            return new AeronContender(setup);
        }
    },
    /** kwik. */
    KWIK(List.of(""), "kwik is QUIC without native code; its datagrams have 1,252 bytes whatever the MTU is") {
        @Override
        public String unsuited(String benchmark) {
            return benchmark.equals("sessions") ? "a kwik connection has several threads at either end" : "";
        }

        @Override
        Contender start(Setup setup) throws Exception {
            if (setup.mtu() == 0 || setup.mtu() < MIN_QUIC_MTU) {
                throw new UnavailableException("kwik's datagrams have 1,252 bytes, no more and no less");
            }
            if (setup.congestion().equals("cubic") || setup.congestion().equals("bbr")) {
                throw new UnavailableException("kwik has NewReno alone");
            }
            return new KwikContender();
        }
    };

    private static final int MIN_QUIC_MTU = 1280;

    private final List<String> ios;
    private final String remark;

    PeerFactory(List<String> ios, String remark) {
        this.ios = ios;
        this.remark = remark;
    }

    @Override
    public String system() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<String> ios() {
        return ios;
    }

    @Override
    public List<String> usualIos() {
        return ios.subList(0, 1);
    }

    @Override
    public String remark() {
        return remark;
    }

    @Override
    public Contender open(Setup setup) throws Exception {
        if (!ios.contains(setup.io())) {
            throw new UnavailableException(system() + " runs on " + ios + " alone");
        }
        if (setup.tls()) {
            throw new UnavailableException(system() + " is measured as it is, without TLS on top");
        }
        return start(setup);
    }

    abstract Contender start(Setup setup) throws Exception;
}
