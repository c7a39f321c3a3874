#!/bin/bash
# Copyright 2026 The Culvert Authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs a benchmark over a link: its two sides in network namespaces of their own.
set -u

usage() {
    cat <<'X'
Usage: link.sh [--mtu BYTES] [--rtt MILLIS] [--rate MBIT] [--loss PERCENT] [--queue PACKETS] [--jar FILE]
               -- COMMAND [OPTION...]

Runs a command of culvert-bench.jar with its servers in one network namespace and its clients in another, joined by a
veth pair. With --rtt, --rate or --loss a third namespace between them is a router with tc netem on both sides.

  --mtu BYTES      largest IP packet of the link. Default: 1500
  --rtt MILLIS     round trip, half of it each way
  --rate MBIT      Mbit/s of IP packets, each way
  --loss PERCENT   share of packets lost at random, each way
  --queue PACKETS  room before the bottleneck. Default: what the rate carries in a round trip, at least 100
  --jar FILE       default: culvert-bench.jar of this build

Exit codes: that of the command, but 2 for wrong arguments and 77 if such a link cannot be had here: it takes root, ip
and, for delay, rate and loss, tc and ethtool and a kernel with sch_netem.

Examples:
  link.sh -- throughput --systems culvert,tcp
  link.sh --rtt 50 --rate 100 --loss 1 -- throughput --seconds 10 \
      --systems culvert+cubic,culvert+bbr,tcp+cubic,tcp+bbr --io epoll --json link.json
X
}

wrong() { echo "link.sh: $1" >&2; usage >&2; exit 2; }
cannot() { echo "link.sh: $1" >&2; exit 77; }
number() { [[ $2 =~ ^[0-9]+(\.[0-9]+)?$ ]] || wrong "$1: '$2' is not a number"; }
whole() { [[ $2 =~ ^[0-9]+$ ]] || wrong "$1: '$2' is not a whole number"; }
calculate() { awk "BEGIN { print $1 }"; }

jar=$(dirname "$(readlink -f "$0")")/../target/culvert-bench.jar
mtu=1500 rtt='' rate='' loss='' queue=''
while [ $# -gt 0 ]; do
    case $1 in
        -h|--help) usage; exit 0 ;;
        --) shift; break ;;
        --mtu|--rtt|--rate|--loss|--queue|--jar) [ $# -gt 1 ] || wrong "$1: what follows is missing" ;;
        *) wrong "there is no option '$1'" ;;
    esac
    case $1 in
        --mtu) whole "$1" "$2"; mtu=$2 ;;
        --rtt) number "$1" "$2"; rtt=$2 ;;
        --rate) number "$1" "$2"; rate=$2 ;;
        --loss) number "$1" "$2"; loss=$2 ;;
        --queue) whole "$1" "$2"; queue=$2 ;;
        --jar) jar=$2 ;;
    esac
    shift 2
done
[ $# -gt 0 ] || wrong "which command?"
[ -f "$jar" ] || wrong "there is no $jar; build it, or name it with --jar"

emulated=${rtt:+1}${rate:+1}${loss:+1}
[ "$(id -u)" = 0 ] || cannot "only root may make network namespaces"
command -v ip >/dev/null || cannot "there is no ip (iproute2)"

# Names of interfaces are made of these, and have no more than 15 characters.
client=cc$$ server=cs$$ router=cr$$
serving='' log=$(mktemp)
clean() {
    trap - EXIT
    [ -z "$serving" ] || { kill "$serving" && wait "$serving"; } 2>/dev/null
    for namespace in $client $server $router; do
        ip netns pids "$namespace" 2>/dev/null | xargs -r kill 2>/dev/null
        ip netns del "$namespace" 2>/dev/null
    done
    rm -f "$log"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

namespace() {
    ip netns add "$1" && ip -n "$1" link set lo up || cannot "this system makes no network namespaces"
    # What one round has learnt about the path is not to help the next one.
    ip netns exec "$1" sysctl -qw net.ipv4.tcp_no_metrics_save=1
}

# join NAMESPACE ADDRESS NAMESPACE ADDRESS
join() {
    ip link add to-peer netns "$1" mtu "$mtu" type veth peer name "to-$1" netns "$3" mtu "$mtu" &&
        ip -n "$1" addr add "$2/30" dev to-peer && ip -n "$1" link set to-peer up &&
        ip -n "$3" addr add "$4/30" dev "to-$1" && ip -n "$3" link set "to-$1" up || cannot "there is no veth pair"
}

namespace "$client"
namespace "$server"
if [ -z "$emulated" ]; then
    join "$client" 10.199.1.1 "$server" 10.199.1.2
    host=10.199.1.2 path=kind=veth,mtu=$mtu
else
    command -v tc >/dev/null || cannot "there is no tc (iproute2)"
    namespace "$router"
    ip netns exec "$router" tc qdisc add dev lo root netem 2>/dev/null ||
        cannot "this kernel has no sch_netem, so there is no delay, rate or loss"
    command -v ethtool >/dev/null || cannot "there is no ethtool"
    join "$client" 10.199.1.1 "$router" 10.199.1.2
    join "$server" 10.199.2.1 "$router" 10.199.2.2
    ip netns exec "$router" sysctl -qw net.ipv4.ip_forward=1
    ip -n "$client" route add default via 10.199.1.2
    ip -n "$server" route add default via 10.199.2.2
    host=10.199.2.1 path=kind=emulated,mtu=$mtu${rtt:+,rttMillis=$rtt}${rate:+,rateMbit=$rate}${loss:+,lossPercent=$loss}
    # Packets in a round trip, and so many again may wait; those on their way each way count as netem's own.
    trip=$(calculate "int(${rate:-10000} * 1000 * ${rtt:-1} / 8 / $mtu)")
    limit=$(calculate "int($trip / 2) + ${queue:-$((trip > 100 ? trip : 100))}")
    for side in "$client" "$server"; do
        # Otherwise netem would lose, delay and count trains of packets as one.
        ip netns exec "$side" ethtool -K to-peer tso off gso off gro off tx-udp-segmentation off >/dev/null ||
            cannot "the offloads of a veth pair cannot be turned off"
        ip netns exec "$router" ethtool -K "to-$side" gro off >/dev/null
        ip netns exec "$router" tc qdisc add dev "to-$side" root netem limit "$limit" \
            ${rtt:+delay "$(calculate "$rtt / 2")ms"} ${loss:+loss "$loss%"} ${rate:+rate "${rate}mbit"} ||
            cannot "netem cannot make such a link"
    done
fi

ip netns exec "$server" java -jar "$jar" "$1" --serve 2>"$log" &
serving=$!
for _ in $(seq 300); do
    grep -q '^Serving' "$log" && break
    kill -0 $serving 2>/dev/null || break
    sleep 0.1
done
grep -q '^Serving' "$log" || { cat "$log" >&2; echo "link.sh: the servers did not start" >&2; exit 1; }
ip netns exec "$client" java -jar "$jar" "$@" --connect $host --path $path
