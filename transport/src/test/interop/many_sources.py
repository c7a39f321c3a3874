#!/usr/bin/env python3
# Copyright 2026 The Culvert Authors
# SPDX-License-Identifier: Apache-2.0
"""Many UDP addresses of 127.0.0.0/8 on one socket: each datagram says which it is from, or was sent to.

Takes the port to send to. Speaks frames on standard input and output: length (2 bytes), address (4), payload.
Ends when its input does.
"""
import os
import select
import socket
import struct
import sys

IP_PKTINFO = 8
PKTINFO = struct.Struct("=i4s4s")
FRAME = struct.Struct("!H4s")
NOBODY = bytes(4)
BUFFER_BYTES = 1 << 22
BATCH = 64


def main():
    server = ("127.0.0.1", int(sys.argv[1]))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    udp.bind(("0.0.0.0", 0))
    pending = b""
    while True:
        readable, _, _ = select.select([0, udp], [], [])
        if 0 in readable:
            data = os.read(0, 1 << 16)
            if not data:
                return
            pending = send(udp, server, pending + data)
        if udp in readable:
            write(receive(udp))


def send(udp, server, data):
    """Sends the whole frames, gives back what is left."""
    at = 0
    while len(data) - at >= FRAME.size:
        length, source = FRAME.unpack_from(data, at)
        end = at + FRAME.size + length
        if end > len(data):
            break
        info = PKTINFO.pack(0, source, NOBODY)
        udp.sendmsg([data[at + FRAME.size:end]], [(socket.IPPROTO_IP, IP_PKTINFO, info)], 0, server)
        at = end
    return data[at:]


def receive(udp):
    frames = []
    for _ in range(BATCH):
        try:
            payload, ancillary, _, _ = udp.recvmsg(1 << 16, 64, socket.MSG_DONTWAIT)
        except BlockingIOError:
            break
        _, _, target = PKTINFO.unpack(ancillary[0][2])
        frames.append(FRAME.pack(len(payload), target) + payload)
    return b"".join(frames)


def write(data):
    while data:
        data = data[os.write(1, data):]


main()
