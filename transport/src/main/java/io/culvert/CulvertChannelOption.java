/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert;

import io.culvert.congestion.CongestionController;
import io.culvert.observe.SessionObserver;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;

/**
 * The options that a Culvert channel has besides Netty's own. On a server the ones that shape the handshake, the socket
 * or TIME-WAIT belong on the server channel ({@code ServerBootstrap.option}); a session starts with the server
 * channel's values, and {@code childOption} changes it from its acceptance on.
 */
public final class CulvertChannelOption<T> extends ChannelOption<T> {
    /**
     * Maximum segment lifetime in milliseconds, 1 to 120,000; TIME-WAIT lasts two, unless with timestamps a new session
     * between the same two reopens it (RFC 6191). Default 30,000 (RFC 9293 3.4.2).
     */
    public static final ChannelOption<Integer> MSL_MILLIS = option("MSL_MILLIS");

    /** How long a closed session may stay in FIN-WAIT-2, in milliseconds, at least 1. Default 60,000, as in Linux. */
    public static final ChannelOption<Integer> FIN_TIMEOUT_MILLIS = option("FIN_TIMEOUT_MILLIS");

    /**
     * How long a session whose channel is closed tries to deliver what is left, in milliseconds past the linger time,
     * at least 1. Default 60,000.
     */
    public static final ChannelOption<Integer> ORPHAN_TIMEOUT_MILLIS = option("ORPHAN_TIMEOUT_MILLIS");

    /** Retransmissions of a SYN before the connect fails, 0 to 30. Default 6, Linux's {@code tcp_syn_retries}. */
    public static final ChannelOption<Integer> TCP_SYNCNT = option("TCP_SYNCNT");

    /** Retransmissions of data before the session fails, 1 to 30. Default 15, Linux's {@code tcp_retries2}. */
    public static final ChannelOption<Integer> TCP_RETRIES = option("TCP_RETRIES");

    /**
     * Whether {@code connect} meets a peer that connects to us at the same time: both sides bind, both connect to each
     * other, nobody listens, and one session comes of it (RFC 9293 3.5, figure 8). It opens the way through two NATs
     * (RFC 5128 3.3), each side naming the address that the other's NAT has given it. Until the peer has answered a
     * reset or an ICMP message may come from a NAT, or a peer that has not begun, and refuses nothing; the SYN goes
     * again after 1 s, 2 s and then every 3 s, the pace that RFC 8085 3.1.1 allows without a round trip measured, so
     * that no NAT forgets it in between. The connect fails by {@code CONNECT_TIMEOUT_MILLIS}, or after the time that
     * {@link #TCP_SYNCNT} gives an ordinary one. The UDP socket is not connected: it hears others, for
     * {@link #FOREIGN_DATAGRAM_HANDLER}, and answers their segments with resets. It may be bound before to learn its
     * address outside; without {@code bind} any port is taken. Set before {@code connect}, or {@code bind}; it means
     * nothing to a server. Default false.
     */
    public static final ChannelOption<Boolean> RENDEZVOUS = option("RENDEZVOUS");

    /**
     * RFC 5482's user timeout in milliseconds, at least 0: how long data that was sent may stay unacknowledged, or data
     * that was written unsent before a closed window, until the session fails with a {@link CulvertTimeoutException}.
     * Every acknowledgment of new data starts it again. As in Linux it takes the place of {@link #TCP_RETRIES} and of
     * {@link #TCP_KEEPCNT}, holds against a peer that answers and keeps its window closed, and limits a connect too.
     * Less than the retransmission timeout leaves no time for a second try. Default 0: not used.
     */
    public static final ChannelOption<Integer> TCP_USER_TIMEOUT = option("TCP_USER_TIMEOUT");

    /**
     * With {@code SO_KEEPALIVE}: seconds without a segment from the peer after which it is probed, 1 to 32,767. Default
     * 7200 (RFC 9293 3.8.4), as in Linux.
     */
    public static final ChannelOption<Integer> TCP_KEEPIDLE = option("TCP_KEEPIDLE");

    /** With {@code SO_KEEPALIVE}: seconds between probes not answered, 1 to 32,767. Default 75, as in Linux. */
    public static final ChannelOption<Integer> TCP_KEEPINTVL = option("TCP_KEEPINTVL");

    /**
     * With {@code SO_KEEPALIVE}: how many probes in a row may stay unanswered, 1 to 127, before the session fails with
     * a {@link CulvertTimeoutException}. Default 9, as in Linux.
     */
    public static final ChannelOption<Integer> TCP_KEEPCNT = option("TCP_KEEPCNT");

    /**
     * Keeps the mappings of NATs on the way open: seconds without a datagram of ours after which the session sends a
     * bare acknowledgment, which the peer does not answer; 0 to 32,767. Default 0: nothing is sent, and an idle session
     * wakes nobody up. 20 is recommended for a client behind a NAT. A mapping ought to last two minutes (RFC 4787
     * REQ-5), yet it takes a datagram every 30 seconds to keep most of them (RFC 9000 10.1.2, from measurements of home
     * gateways), and RFC 8085 3.5 wants no less than 15 seconds between two. Only what leaves refreshes a mapping for
     * certain (RFC 4787 REQ-6), so this is for the side that has the NAT before it; a server leaves it off.
     * {@code SO_KEEPALIVE} asks instead whether the peer is still there. May be set at any time.
     */
    public static final ChannelOption<Integer> NAT_KEEPALIVE_SECONDS = option("NAT_KEEPALIVE_SECONDS");

    /** Lower bound of the retransmission timeout in milliseconds, 1 to 60,000. Default 200, as in Linux. */
    public static final ChannelOption<Integer> RTO_MIN_MILLIS = option("RTO_MIN_MILLIS");

    /** Longest delay of an acknowledgment in milliseconds, 0 to 500 (RFC 9293 3.8.6.3). Default 40. */
    public static final ChannelOption<Integer> DELAYED_ACK_MILLIS = option("DELAYED_ACK_MILLIS");

    /** Bounds the maximum segment size announced and used, in bytes, 64 to 65,495; 0, the default, for no bound. */
    public static final ChannelOption<Integer> TCP_MAXSEG = option("TCP_MAXSEG");

    /**
     * MTU of the interface that datagrams leave through, in bytes, 576 to 65,536: the most that discovery of the path's
     * MTU (RFC 8899) tries. 0, the default, asks the system. For tunnels that know better, and networks that are none.
     */
    public static final ChannelOption<Integer> INTERFACE_MTU = option("INTERFACE_MTU");

    /**
     * How far the send buffer grows, in bytes, 256 to 1,073,741,824. Default 67,108,864. It starts with 65,536 and
     * grows to twice the congestion window, as Linux's does ({@code tcp_sndbuf_expand}), while the application has more
     * to send than fits. A size set by {@code SO_SNDBUF} stays, whatever this says.
     */
    public static final ChannelOption<Integer> MAX_SEND_BUFFER_BYTES = option("MAX_SEND_BUFFER_BYTES");

    /**
     * How far the receive buffer grows, in bytes, 256 to 1,073,741,824; the window scale announced allows for it.
     * Default 67,108,864. It starts with 131,072 and grows with what the application reads in a round trip (dynamic
     * right-sizing, Fisk and Feng 2001, as in Linux's {@code tcp_rcv_space_adjust}). A size set by {@code SO_RCVBUF}
     * stays, whatever this says.
     */
    public static final ChannelOption<Integer> MAX_RECEIVE_BUFFER_BYTES = option("MAX_RECEIVE_BUFFER_BYTES");

    /**
     * How many bytes the buffers of all sessions of a server, or of one client channel, may have grown by altogether,
     * 0 or more. First sizes are always granted, and sizes set by {@code SO_SNDBUF} and {@code SO_RCVBUF} are not
     * counted; when nothing is left buffers stop growing. Default: one budget that all endpoints of the process share,
     * 256 MiB, or half of the direct memory that the process may have if that is less.
     */
    public static final ChannelOption<Long> MEMORY_BUDGET_BYTES = option("MEMORY_BUDGET_BYTES");

    /** Whether the timestamps option (RFC 7323) is offered and accepted. Default true. */
    public static final ChannelOption<Boolean> TCP_TIMESTAMPS = option("TCP_TIMESTAMPS");

    /** Whether selective acknowledgments (RFC 2018) are offered and accepted. Default true. */
    public static final ChannelOption<Boolean> TCP_SACK = option("TCP_SACK");

    /** Whether window scaling (RFC 7323) is offered and accepted. Default true. */
    public static final ChannelOption<Boolean> TCP_WINDOW_SCALING = option("TCP_WINDOW_SCALING");

    /**
     * Makes the congestion controller of a session when it opens. An open session takes another as long as it has sent
     * neither data nor FIN, so that {@code childOption} is in time; after that it keeps what it has. Default
     * {@code Cubic::new}.
     */
    public static final ChannelOption<CongestionController.Factory> CONGESTION_CONTROL = option("CONGESTION_CONTROL");

    /**
     * The most bytes that pacing lets leave at once, 2,048 to 1,073,741,824. Default 262,144. A quarter of the UDP
     * socket's receive buffer bounds it too, for the peer's is likely to be like ours; two segments may always leave.
     */
    public static final ChannelOption<Integer> PACING_QUANTUM_BYTES = option("PACING_QUANTUM_BYTES");

    /** Watches the session's segments and states. Default none. */
    public static final ChannelOption<SessionObserver> SESSION_OBSERVER = option("SESSION_OBSERVER");

    /**
     * A handler for the pipeline of every UDP channel opened, below the codec, so that it sees datagrams both ways. A
     * client opens one per session, but when one in TIME-WAIT can serve, handlers and all; a server opens one per event
     * loop and local address. A handler that is not sharable has to be added by a {@code ChannelInitializer}; a server
     * that is given one all the same has one UDP channel.
     */
    public static final ChannelOption<ChannelHandler> DATAGRAM_HANDLER = option("DATAGRAM_HANDLER");

    /**
     * Of a server channel: the group that its accepted channels will be registered with, whose event loops then serve
     * the port from the start. Default: the server channel's own group, and with {@code group(boss, workers)} the
     * workers, too, from the first accepted channel on.
     */
    public static final ChannelOption<EventLoopGroup> CHILD_GROUP = option("CHILD_GROUP");

    /**
     * A handler for datagrams that come to the same port and are no segments, as STUN messages (RFC 8489): those whose
     * first two bits are 00. It stands at the end of the pipeline of every UDP channel opened, gets each such datagram
     * as a {@code DatagramPacket}, which it has to release, and answers by writing one to its context. From
     * {@code handlerAdded} on, once its channel is active, it can send from the port: a channel that was bound asks a
     * STUN server so before it connects, if {@link #RENDEZVOUS} keeps its socket unconnected. It sees neither segments
     * nor other malformed datagrams; what it throws is logged once and counted. It is called on the event loop between
     * segments, and like any handler must not block. A server may open several UDP channels: a handler that is not
     * sharable has to be added by a {@code ChannelInitializer}. Default none: such datagrams are dropped and counted as
     * malformed.
     */
    public static final ChannelOption<ChannelHandler> FOREIGN_DATAGRAM_HANDLER = option("FOREIGN_DATAGRAM_HANDLER");

    /** Makes the UDP channels. Default the kind that the channel's event loop drives. */
    public static final ChannelOption<ChannelFactory<? extends Channel>> DATAGRAM_CHANNEL_FACTORY =
            option("DATAGRAM_CHANNEL_FACTORY");

    /**
     * Whether the kernel cuts up trains of datagrams on sending (UDP_SEGMENT) and puts them together on receipt
     * (UDP_GRO) where the UDP socket can; what it does {@link SessionInfo#offload()} tells. False is for networks and
     * tools that are to see single datagrams. Default true, or what the system property {@code io.culvert.udpOffload}
     * says.
     */
    public static final ChannelOption<Boolean> UDP_OFFLOAD = option("UDP_OFFLOAD");

    /**
     * The 16 bytes that initial sequence numbers (RFC 6528), timestamp offsets and SYN cookies are keyed with. Default
     * random for each process; servers that stand in for one another share one.
     */
    public static final ChannelOption<byte[]> SECRET_KEY = option("SECRET_KEY");

    @SuppressWarnings("deprecation")
    private CulvertChannelOption() {
        super(null);
    }

    private static <T> ChannelOption<T> option(String name) {
        return valueOf(CulvertChannelOption.class, name);
    }
}
