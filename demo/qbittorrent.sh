# shellcheck shell=bash
# qBittorrent without a screen, steered by its own web API; its web interface listens on the node's loopback only.

readonly QBITTORRENT_API=http://127.0.0.1:8080/api/v2

# write_qbittorrent_conf PROFILE PORT
write_qbittorrent_conf() {
    local folder=$1/qBittorrent/config
    mkdir -p "$folder"
    cat >"$folder/qBittorrent.conf" <<CONF
[LegalNotice]
Accepted=true

[BitTorrent]
Session\\Port=$2
Session\\UseRandomPort=false
Session\\LSDEnabled=false
Session\\AnnounceToAllTiers=true
Session\\AnnounceToAllTrackers=true

[Network]
PortForwardingEnabled=false

[Preferences]
WebUI\\Address=127.0.0.1
WebUI\\LocalHostAuth=false
WebUI\\Port=8080
CONF
}

qbittorrent_api() {
    local node=$1 path=$2
    shift 2
    in_node "$node" curl -sS --fail --max-time 5 "$@" "$QBITTORRENT_API/$path"
}

qbittorrent_answers() {
    qbittorrent_api "$1" app/version >/dev/null 2>&1
}

qbittorrent_set() {
    qbittorrent_api "$1" app/setPreferences --data-urlencode "json=$2"
}
