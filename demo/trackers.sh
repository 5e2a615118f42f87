# shellcheck shell=bash
# Trackers on the tracker node, and what they recorded. One opentracker for HTTP announces and another for UDP announces, so that what
# each recorded can be told apart; opentracker of Debian speaks IPv4 only, so qBittorrent's built-in tracker serves IPv6.

readonly TRACKER_HTTP=http://tracker4.lab.test:6969/announce
readonly TRACKER_UDP=udp://tracker4.lab.test:6970/announce
readonly TRACKER6_HTTP=http://tracker6.lab.test:9000/announce

start_trackers() {
    printf '%s\n' "$INFO_HASH" >"$DEMO/whitelist"
    start_in tracker opentracker -i "$TRACKER_ADDRESS" -p 6969 -P 6969 -w "$DEMO/whitelist"
    start_in tracker opentracker -i "$TRACKER_ADDRESS" -p 6970 -P 6970 -w "$DEMO/whitelist"
    write_qbittorrent_conf "$DEMO/tracker6" 7999
    start_in tracker qbittorrent-nox --profile="$DEMO/tracker6"
    await 20 "qBittorrent's tracker answers its owner" qbittorrent_answers tracker
    qbittorrent_set tracker '{"enable_embedded_tracker":true,"embedded_tracker_port":9000}'
    await 10 "trackers listen on 6969, 6970 and 9000" trackers_listen
}

trackers_listen() {
    local sockets
    sockets=$(in_node tracker ss -Hlntu)
    [[ $sockets == *:6969* && $sockets == *:6970* && $sockets == *:9000* ]]
}

# announce NODE URL [OPTION…]: an announce by curl from a node, as a stranger on port 1; the answer in hex.
announce() {
    local node=$1 url=$2
    shift 2
    in_node "$node" curl -sS --max-time 10 "$@" \
        "$url?info_hash=$(escaped_info_hash %)&peer_id=-LB0001-000000000001&port=1&uploaded=0&downloaded=0&left=1&compact=1&numwant=50" |
        od -An -v -tx1 | tr -d ' \n'
}

# Who an opentracker tells others about, one address:port a line, without ourselves. It keeps one list for HTTP and UDP.
recorded_by() {
    local port=$1 answer
    answer=$(announce tracker "http://$TRACKER_ADDRESS:$port/announce")
    peers_in "$answer" peers | grep -v ':1$' | sort
}

# Reads a compact list (BEP 23, BEP 7) out of a bencoded answer in hex.
peers_in() {
    local hex=$1 key size length address port
    case $2 in
        peers) key=353a7065657273 size=12 ;;
        peers6) key=363a706565727336 size=36 ;;
    esac
    [[ $hex == *"$key"* ]] || return 0
    hex=${hex#*"$key"}
    length=
    while [[ ${hex:0:2} != 3a ]]; do
        length+=${hex:1:1}
        hex=${hex:2}
    done
    hex=${hex:2:length*2}
    while ((${#hex} >= size)); do
        port=$((16#${hex:size-4:4}))
        if ((size == 12)); then
            address=$((16#${hex:0:2})).$((16#${hex:2:2})).$((16#${hex:4:2})).$((16#${hex:6:2}))
        else
            address=[$(sed -E 's/..../&:/g; s/:$//; s/(^|:)0+([0-9a-f])/\1\2/g; s/(:0){2,}(:|$)/::/' <<<"${hex:0:32}")]
        fi
        printf '%s:%d\n' "$address" "$port"
        hex=${hex:size}
    done
}
