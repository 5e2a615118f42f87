#!/usr/bin/env bash
# Compares tunnels side by side in two network namespaces: bare veth, wireguard-go, and the bundled engine and gost over relay+wss in every pairing.
# See README.md for how to read the table. Needs root, Linux, iperf3; what is not installed is left out by name.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=lib/namespaces.sh
. "$here/lib/namespaces.sh"
# shellcheck source-path=SCRIPTDIR source=lib/engines.sh
. "$here/lib/engines.sh"
# shellcheck source-path=SCRIPTDIR source=lib/measure.sh
. "$here/lib/measure.sh"
# shellcheck source-path=SCRIPTDIR source=lib/table.sh
. "$here/lib/table.sh"

usage() {
    cat <<'TEXT'
usage: bench/run.sh [--seconds N] [--only NAME[,NAME…]] [--install]

  --seconds N   length of each TCP transfer, 1 to 10 (default 4); two per contender
  --only LIST   some of: veth wireguard-go ours-ours ours-gost gost-ours gost-gost ours-ours-udp gost-gost-udp
                (server first, then client)
  --install     first install iperf3, wireguard-go and wireguard-tools from Debian
  GOSTBT=PATH   the gostbt executable to measure; by default artifacts/host/<rid>/gostbt, else a Release build of src/GostBt.Host
TEXT
}

seconds=4
only="veth wireguard-go ours-ours ours-gost gost-ours gost-gost ours-ours-udp gost-gost-udp"
install=no
while [ $# -gt 0 ]; do
    case $1 in
        --seconds) seconds=${2:?--seconds needs a number}; shift 2 ;;
        --only) only=${2:?--only needs a list}; only=${only//,/ }; shift 2 ;;
        --install) install=yes; shift ;;
        -h | --help) usage; exit 0 ;;
        *) echo "unknown option: $1" >&2; usage >&2; exit 2 ;;
    esac
done

case $seconds in
    [1-9] | 10) ;;
    *) echo "--seconds takes 1 to 10" >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo "run it as root: it makes network namespaces and TUN interfaces" >&2; exit 2; }
if [ "$install" = yes ]; then
    apt-get install -y -q iperf3 wireguard-go wireguard-tools >/dev/null
fi
command -v iperf3 >/dev/null || { echo "iperf3 is missing: run bench/run.sh --install, or install it" >&2; exit 2; }

work=$(mktemp -d)
trap 'stop_engines; remove_namespaces; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

raise_namespaces
table_begin
for contender in $only; do
    if ! reason=$(missing "$contender"); then
        table_skip "$contender" "$reason"
        continue
    fi

    echo "measuring $contender …" >&2
    if start_contender "$contender"; then
        measure "$contender" "$seconds"
    else
        table_skip "$contender" "did not come up: $(tail -n 1 "$work"/*.log 2>/dev/null | tail -n 1)"
    fi
    stop_engines
done
table_end
