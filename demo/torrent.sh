# shellcheck shell=bash
# A torrent of our own: eight megabytes nobody else has, and the trackers of the lab.

readonly CONTENT_BYTES=$((8 * 1024 * 1024))
INFO_HASH=

make_torrent() {
    mkdir -p "$DEMO/seed"
    head -c "$CONTENT_BYTES" /dev/urandom >"$DEMO/seed/content.bin"
    chmod 644 "$DEMO/seed/content.bin"
    transmission-create --piecesize 64 --outfile "$DEMO/demo.torrent" \
        --tracker "$TRACKER_HTTP" --tracker "$TRACKER_UDP" "$DEMO/seed/content.bin" >/dev/null
    INFO_HASH=$(transmission-show "$DEMO/demo.torrent" | sed -n 's/^ *Hash: //p')
    [[ $INFO_HASH =~ ^[0-9a-f]{40}$ ]] || give_up "transmission-show told no info hash"
}

# The info hash with a prefix before every byte: % for a query, \x for printf.
escaped_info_hash() {
    fold -w 2 <<<"$INFO_HASH" | while read -r byte; do printf '%s%s' "$1" "$byte"; done
}
