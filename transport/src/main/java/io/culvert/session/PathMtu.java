/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.session;

/**
 * How large a datagram the path takes: packetization layer path MTU discovery for datagrams, RFC 8899. Sizes are whole
 * IP packets; the sender asks in segment bytes, which are options and payload.
 *
 * <p>Two things differ from section 5.2 of the RFC. The first PLPMTU is the interface's MTU up to Ethernet's 1500, as
 * in Linux, and not BASE_PLPMTU: nearly every path takes it, and a session that began at 1200 would pay a fifth of
 * its initial window for the few that do not; those are found by {@link BlackHoleDetection}, which falls back to
 * BASE_PLPMTU. And a probe is a segment of the stream (RFC 4821), for the format has nothing to pad one with: while
 * nothing is to be sent nothing is searched.
 */
public final class PathMtu {
    /** The phases of RFC 8899 section 5.2. */
    public enum State {
        /** BASE_PLPMTU is in use and has to prove itself. */
        BASE,
        /** PLPMTU works, and a larger size may. */
        SEARCHING,
        /** Nothing larger is known to work, or worth a probe. */
        SEARCH_COMPLETE,
        /** Not even BASE_PLPMTU has got through. */
        ERROR
    }

    /** RFC 8899 5.1.2, BASE_PLPMTU. */
    static final int BASE_PLPMTU = 1200;
    /** RFC 8899 5.1.2, MIN_PLPMTU for IPv4: what every host reassembles (RFC 791). For IPv6 BASE_PLPMTU is less. */
    static final int MIN_PLPMTU = 576;
    /** RFC 8899 5.1.2: probes of one size in a row that have to be lost before it is taken for too large. */
    static final int MAX_PROBES = 3;
    /** RFC 8899 5.1.1, PMTU_RAISE_TIMER. */
    static final long RAISE_NANOS = 600_000_000_000L;
    /** How many timeouts in a row BASE_PLPMTU has to prove itself. */
    static final int BASE_TIMEOUTS = 3;
    /** What is used at first, where the interface takes it. */
    static final int ETHERNET_MTU = 1500;
    /** The sizes at which paths end, most of them: tunnels over Ethernet, FDDI, jumbo frames, loopback interfaces. */
    private static final int[] COMMON_MTUS = {1280, 1400, 1420, 1450, 1480, 1492, 1500, 4352, 9000, 16384, 32768};
    /** The search ends when what it could still gain is one part in so many. */
    private static final int WORTHWHILE_PART = 32;

    private static final int MAX_IP_LENGTH = 65535;
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    /** The UDP header and ours together are as long as TCP's. */
    private static final int TCP_HEADER_BYTES = 20;

    private final int interfaceMtu;
    private final boolean ipv6;
    private final int headerBytes;

    private State state = State.SEARCH_COMPLETE;
    /** PLPMTU. */
    private int plpmtu;
    /** MAX_PLPMTU. */
    private int maxPlpmtu;
    /** The largest size not known to fail, at most MAX_PLPMTU. */
    private int ceiling;
    /** Whether the ceiling itself is to be probed next, before anything smaller. */
    private boolean ceilingUntried;
    /** PROBED_SIZE, 0 when no size is being probed. */
    private int probedSize;
    /** PROBE_COUNT: probes of PROBED_SIZE lost in a row. */
    private int probeCount;
    private boolean probeOutstanding;
    /** Timeouts in a row since BASE was entered. */
    private int baseTimeouts;

    /**
     * The path through an interface.
     *
     * @param interfaceMtu the MTU of the outgoing interface in bytes
     * @param ipv6 whether the datagrams are IPv6's
     * @param fragmentsExcluded whether no datagram is cut in pieces on its way; otherwise nothing is tried beyond
     *     Ethernet's MTU, for that it got through would say nothing
     */
    public PathMtu(int interfaceMtu, boolean ipv6, boolean fragmentsExcluded) {
        this.interfaceMtu = Math.min(MAX_IP_LENGTH, interfaceMtu);
        this.ipv6 = ipv6;
        headerBytes = (ipv6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES) + TCP_HEADER_BYTES;
        plpmtu = Math.min(this.interfaceMtu, ETHERNET_MTU);
        maxPlpmtu = fragmentsExcluded ? this.interfaceMtu : plpmtu;
        ceiling = maxPlpmtu;
    }

    /** The MSS option to announce (RFC 6691): interface MTU - IP header - 20. */
    public int announcedMss() {
        return interfaceMtu - headerBytes;
    }

    /** The MTU in use in bytes: PLPMTU. */
    public int mtu() {
        return plpmtu;
    }

    /** The phase. */
    public State state() {
        return state;
    }

    /** Most bytes of options and payload in a segment that the path is known to take. */
    int maxSegmentBytes() {
        return plpmtu - headerBytes;
    }

    /** Most bytes of options and payload in a segment of BASE_PLPMTU, or of PLPMTU where that is less. */
    int baseSegmentBytes() {
        return Math.min(plpmtu, BASE_PLPMTU) - headerBytes;
    }

    /**
     * The handshake is over, and the search begins.
     *
     * @param segmentBytes what the peer's MSS option and our own setting allow
     */
    void open(int segmentBytes) {
        maxPlpmtu = Math.min(maxPlpmtu, segmentBytes + headerBytes);
        search(maxPlpmtu);
    }

    // ---- probes -------------------------------------------------------------------------------------------------

    /**
     * What a probe should measure now, in bytes of options and payload. While the size being searched for is out of
     * reach the largest common size within reach is probed, so that windows and size can grow together.
     *
     * @param reachBytes the longest segment that could be sent as a probe
     * @return 0 when no probe is wanted, or one is under way
     */
    int probeSegmentBytes(long reachBytes) {
        if (!wantsProbe() || reachBytes <= maxSegmentBytes()) {
            return 0;
        }
        int reach = (int) Math.min(MAX_IP_LENGTH, reachBytes + headerBytes);
        int size = probeCount > 0 ? probedSize : candidate();
        if (size > reach) {
            size = commonWithin(reach);
        }
        if (size != probedSize) {
            probedSize = size;
            probeCount = 0;
        }
        return size == 0 ? 0 : size - headerBytes;
    }

    /** Whether {@link #probeSegmentBytes} gives a size, with enough within reach. */
    boolean wantsProbe() {
        return state == State.SEARCHING && !probeOutstanding;
    }

    /** A probe of the size that {@link #probeSegmentBytes} gave has been sent. */
    void probeSent() {
        probeOutstanding = true;
    }

    /** The probe arrived: PLPMTU is the probed size now. */
    void probeAcknowledged() {
        if (probeOutstanding) {
            probeOutstanding = false;
            if (probedSize > plpmtu) {
                plpmtu = probedSize;
            }
            probedSize = 0;
            probeCount = 0;
            goOn();
        }
    }

    /** The probe is lost; that says nothing of the size until it has happened {@link #MAX_PROBES} times in a row. */
    void probeLost() {
        if (probeOutstanding) {
            probeOutstanding = false;
            if (++probeCount >= MAX_PROBES) {
                rejectProbedSize();
            }
        }
    }

    /** The probe did not leave this host: its interface does not take the size. */
    void probeRefused() {
        if (probeOutstanding) {
            probeOutstanding = false;
            rejectProbedSize();
        }
    }

    boolean isProbeOutstanding() {
        return probeOutstanding;
    }

    private void rejectProbedSize() {
        ceiling = Math.min(ceiling, probedSize - 1);
        ceilingUntried = false;
        probedSize = 0;
        probeCount = 0;
        goOn();
    }

    /** The next size of the search, 0 when it is over. */
    private int candidate() {
        if (ceilingUntried && ceiling > plpmtu) {
            // RFC 8899 5.3.2 leaves the order open: first the most that both ends take, for loopback and jumbo paths
            return ceiling;
        }
        int first = 0;
        while (first < COMMON_MTUS.length && COMMON_MTUS[first] <= plpmtu) {
            first++;
        }
        int after = first;
        while (after < COMMON_MTUS.length && COMMON_MTUS[after] <= ceiling) {
            after++;
        }
        if (first < after) {
            return COMMON_MTUS[first + after - 1 >>> 1];
        }
        int gain = ceiling - plpmtu;
        return gain > plpmtu / WORTHWHILE_PART ? plpmtu + (gain + 1) / 2 : 0;
    }

    private int commonWithin(int reach) {
        for (int i = COMMON_MTUS.length - 1; i >= 0 && COMMON_MTUS[i] > plpmtu; i--) {
            if (COMMON_MTUS[i] <= Math.min(reach, ceiling)) {
                return COMMON_MTUS[i];
            }
        }
        return 0;
    }

    private void search(int upTo) {
        ceiling = upTo;
        ceilingUntried = true;
        probedSize = 0;
        probeCount = 0;
        probeOutstanding = false;
        goOn();
    }

    private void goOn() {
        state = candidate() > 0 ? State.SEARCHING : State.SEARCH_COMPLETE;
    }

    /** RFC 8899 5.1.1: whether the search has ended below MAX_PLPMTU and is to begin again after a while. */
    boolean wantsRaiseTimer() {
        return state == State.SEARCH_COMPLETE && plpmtu < maxPlpmtu;
    }

    /** PMTU_RAISE_TIMER has expired: the path may have become wider. */
    void raise() {
        if (wantsRaiseTimer()) {
            search(maxPlpmtu);
        }
    }

    // ---- black holes --------------------------------------------------------------------------------------------

    /** RFC 8899 4.3: PLPMTU no longer gets through. {@link State#BASE} until something has. */
    void blackHole() {
        // what worked once is tried first again: a path that was dead for a while has not become narrower
        ceiling = plpmtu;
        ceilingUntried = true;
        fallTo(BASE_PLPMTU, State.BASE);
    }

    /** This host does not send PLPMTU any more: its own interface has become too small for it. */
    void refused() {
        if (plpmtu > BASE_PLPMTU) {
            ceiling = plpmtu - 1;
            ceilingUntried = false;
            fallTo(BASE_PLPMTU, State.BASE);
        }
    }

    private void fallTo(int size, State next) {
        plpmtu = Math.min(plpmtu, size);
        probedSize = 0;
        probeCount = 0;
        probeOutstanding = false;
        baseTimeouts = 0;
        state = next;
    }

    /**
     * The retransmission timer expired.
     *
     * @return whether PLPMTU has become smaller for it: BASE_PLPMTU has not proved itself
     */
    boolean timedOut() {
        if (state != State.BASE || ipv6 || ++baseTimeouts < BASE_TIMEOUTS || plpmtu <= MIN_PLPMTU) {
            return false;
        }
        fallTo(MIN_PLPMTU, State.ERROR);
        return true;
    }

    /** Whether the size in use has yet to prove itself. */
    boolean isConfirming() {
        return state == State.BASE || state == State.ERROR;
    }

    /** Something sent at the size in use has arrived: after a fall the search goes upward again. */
    void confirmed() {
        if (isConfirming()) {
            goOn();
        }
    }
}
