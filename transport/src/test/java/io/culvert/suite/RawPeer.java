/*
 * Copyright 2026 The Culvert Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.culvert.suite;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.culvert.segment.Segment;
import io.culvert.segment.SegmentFlags;
import io.culvert.segment.SegmentParser;
import io.culvert.segment.SegmentWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;

/** A peer that is a plain UDP socket and a test that counts sequence numbers itself. */
final class RawPeer implements AutoCloseable {
    private static final int ISN = 1000;

    private final DatagramSocket socket;
    private final Segment sent = new Segment();
    private final Segment received = new Segment();
    private int sndNxt = ISN;
    private int rcvNxt;

    RawPeer(InetSocketAddress server) throws SocketException {
        socket = new DatagramSocket(new InetSocketAddress(server.getAddress(), 0));
        socket.connect(server);
        socket.setSoTimeout(SocketWorld.PATIENCE_SECONDS * 1000);
    }

    /** Sends SYN and takes the SYN,ACK. */
    void opensHalf() throws IOException {
        send(SegmentFlags.SYN, sndNxt++, null);
        receive();
        assertTrue(received.has(SegmentFlags.SYN) && received.has(SegmentFlags.ACK), received::toString);
        rcvNxt = received.sequenceEnd();
    }

    /** The last segment of the handshake brings the first text. */
    void opensFullyWith(byte[] text) throws IOException {
        sends(text);
    }

    /** Sends one segment. */
    void sends(byte[] text) throws IOException {
        send(SegmentFlags.ACK | SegmentFlags.PSH, sndNxt, Unpooled.wrappedBuffer(text));
        sndNxt += text.length;
    }

    /** Takes what comes until everything sent is acknowledged, and answers how many of these segments had no text. */
    int countsBareAcknowledgments() throws IOException {
        int bare = 0;
        do {
            receive();
            bare += received.payloadLength() == 0 ? 1 : 0;
            rcvNxt = received.sequenceEnd();
        } while (received.acknowledgmentNumber() != sndNxt);
        return bare;
    }

    /** Takes what comes until a segment acknowledges everything sent. */
    void awaitsAcknowledgment() throws IOException {
        do {
            receive();
        } while (received.acknowledgmentNumber() != sndNxt);
    }

    /** Takes the server's FIN and answers with one. */
    void closesAfterTheServer() throws IOException {
        while (!received.has(SegmentFlags.FIN)) {
            receive();
        }
        rcvNxt = received.sequenceEnd();
        send(SegmentFlags.FIN | SegmentFlags.ACK, sndNxt++, null);
        awaitsAcknowledgment();
    }

    /** The FIN again, as if its acknowledgment had been lost. */
    void repeatsFin() throws IOException {
        send(SegmentFlags.FIN | SegmentFlags.ACK, sndNxt - 1, null);
        awaitsAcknowledgment();
    }

    private void send(int flags, int sequenceNumber, ByteBuf text) throws IOException {
        sent.clear().flags(flags).sequenceNumber(sequenceNumber).acknowledgmentNumber(rcvNxt).window(65535);
        if (text != null) {
            sent.payload(text, text.readerIndex(), text.readableBytes());
        }
        byte[] bytes = new byte[SegmentWriter.length(sent)];
        SegmentWriter.write(sent, Unpooled.wrappedBuffer(bytes).clear());
        socket.send(new DatagramPacket(bytes, bytes.length));
    }

    private void receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
        socket.receive(packet);
        ByteBuf datagram = Unpooled.copiedBuffer(packet.getData(), 0, packet.getLength());
        assertNull(SegmentParser.parse(datagram, received.clear()));
        assertTrue(!received.has(SegmentFlags.RST), () -> "reset: " + received);
    }

    @Override
    public void close() {
        socket.close();
    }
}
