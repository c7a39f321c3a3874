#!/usr/bin/env python3
# Copyright 2026 The Culvert Authors
# SPDX-License-Identifier: Apache-2.0
"""Lets the TCP of the Linux kernel talk to TCP segments in UDP datagrams.

The bridge opens a TUN device with the subnet 10.99.N.0/24. The kernel owns 10.99.N.1; 10.99.N.2 is owned by nobody, so
what the kernel sends there comes out of the device and is sent on as datagrams, with the header put in the other order
(ports, checksum and urgent pointer dropped). The ECN bits of the IP header go along.

  kernel connects:    10.99.N.2:P reaches the UDP port P of --udp-host, from a UDP socket of its own for each connection
  kernel is listener: --listen Q opens a UDP port; what is sent there reaches 10.99.N.1:Q, from 10.99.N.2 and the
                      sender's port

Standard output, one line each:
  ready DEVICE 10.99.N.1 10.99.N.2 [Q:UDPPORT ...]    once, when all is set up
  listening Q UDPPORT                                 the answer to the line "listen Q" on standard input (--control)
  {...}                                               counters as JSON, at the end (SIGTERM, SIGINT; end of standard
                                                      input with --control)
Exit status 77: this system or this user cannot have a TUN device.
"""

import argparse
import collections
import errno
import fcntl
import json
import os
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # nothing is left beside the sources
from lossy_path import Path, SEGMENT_HEADER

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
SO_RCVBUFFORCE = 33
IP_RECVTOS = 13
CANNOT_HAVE_TUN = 77

MTU = 1500
IP_HEADER = 20
TCP_HEADER = 20
UDP_HEADER = 8
URG = 0x20
ECN_MASK = 0x03

BATCH = 128
SOCKET_BUFFER_BYTES = 8 << 20


def checksum(data):
    """RFC 1071: the ones' complement sum is the remainder by 65535."""
    if len(data) & 1:
        data += b"\0"
    return -int.from_bytes(data, "big") % 65535


def segment_from_tcp(tcp):
    """Offset, flags and window; sequence number and acknowledgment; options and data."""
    return tcp[12:13] + bytes((tcp[13] & ~URG,)) + tcp[14:16] + tcp[4:12] + tcp[20:]


def packet_from_segment(segment, source, target, ports, tos):
    """An IPv4 packet with DF set; both checksums are valid."""
    tcp_bytes = len(segment) + UDP_HEADER
    before = ports + segment[4:12] + segment[0:1] + bytes((segment[1] & ~URG,)) + segment[2:4]
    after = b"\0\0" + segment[12:]
    tcp_sum = checksum(source + target + struct.pack("!HH", socket.IPPROTO_TCP, tcp_bytes) + before + b"\0\0" + after)
    ip = struct.pack("!BBHIBB", 0x45, tos, IP_HEADER + tcp_bytes, 0x4000, 64, socket.IPPROTO_TCP)
    ip_sum = checksum(ip + b"\0\0" + source + target)
    return b"".join((ip, ip_sum.to_bytes(2, "big"), source, target, before, tcp_sum.to_bytes(2, "big"), after))


class Flow:
    """One connection: a four-tuple at the kernel and one of UDP."""

    __slots__ = ("udp", "udp_peer", "kernel_address", "peer_address", "ports_to_kernel", "watches")

    def __init__(self, udp, udp_peer, kernel_address, peer_address, ports_to_kernel):
        self.udp = udp
        self.udp_peer = udp_peer  # None when the socket is connected
        self.kernel_address = kernel_address
        self.peer_address = peer_address
        self.ports_to_kernel = ports_to_kernel
        self.watches = {}  # Path -> Watch


class Bridge:
    def __init__(self, options):
        self.udp_host = options.udp_host
        self.counters = collections.Counter()
        self.flows = {}  # (kernel address, peer address, ports in the order of a packet from the kernel) -> Flow
        self.flows_by_sender = {}  # (listener's descriptor, UDP sender) -> Flow
        self.listeners = {}  # kernel port -> UDP port
        self.handlers = {}
        self.poll = select.epoll()
        self.to_udp = Path("to_udp", self.send_datagram, options)
        self.to_kernel = Path("to_kernel", self.write_packet, options)
        self.running = True
        self.control = b""
        self.tun, self.device, self.subnet = open_tun(options.subnet)
        self.kernel_ip = "10.99.%d.1" % self.subnet
        self.peer_ip = "10.99.%d.2" % self.subnet
        configure(self.device, self.kernel_ip)
        self.watch(self.tun, self.on_tun)

    def watch(self, descriptor, handler):
        self.handlers[descriptor] = handler
        self.poll.register(descriptor, select.EPOLLIN)

    def listen(self, kernel_port):
        """Opens the UDP port at which a port of the kernel can be reached."""
        if kernel_port not in self.listeners:
            udp = self.open_udp()
            self.listeners[kernel_port] = udp.getsockname()[1]
            self.watch(udp.fileno(), lambda: self.on_listener(udp, kernel_port))
        return self.listeners[kernel_port]

    def open_udp(self):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.setblocking(False)
        try:
            udp.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_BUFFER_BYTES)
        except PermissionError:
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER_BYTES)
        udp.setsockopt(socket.IPPROTO_IP, IP_RECVTOS, 1)
        udp.bind((self.udp_host, 0))
        return udp

    # From the kernel

    def on_tun(self):
        for _ in range(BATCH):
            try:
                packet = os.read(self.tun, 65536)
            except BlockingIOError:
                return
            if len(packet) < IP_HEADER + TCP_HEADER or packet[0] >> 4 != 4 or packet[9] != socket.IPPROTO_TCP:
                self.counters["not_tcp"] += 1
                continue
            tcp = packet[(packet[0] & 15) * 4:int.from_bytes(packet[2:4], "big")]
            if tcp[13] & URG:
                self.counters["urgent"] += 1
            key = packet[12:20] + tcp[0:4]
            flow = self.flows.get(key) or self.flow_from_kernel(key)
            self.to_udp.offer(flow, segment_from_tcp(tcp), packet[1] & ECN_MASK)

    def flow_from_kernel(self, key):
        udp = self.open_udp()
        udp.connect((self.udp_host, int.from_bytes(key[10:12], "big")))
        flow = Flow(udp, None, key[0:4], key[4:8], key[10:12] + key[8:10])
        self.flows[key] = flow
        self.watch(udp.fileno(), lambda: self.on_flow(flow))
        return flow

    def send_datagram(self, flow, segment, tos):
        ancillary = [(socket.IPPROTO_IP, socket.IP_TOS, struct.pack("i", tos))] if tos else []
        try:
            if flow.udp_peer:
                flow.udp.sendmsg((segment,), ancillary, 0, flow.udp_peer)
            else:
                flow.udp.sendmsg((segment,), ancillary)
        except ConnectionRefusedError:
            self.counters["udp_refused"] += 1
        except BlockingIOError:
            self.counters["udp_full"] += 1

    # From UDP

    def on_flow(self, flow):
        self.read_datagrams(flow.udp, lambda sender: flow)

    def on_listener(self, udp, kernel_port):
        self.read_datagrams(udp, lambda sender: self.flow_to_kernel(udp, sender, kernel_port))

    def flow_to_kernel(self, udp, sender, kernel_port):
        flow = self.flows_by_sender.get((udp.fileno(), sender))
        if flow:
            return flow
        kernel, peer = socket.inet_aton(self.kernel_ip), socket.inet_aton(self.peer_ip)
        port = sender[1]
        while True:
            key = kernel + peer + struct.pack("!HH", kernel_port, port)
            if key not in self.flows:
                break
            port = port + 1 if port < 65535 else 1024
        flow = Flow(udp, sender, kernel, peer, struct.pack("!HH", port, kernel_port))
        self.flows[key] = flow
        self.flows_by_sender[(udp.fileno(), sender)] = flow
        return flow

    def read_datagrams(self, udp, flow_of):
        for _ in range(BATCH):
            try:
                segment, ancillary, _, sender = udp.recvmsg(65536, 64)
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                self.counters["udp_refused"] += 1
                continue
            if len(segment) < SEGMENT_HEADER or not TCP_HEADER <= (segment[0] >> 4) * 4 <= len(segment) + UDP_HEADER:
                self.counters["malformed"] += 1
                continue
            if IP_HEADER + UDP_HEADER + len(segment) > MTU:
                self.counters["oversized"] += 1
                continue
            if segment[1] & URG:
                self.counters["urgent"] += 1
            tos = ancillary[0][2][0] & ECN_MASK if ancillary else 0
            self.to_kernel.offer(flow_of(sender), segment, tos)

    def write_packet(self, flow, segment, tos):
        packet = packet_from_segment(segment, flow.peer_address, flow.kernel_address, flow.ports_to_kernel, tos)
        try:
            os.write(self.tun, packet)
        except OSError as error:
            self.counters["tun_" + errno.errorcode[error.errno].lower()] += 1

    # Running

    def on_control(self):
        data = os.read(0, 4096)
        self.running = bool(data)
        *lines, self.control = (self.control + data).split(b"\n")
        for line in lines:
            words = line.decode().split()
            if len(words) == 2 and words[0] == "listen":
                print("listening", words[1], self.listen(int(words[1])), flush=True)
            else:
                print("unknown", line.decode(), flush=True)

    def run(self):
        wakeup, signalled = socket.socketpair()
        for end in (wakeup, signalled):
            end.setblocking(False)
        signal.set_wakeup_fd(signalled.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *ignored: None)
        self.watch(wakeup.fileno(), self.stop)
        print("ready", self.device, self.kernel_ip, self.peer_ip,
              *("%d:%d" % ports for ports in self.listeners.items()), flush=True)
        while self.running:
            for descriptor, _ in self.poll.poll(self.timeout()):
                self.handlers[descriptor]()
            now = time.monotonic()
            self.to_udp.expire(now)
            self.to_kernel.expire(now)

    def timeout(self):
        deadlines = [d for d in (self.to_udp.deadline(), self.to_kernel.deadline()) if d is not None]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else -1

    def stop(self):
        self.running = False

    def report(self):
        report = {"flows": len(self.flows)}
        for path in (self.to_udp, self.to_kernel):
            for what, count in path.counters.items():
                report[path.name + "_" + what] = count
        report.update(self.counters)
        return report


def open_tun(wanted):
    """The device's name holds the subnet's number, so two bridges never have the same subnet."""
    numbers = [wanted] if wanted is not None else random.sample(range(256), 256)
    taken = routed_networks()
    for number in numbers:
        network = 10 << 24 | 99 << 16 | number << 8
        if wanted is None and any(network & mask == destination for destination, mask in taken):
            continue
        tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        name = "culvert%d" % number
        try:
            fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
            return tun, name, number
        except OSError as error:
            os.close(tun)
            if error.errno != errno.EBUSY or wanted is not None:
                raise
    raise SystemExit("no free subnet in 10.99.0.0/16")


def routed_networks():
    """(destination, mask) of the routes that are as long as /16 or longer; shorter ones give way to ours."""
    networks = []
    with open("/proc/net/route") as table:
        for line in list(table)[1:]:
            fields = line.split()
            destination, mask = (socket.ntohl(int(fields[column], 16)) for column in (1, 7))
            if mask >= 0xFFFF0000:
                networks.append((destination, min(mask, 0xFFFFFF00)))
    return [(destination & mask, mask) for destination, mask in networks]


def configure(device, address):
    try:
        with open("/proc/sys/net/ipv6/conf/%s/disable_ipv6" % device, "w") as switch:
            switch.write("1")
    except OSError:
        pass  # IPv6 packets are skipped anyhow
    # What the kernel remembers of a path (reordering, ssthresh) was measured by somebody else's bridge.
    subprocess.run(["ip", "tcp_metrics", "flush", address.rsplit(".", 1)[0] + ".0/24"], stdin=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    for command in ("address add %s/24 dev %s" % (address, device),
                    "link set dev %s mtu %d txqueuelen 5000 up" % (device, MTU)):
        subprocess.run(["ip", *command.split()], check=True, stdin=subprocess.DEVNULL)


def percent(text):
    value = float(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError("not in 0..100: " + text)
    return value / 100


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listen", type=int, action="append", default=[], metavar="PORT", help="port of the kernel")
    parser.add_argument("--udp-host", default="127.0.0.1", help="where the UDP sockets are (default: %(default)s)")
    parser.add_argument("--subnet", type=int, metavar="N", help="N of 10.99.N.0/24 (default: a free one)")
    parser.add_argument("--drop", type=percent, default=0.0, metavar="PERCENT", help="lost, each way")
    parser.add_argument("--burst", type=int, default=1, metavar="N", help="lose N packets in a row, fewer where a silence follows")
    parser.add_argument("--reorder", type=percent, default=0.0, metavar="PERCENT",
                        help="held until 1 to 3 later packets have passed, or 5 ms")
    parser.add_argument("--duplicate", type=percent, default=0.0, metavar="PERCENT",
                        help="sent on, and a second time as if reordered")
    parser.add_argument("--delay", type=float, default=0.0, metavar="MS", help="on the way, each way")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="take commands from standard input")
    parser.add_argument("--trace", action="store_true", help="print every segment and what became of it to standard error")
    options = parser.parse_args()
    try:
        bridge = Bridge(options)
    except OSError as error:
        print("tun_bridge: no TUN device: %s" % error, file=sys.stderr)
        return CANNOT_HAVE_TUN if error.errno in (errno.EPERM, errno.EACCES, errno.ENOENT, errno.ENODEV) else 1
    for port in options.listen:
        bridge.listen(port)
    if options.control:
        bridge.watch(0, bridge.on_control)
    bridge.run()
    try:
        print(json.dumps(bridge.report()), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader is gone; nor can the interpreter flush at its end
    return 0


if __name__ == "__main__":
    sys.exit(main())
