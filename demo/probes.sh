# shellcheck shell=bash
# Questions asked with nothing but a socket, from a node that knows nothing of GostBt.

# Whether a BitTorrent client answers a handshake (BEP 3) over TCP at an address, seen from a node.
handshake_over_tcp() {
    local node=$1 address=$2 port=$3 greeting
    greeting="\\x13BitTorrent protocol\\0\\0\\0\\0\\0\\0\\0\\0$(escaped_info_hash '\x')-LB0001-000000000002"
    # shellcheck disable=SC2016
    in_node "$node" timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2" && printf "$3" >&3 && head -c 20 <&3 | tail -c 19' \
        _ "$address" "$port" "$greeting" 2>/dev/null
}

# Whether a DHT node answers a ping (BEP 5) at an address, seen from a node; the socket takes answers from that address and port alone.
dht_ping() {
    local node=$1 address=$2 port=$3
    printf 'd1:ad2:id20:LB000100000000000003e1:q4:ping1:t2:lb1:y1:qe' |
        in_node "$node" timeout 5 socat -t3 -T3 - "UDP4:$address:$port" 2>/dev/null |
        LC_ALL=C grep -qa '1:t2:lb.*1:y1:r' && printf 'answered from VPS:%d' "$port"
}

# seen_by NODE LISTENER BIND TARGET PORT tcp|udp: a node asks a plain listener, bound to an address of its node, by sending to a target;
# the listener tells the source address it sees.
seen_by() {
    local from=$1 at=$2 bind=$3 target=$4 port=$5 protocol=$6 listen ask
    case $protocol in
        tcp) listen=TCP4-LISTEN:$port,bind=$bind,reuseaddr ask=TCP4:$target:$port,connect-timeout=3 ;;
        udp) listen=UDP4-RECVFROM:$port,bind=$bind,reuseaddr ask=UDP4:$target:$port ;;
    esac
    # It reads what was asked: socat gives up an answer whose program left the question lying.
    # shellcheck disable=SC2016
    start_in "$at" timeout 10 socat "$listen" 'SYSTEM:echo $SOCAT_PEERADDR; cat >/dev/null'
    await 5 "listening" listens_on "$at" "$port" "$protocol" >/dev/null || return 0
    printf '?' | in_node "$from" socat -t3 -T3 - "$ask" 2>/dev/null || true
}

listens_on() {
    [[ -n $(in_node "$1" ss -Hln "--$3" "sport = :$2") ]]
}
