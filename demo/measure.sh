# shellcheck shell=bash
# The rows of the table, each measured.

# Before the client starts: GostBt's own test, then a plain listener at home and a peer that knows only VPS:PORT.
measure_port() {
    local protocol
    for protocol in tcp udp; do
        proof "VPS:$PORT over ${protocol^^}, GostBt's own test" "$(product_verdict "$protocol")" "open, source address seen as sent"
        proof "VPS:$PORT over ${protocol^^}, a peer asks and home sees" \
            "$(seen_by peer2 home "$TUNNEL_ADDRESS" "$VPS_ADDRESS" "$PORT" "$protocol")" "$PEER2_ADDRESS"
    done
}

measure_client() {
    proof "home's own address at $PORT, a peer's handshake" \
        "$(handshake_over_tcp peer2 "$NAT_ADDRESS" "$PORT" || printf 'unreachable')" unreachable
    await 20 "qBittorrent answers a peer's handshake at VPS:$PORT" client_answers || true
    proof "qBittorrent at VPS:$PORT, a peer's handshake" "$(handshake_over_tcp peer2 "$VPS_ADDRESS" "$PORT" || true)" "BitTorrent protocol"
}

client_answers() {
    [[ $(handshake_over_tcp peer2 "$VPS_ADDRESS" "$PORT") == "BitTorrent protocol" ]]
}

measure_trackers() {
    await 45 "the HTTP tracker knows a peer" tracker_knows_someone 6969 || true
    proof "recorded by the HTTP tracker" "$(recorded_by 6969 | paste -sd ' ')" "$VPS_ADDRESS:$PORT"
    await 45 "the UDP tracker knows a peer" tracker_knows_someone 6970 || true
    proof "recorded by the UDP tracker" "$(recorded_by 6970 | paste -sd ' ')" "$VPS_ADDRESS:$PORT"
    measure_tracker6
}

# Once the UDP tracker knows qBittorrent, its SOCKS5 carries its UDP: the DHT must answer peers at the published port all the same.
measure_datagrams() {
    await 20 "qBittorrent answers a peer's DHT ping at VPS:$PORT" client_answers_over_udp || true
    proof "qBittorrent at VPS:$PORT over UDP, a peer's DHT ping" "$(dht_ping peer2 "$VPS_ADDRESS" "$PORT" || true)" "answered from VPS:$PORT"
}

client_answers_over_udp() {
    [[ $(dht_ping peer2 "$VPS_ADDRESS" "$PORT") == answered* ]]
}

tracker_knows_someone() {
    [[ -n $(recorded_by "$1") ]]
}

# Through the same SOCKS5, by name: the split route sends IPv6 straight from home.
measure_tracker6() {
    local answer
    answer=$(announce home "$TRACKER6_HTTP" --socks5-hostname "$TUNNEL_ADDRESS:$SOCKS_PORT" || true)
    printf '%s\n' "$answer" >"$DEMO/logs/tracker6.hex"
    proof "recorded by the IPv6 tracker, through the proxy" "$(peers_in "$answer" peers6 | paste -sd ' ')" "[$HOME_ADDRESS6]:1"
}

measure_download() {
    local peers
    await 45 "the peer is connected" peer_is_seen || true
    peers=$(seed_peers)
    proof "the peer's address, as qBittorrent's own API shows it" "$(cut -d ' ' -f 1 <<<"$peers" | sort -u | paste -sd ' ')" "$PEER1_ADDRESS"
    proof "who opened the connection, as qBittorrent shows it" \
        "$(case $(cut -d ' ' -f 3- <<<"$peers") in *I*) printf 'the peer' ;; '') ;; *) printf 'home' ;; esac)" "the peer"
    await 60 "the download is complete" downloaded || true
    proof "the download" "$(if downloaded; then printf 'complete, every byte the same'; fi)" "complete, every byte the same"
    local bytes
    bytes=$(bytes_from_vps)
    proof "its bytes came from VPS:$PORT" "$(if ((bytes >= CONTENT_BYTES)); then printf 'all'; else printf '%d bytes' "$bytes"; fi)" all
}

peer_is_seen() {
    [[ -n $(seed_peers) ]]
}

measure_ordinary_traffic() {
    proof "home's ordinary traffic, as a peer sees it" "$(seen_by home peer2 0.0.0.0 "$PEER2_ADDRESS" 7100 tcp)" "$NAT_ADDRESS"
    proof "home's route to the world" "$(ordinary_route)" "$HOME_ROUTE_BEFORE"
}

measure_traces() {
    vps_state >"$DEMO/vps.after"
    proof "left on the VPS" "$(changes vps) changes" "0 changes"
    home_state >"$DEMO/home.after"
    proof "left at home" "$(changes home) changes" "0 changes"
}

changes() {
    diff "$DEMO/$1.before" "$DEMO/$1.after" >"$DEMO/logs/$1.diff" || true
    grep -c '^[<>]' "$DEMO/logs/$1.diff" || true
}
