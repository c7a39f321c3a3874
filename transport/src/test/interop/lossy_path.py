# Copyright 2026 The Culvert Authors
# SPDX-License-Identifier: Apache-2.0
"""One direction of a bridge: what it does to the segments, and what can be seen of the sender's TCP in them."""

import collections
import random
import struct
import sys
import time

HOLD_SECONDS = 0.005
SILENCE_SECONDS = 0.005  # ends a burst of losses, as it ends what causes them: else one swallows timeout after timeout

SEGMENT_HEADER = 12  # the part of the TCP header that is in the UDP payload
FIN, SYN, ACK = 0x01, 0x02, 0x10
FLAG_NAMES = ((0x02, "S"), (0x01, "F"), (0x04, "R"), (0x08, "P"), (0x10, "."), (0x40, "E"), (0x80, "W"))
SACK_PERMITTED, SACK = 4, 5
COUNTERS = ("packets", "bytes", "dropped", "reordered", "duplicated",
            "data_segments", "data_bytes", "data_dropped", "data_bytes_dropped", "acks_dropped",
            "retransmitted", "retransmitted_bytes", "needless", "needless_bytes", "never_came_bytes",
            "sack_permitted", "sack_segments", "dsack_blocks")


class Path:
    """May lose packets, let later ones overtake, double and delay them. The seed decides the fate of the n-th."""

    def __init__(self, name, transmit, options):
        self.name = name
        self.transmit = transmit
        self.drop_begins = options.drop / options.burst
        self.burst = options.burst
        self.reorder = options.reorder
        self.duplicate = options.duplicate
        self.delay = options.delay / 1000
        self.trace = options.trace
        self.random = random.Random("%d %s" % (options.seed, name))
        self.to_drop = 0
        self.last = 0.0  # when the packet before came
        self.held = collections.deque()  # [packets that may still overtake, deadline, flow, segment, tos]
        self.travelling = collections.deque()  # (arrival, flow, segment, tos)
        self.counters = dict.fromkeys(COUNTERS, 0)

    def offer(self, flow, segment, tos):
        fate = self.fate()
        watch = flow.watches.get(self)
        if not watch:
            watch = flow.watches[self] = Watch(self.counters)
        notes = watch.see(segment, fate == "dropped")
        if self.trace:
            self.print(flow, segment, *notes, *[fate] if fate else [])
        self.counters["packets"] += 1
        self.counters["bytes"] += len(segment)
        if fate:
            self.counters[fate] += 1
        if fate == "dropped":
            return
        if fate != "reordered":
            self.send(flow, segment, tos)
            for entry in self.held:
                entry[0] -= 1
            self.release(lambda entry: entry[0] <= 0)
        if fate:
            self.held.append([self.random.randint(1, 3), time.monotonic() + HOLD_SECONDS, flow, segment, tos])

    def print(self, flow, segment, *notes):
        isn, acknowledged_isn = flow.watches[self].isn, 0
        for path, watch in flow.watches.items():
            if path is not self:
                acknowledged_isn = watch.isn
        print("%.6f %s %s" % (time.monotonic(), self.name, picture(segment, isn, acknowledged_isn)), *notes,
              file=sys.stderr)

    def fate(self):
        """The counter of what happens to the next packet; None when it just goes on."""
        lot = self.random.random()
        silence, self.last = time.monotonic() - self.last, time.monotonic()
        if silence > SILENCE_SECONDS:
            self.to_drop = 0
        if self.to_drop:
            self.to_drop -= 1
            return "dropped"
        if lot < self.drop_begins:
            self.to_drop = self.burst - 1
            return "dropped"
        lot -= self.drop_begins
        if lot < self.reorder:
            return "reordered"
        return "duplicated" if lot < self.reorder + self.duplicate else None

    def send(self, flow, segment, tos):
        if self.delay:
            self.travelling.append((time.monotonic() + self.delay, flow, segment, tos))
        else:
            self.transmit(flow, segment, tos)

    def release(self, due):
        if not self.held:
            return
        held, self.held = self.held, collections.deque()
        for entry in held:
            if due(entry):
                self.send(*entry[2:])
            else:
                self.held.append(entry)

    def expire(self, now):
        self.release(lambda entry: entry[1] <= now)
        while self.travelling and self.travelling[0][0] <= now:
            self.transmit(*self.travelling.popleft()[1:])

    def deadline(self):
        held = min((entry[1] for entry in self.held), default=None)
        if not self.travelling:
            return held
        return self.travelling[0][0] if held is None else min(held, self.travelling[0][0])


class Watch:
    """What one end of a connection sent, retransmissions told from the rest by the sequence numbers alone.

    A retransmission is needless when every byte of it had been sent on before, in whatever order. Its sender may have
    had no way to know.
    """

    def __init__(self, counters):
        self.counters = counters
        self.isn = None
        self.next = 0  # one past the last sequence number seen, relative to the ISN
        self.missing = []  # [begin, end) of what is below and was not sent on, in order

    def see(self, segment, dropped):
        """Counts, and returns what is notable."""
        flags, header = segment[1], header_bytes(segment)
        sequence, acknowledgment = struct.unpack_from("!II", segment, 4)
        data = len(segment) - header
        length = data + bool(flags & SYN) + (flags & FIN)
        if self.isn is None or flags & SYN and sequence != self.isn:
            self.isn, self.next, self.missing = sequence, 0, []
        notes = []
        if length:
            begin = relative(sequence, self.isn)
            notes += self.see_sequence_space(begin, begin + length, dropped)
        if data:
            self.counters["data_segments"] += 1
            self.counters["data_bytes"] += data
            if dropped:
                self.counters["data_dropped"] += 1
                self.counters["data_bytes_dropped"] += data
        elif dropped and not length:
            self.counters["acks_dropped"] += 1
        for kind, value in options(segment[SEGMENT_HEADER:header]):
            if kind == SACK_PERMITTED:
                self.counters["sack_permitted"] += 1
            elif kind == SACK and len(value) >= 8:
                self.counters["sack_segments"] += 1
                if is_dsack(sack_edges(value), acknowledgment):
                    self.counters["dsack_blocks"] += 1
                    notes.append("dsack")
        return notes

    def see_sequence_space(self, begin, end, dropped):
        if begin >= self.next:
            if begin > self.next:
                self.counters["never_came_bytes"] += begin - self.next
                self.missing.append((self.next, begin))
            if dropped:
                self.missing.append((begin, end))
            self.next = end
            return ()
        self.counters["retransmitted"] += 1
        self.counters["retransmitted_bytes"] += end - begin
        useful = end > self.next or any(first < end and begin < last for first, last in self.missing)
        if not useful:
            self.counters["needless"] += 1
            self.counters["needless_bytes"] += end - begin
        if not dropped:
            self.missing = [piece for first, last in self.missing
                            for piece in ((first, min(last, begin)), (max(first, end), last)) if piece[0] < piece[1]]
        elif end > self.next:
            self.missing.append((self.next, end))
        self.next = max(self.next, end)
        return ("again",) if useful else ("needless",)


def header_bytes(segment):
    return (segment[0] >> 4) * 4 - 8


def relative(sequence, isn):
    return (sequence - isn + (1 << 31)) % (1 << 32) - (1 << 31)


def options(header):
    """Kind and value of each option, up to the first that is malformed."""
    at = 0
    while at < len(header) and header[at]:
        if header[at] == 1:
            at += 1
            continue
        length = header[at + 1] if at + 1 < len(header) else 0
        if length < 2:
            return
        yield header[at], header[at + 2:at + length]
        at += length


def sack_edges(value):
    return struct.unpack_from("!%dI" % (len(value) // 8 * 2), value)


def is_dsack(edges, acknowledgment):
    """RFC 2883 section 4: the first block is below the acknowledgment, or inside the second."""
    begin, end = edges[0:2]
    if not before(acknowledgment, end):
        return True
    return len(edges) >= 4 and not before(begin, edges[2]) and not before(edges[3], end)


def before(one, other):
    return (one - other) % (1 << 32) >= 1 << 31


def picture(segment, isn, acknowledged_isn):
    """As tcpdump prints it, with relative numbers."""
    flags, header = segment[1], header_bytes(segment)
    sequence, acknowledgment = struct.unpack_from("!II", segment, 4)
    begin = relative(sequence, isn)
    text = "%s %d:%d win %d" % ("".join(name for bit, name in FLAG_NAMES if flags & bit), begin,
                                begin + len(segment) - header, int.from_bytes(segment[2:4], "big"))
    if flags & ACK:
        text += " ack %d" % relative(acknowledgment, acknowledged_isn)
    for kind, value in options(segment[SEGMENT_HEADER:header]):
        if kind == SACK:
            edges = [relative(edge, acknowledged_isn) for edge in sack_edges(value)]
            text += " sack " + " ".join("%d:%d" % block for block in zip(edges[::2], edges[1::2]))
    return text
