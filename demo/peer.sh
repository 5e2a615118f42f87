# shellcheck shell=bash
# A peer that cannot be reached: aria2 behind a firewall that lets nothing in. It can only download over a connection
# that it opens itself, and the firewall counts where the bytes come from.

firewall_peer() {
    in_node peer1 nft -f - <<NFT
table inet firewall {
    counter from_vps { }
    chain incoming {
        type filter hook input priority filter; policy drop;
        ip saddr $VPS_ADDRESS tcp sport $PORT counter name from_vps
        ct state established,related accept
        iifname "lo" accept
        meta l4proto ipv6-icmp accept
    }
}
NFT
}

# Slow enough to be looked at while it goes on.
start_download() {
    mkdir -p "$DEMO/peer"
    start_in peer1 aria2c --dir="$DEMO/peer" --listen-port=7777 --enable-dht=false --enable-dht6=false --enable-peer-exchange=false \
        --bt-enable-lpd=false --seed-time=0 --max-overall-download-limit=1M --summary-interval=0 --console-log-level=notice \
        --bt-tracker-interval=5 --no-conf "$DEMO/demo.torrent"
}

downloaded() {
    cmp -s "$DEMO/seed/content.bin" "$DEMO/peer/content.bin"
}

bytes_from_vps() {
    in_node peer1 nft -j list counter inet firewall from_vps | jq '[.nftables[].counter // empty | .bytes] | add'
}
