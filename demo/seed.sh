# shellcheck shell=bash
# The seed at home: qBittorrent listening on the published port, with the tunnel's SOCKS5 for trackers and not for peers.

readonly PORT=6666
readonly TUNNEL_ADDRESS=192.168.123.2 SOCKS_PORT=5522

start_seed() {
    write_qbittorrent_conf "$DEMO/home" "$PORT"
    start_in home qbittorrent-nox --profile="$DEMO/home"
    await 20 "qBittorrent answers" qbittorrent_answers home
    qbittorrent_set home "$(seed_preferences)"
    qbittorrent_api home torrents/add -F "torrents=@$DEMO/demo.torrent" -F "savepath=$DEMO/seed" -F skip_checking=false >/dev/null
    await 30 "qBittorrent has checked the content and seeds" seeding
}

# Number or word: versions differ in how they name SOCKS5.
seed_preferences() {
    local socks=2
    if [[ $(qbittorrent_api home app/preferences | jq -r '.proxy_type | type') == string ]]; then socks='"SOCKS5"'; fi
    printf '{"listen_port":%d,"random_port":false,"upnp":false,"announce_port":%d,"proxy_type":%s,"proxy_ip":"%s","proxy_port":%d,' \
        "$PORT" "$PORT" "$socks" "$TUNNEL_ADDRESS" "$SOCKS_PORT"
    printf '"proxy_bittorrent":true,"proxy_peer_connections":false,"proxy_hostname_lookup":false}'
}

seeding() {
    [[ $(qbittorrent_api home torrents/info | jq -r '.[0] | "\(.progress) \(.state)"') =~ ^1\ (stalledUP|uploading|forcedUP)$ ]]
}

# Those who are connected to the seed now: address, port and flags as qBittorrent shows them (I: they opened the connection).
seed_peers() {
    qbittorrent_api home "sync/torrentPeers?hash=$INFO_HASH&rid=0" | jq -r '.peers // {} | .[] | "\(.ip) \(.port) \(.flags)"'
}
