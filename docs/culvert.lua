-- Copyright 2026 The Culvert Authors
-- SPDX-License-Identifier: Apache-2.0
--
-- A dissector for Wireshark and tshark: shows Culvert's UDP datagrams as the TCP segments that they are, with all of
-- Wireshark's analysis of TCP. docs/wireshark.md says how to use it.
--
-- A segment is a TCP header in another order, whose first eight bytes are the UDP header. This puts the fields back
-- where TCP has them and calls the dissector of TCP.

local culvert = Proto("culvert", "Culvert (TCP in UDP)")

culvert.prefs.ports = Pref.range("UDP ports", "7007",
    "UDP ports that carry sessions; others are found by their SYN, or by Decode as", 65535)

local f_segments = ProtoField.uint32("culvert.segments", "Segments", base.DEC, nil, nil,
    "More than one where a train was captured before the system had cut it")
local f_length = ProtoField.uint32("culvert.segment_length", "Length of a segment")
culvert.fields = { f_segments, f_length }

local e_cut = ProtoExpert.new("culvert.cut", "Datagram was not captured whole: what is missing is shown as zeros",
    expert.group.UNDECODED, expert.severity.NOTE)
culvert.experts = { e_cut }

local udp_checksum = Field.new("udp.checksum")
local udp_ports = DissectorTable.get("udp.port")
local tcp = Dissector.get("tcp")

local FIXED_BYTES = 12
local UDP_BYTES = 8
local CONTROL_BITS = 0x20 -- FIN, SYN, RST, PSH and ACK are below
local SYN = 0x02
local SYN_ACK = 0x12
local MSS_OPTION = "\2\4"

local function uint32(raw, at)
    local a, b, c, d = raw:byte(at, at + 3)
    return ((a * 256 + b) * 256 + c) * 256 + d
end

-- Bytes before the payload; nil if the datagram is no segment. The first two bits of one are never 00, STUN's always.
local function header_bytes(raw)
    if #raw < FIXED_BYTES then
        return nil
    end
    local bytes = 4 * math.floor(raw:byte(1) / 16) - UDP_BYTES
    return bytes >= FIXED_BYTES and bytes <= #raw and bytes or nil
end

-- Whether the header that would begin at a place can follow the one before it in a train. It is as long, and goes on
-- where the segment before it ends, or acknowledges and has options as that one.
local function follows(raw, start, before, header)
    if #raw - start + 1 < header or raw:byte(start) ~= raw:byte(before) then
        return false
    end
    local text = start - before - header
    return uint32(raw, start + 4) == (uint32(raw, before + 4) + text) % 4294967296
        or header > FIXED_BYTES and raw:sub(start + 8, start + header - 1) == raw:sub(before + 8, before + header - 1)
end

local function is_train(raw, length, header)
    for start = length + 1, #raw, length do
        if not follows(raw, start, start - length, header) then
            return false
        end
    end
    return true
end

-- On the loopback, on a virtual Ethernet and where the network card cuts trains of segments into datagrams, a capture
-- has the whole train as one datagram. How long each of its segments is, all but the last one equally, the capture does
-- not say.
local function segment_bytes(raw, header)
    local first = raw:sub(1, 1)
    local at = raw:find(first, header + 1, true)
    while at do
        if is_train(raw, at - 1, header) then
            return at - 1
        end
        at = raw:find(first, at + 1, true)
    end
    return #raw
end

-- Addresses, ports and text are in both checksums; UDP's has its protocol number, 17, in place of 6, and once more the
-- length. So TCP's is right where UDP's is.
local function tcp_checksum(bytes)
    local fields = { udp_checksum() }
    local of_udp = #fields > 0 and fields[#fields].value or 0
    if of_udp == 0 then
        return 0
    end
    local sum = of_udp + 11 + bytes + UDP_BYTES
    while sum > 65535 do
        sum = sum % 65536 + math.floor(sum / 65536)
    end
    return sum
end

local function dissect_segment(raw, checksum, pinfo, tree)
    local segment = Struct.pack(">I2I2", pinfo.src_port, pinfo.dst_port)
        .. raw:sub(5, 12) .. raw:sub(1, 4) .. Struct.pack(">I2I2", checksum, 0) .. raw:sub(13)
    tcp:call(ByteArray.new(segment, true):tvb("TCP segment"), pinfo, tree)
end

function culvert.dissector(tvb, pinfo, tree)
    local raw = tvb:raw()
    local header = header_bytes(raw)
    if not header then
        return 0
    end
    local subtree = tree:add(culvert, tvb())
    local cut = tvb:reported_len() - tvb:len()
    if cut > 0 then
        subtree:add_proto_expert_info(e_cut)
        raw = raw .. string.rep("\0", cut)
    end
    local length = segment_bytes(raw, header)
    local segments = math.ceil(#raw / length)
    subtree:add(f_segments, segments):set_generated()
    subtree:add(f_length, length):set_generated()
    subtree:append_text(segments == 1 and ", a segment" or ", a train of " .. segments .. " segments")
    local checksum = segments == 1 and cut == 0 and tcp_checksum(#raw) or 0
    for start = 1, #raw, length do
        dissect_segment(raw:sub(start, start + length - 1), checksum, pinfo, tree)
    end
    if segments > 1 then
        pinfo.cols.info:append("  [last of a train of " .. segments .. "]")
    end
    return tvb:len()
end

-- A session on any port begins with a SYN or, where only one direction is seen, a SYN,ACK: no data, and the maximum
-- segment size as the first option.
local function is_opening(raw)
    local header = header_bytes(raw)
    if header ~= #raw or header < FIXED_BYTES + 4 or raw:sub(13, 14) ~= MSS_OPTION or raw:byte(1) % 16 ~= 0 then
        return false
    end
    local flags = raw:byte(2) % CONTROL_BITS
    return flags == SYN and uint32(raw, 9) == 0 or flags == SYN_ACK and uint32(raw, 9) ~= 0
end

culvert:register_heuristic("udp", function(tvb, pinfo, tree)
    if tvb:len() < tvb:reported_len() or not is_opening(tvb:raw()) then
        return false
    end
    pinfo.conversation = culvert
    culvert.dissector(tvb, pinfo, tree)
    return true
end)

local ports = ""

local function register_ports()
    if ports ~= "" then
        udp_ports:remove(ports, culvert)
    end
    ports = culvert.prefs.ports
    if ports ~= "" then
        udp_ports:add(ports, culvert)
    end
end

culvert.prefs_changed = register_ports
register_ports()
udp_ports:add_for_decode_as(culvert)
