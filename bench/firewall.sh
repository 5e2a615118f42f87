#!/usr/bin/env bash
# What a published port costs: the forwarding rate of the server's rules with one port published and with many, in one run, in three namespaces
# (peer, server, home). The rules are those that a test holds NftRenderer to, with the ports of this bench in them. Needs root, nft, iperf3.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
golden=$here/../tests/GostBt.Core.Tests/Server/Golden/firewall.nft
seconds=2
many=1000
rounds=3
flows=20000

usage() {
    echo "usage: bench/firewall.sh [--seconds N] [--ports N]    (seconds of each transfer, 1 to 10, default $seconds; ports, 2 to 5000, default $many)"
}

while [ $# -gt 0 ]; do
    case $1 in
        --seconds) seconds=${2:?--seconds needs a number}; shift 2 ;;
        --ports) many=${2:?--ports needs a number}; shift 2 ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done
[[ $seconds =~ ^([1-9]|10)$ && $many =~ ^[0-9]+$ && $many -ge 2 && $many -le 5000 ]] || { usage >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "run it as root: it makes network namespaces" >&2; exit 2; }
for tool in nft iperf3; do
    command -v "$tool" >/dev/null || { echo "$tool is missing" >&2; exit 2; }
done

peer=gbtfw-$$-peer server=gbtfw-$$-server home=gbtfw-$$-home
rules=$(mktemp)
listener=
remove() {
    if [ -n "$listener" ]; then kill "$listener" 2>/dev/null || true; fi
    for ns in "$peer" "$server" "$home"; do ip netns del "$ns" 2>/dev/null || true; done
    rm -f "$rules"
}
trap remove EXIT
trap 'exit 130' INT TERM

raise() {
    for ns in "$peer" "$server" "$home"; do ip netns add "$ns"; ip -n "$ns" link set lo up; done
    ip link add eth0 netns "$peer" type veth peer name eth0 netns "$server"
    ip link add eth0 netns "$home" type veth peer name gbt-home netns "$server"
    ip -n "$peer" address add 198.51.100.9/30 dev eth0
    ip -n "$server" address add 198.51.100.10/30 dev eth0
    ip -n "$server" address add 192.168.123.1/24 dev gbt-home
    ip -n "$home" address add 192.168.123.2/24 dev eth0
    ip -n "$peer" link set eth0 up
    ip -n "$home" link set eth0 up
    ip -n "$server" link set eth0 up
    ip -n "$server" link set gbt-home up
    ip -n "$home" route add default via 192.168.123.1
    ip netns exec "$server" sysctl -q -w net.ipv4.ip_forward=1
    # Every flow of the bench is to be a new one, and none to be answered.
    ip netns exec "$home" nft 'add table inet bench; add chain inet bench in { type filter hook input priority 0; }; add rule inet bench in udp dport != 6666 drop'
}

# Publishes 6666 and, far apart so that none merge, as many more as to make $1.
publish() {
    local list
    list=$(seq -s ', ' 10000 2 $((10000 + 2 * ($1 - 2))))
    [ "$1" -gt 1 ] || list=
    awk -v ports="6666${list:+, $list}" '
        /set (tcp|udp)_(ports|inside) \{/ { mine = 1 }
        mine && /elements =/ { sub(/\{.*\}/, "{ " ports " }"); mine = 0 }
        { gsub(/skuid != \{ root, [a-z-]+ \}/, "skuid != { root, nobody }"); gsub(/meta skuid [a-z-]+ jump/, "meta skuid nobody jump"); print }' "$golden" >"$rules"
    ip netns exec "$server" nft -f "$rules"
}

# Mbit/s of one connection to the first published port, 6666.
transfer() {
    ip netns exec "$home" iperf3 -s -1 -p 6666 >/dev/null 2>&1 &
    listener=$!
    until ip netns exec "$home" ss -Hlnt 'sport = :6666' | grep -q .; do sleep 0.05; done
    ip netns exec "$peer" timeout $((seconds + 8)) iperf3 --connect-timeout 3000 -f m -t "$seconds" -p 6666 -c 198.51.100.10 2>/dev/null | awk '/receiver/ { print $7 }'
    wait "$listener" || true
    listener=
}

# New flows a second: a datagram each, from a port of its own. Sender and forwarding share a core, so this is the whole way.
fresh() {
    # shellcheck disable=SC2016 # Its own shell expands it.
    ip netns exec "$peer" bash -c '
        start=${EPOCHREALTIME/./}
        for ((i = 0; i < $1; i++)); do exec 3>/dev/udp/198.51.100.10/$2; printf x >&3; done
        echo $(($1 * 1000000 / (${EPOCHREALTIME/./} - start)))' _ "$flows" "$1"
}

best() { printf '%s\n' "$@" | sort -n | tail -n 1; }

raise
one_transfer=() many_transfer=() one_fresh=() many_fresh=()
for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds …" >&2
    publish 1
    one_transfer+=("$(transfer)")
    one_fresh+=("$(fresh 6666)")
    publish "$many"
    many_transfer+=("$(transfer)")
    many_fresh+=("$(fresh $((10000 + 2 * (many - 2))))")
done

row() { awk -v name="$1" -v one="$2" -v many="$3" 'BEGIN { printf "%-24s %12d %12d %8.2f\n", name, one, many, (one > 0 ? many / one : 0) }'; }
printf '%-24s %12s %12s %8s\n' "best of $rounds" "1 port" "$many ports" "ratio"
row "one connection, Mbit/s" "$(best "${one_transfer[@]}")" "$(best "${many_transfer[@]}")"
row "new flows a second" "$(best "${one_fresh[@]}")" "$(best "${many_fresh[@]}")"
