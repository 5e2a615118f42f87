#!/usr/bin/env bash
# GostBt's main job from one command, on this machine alone: a small internet in network namespaces, a VPS that boots, a home behind a symmetric
# NAT, real BitTorrent clients and trackers. Ends with a table of what was measured; exit code 0 when every row holds.
#
#   ./demo.sh                   through the PowerShell pipeline where there is a pwsh, else through gostbt
#   ./demo.sh --without-pwsh    through gostbt
#
# Needs Debian 12 (or the like), root and the .NET 10 SDK. Leaves nothing running and nothing behind but caches, also on Ctrl+C.
set -euo pipefail

REPOSITORY=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
readonly REPOSITORY
cd "$REPOSITORY"

# shellcheck source=demo/report.sh
. demo/report.sh
# shellcheck source=demo/nodes.sh
. demo/nodes.sh
# shellcheck source=demo/torrent.sh
. demo/torrent.sh
# shellcheck source=demo/trackers.sh
. demo/trackers.sh
# shellcheck source=demo/qbittorrent.sh
. demo/qbittorrent.sh
# shellcheck source=demo/seed.sh
. demo/seed.sh
# shellcheck source=demo/peer.sh
. demo/peer.sh
# shellcheck source=demo/probes.sh
. demo/probes.sh
# shellcheck source=demo/product.sh
. demo/product.sh
# shellcheck source=demo/traces.sh
. demo/traces.sh
# shellcheck source=demo/measure.sh
. demo/measure.sh

case ${1-} in
    '') PWSH=$(command -v pwsh || true) ;;
    --without-pwsh) PWSH='' ;;
    *) give_up "'$1' is not understood: there is only --without-pwsh" ;;
esac
((EUID == 0)) || give_up "run it as root: it makes network namespaces and TUN devices"
command -v dotnet >/dev/null || give_up "the .NET 10 SDK is not on PATH: see https://dotnet.microsoft.com/download"

trap lower_lab EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

step "What the demo needs"
lab install
build_product

step "A small internet: VPS, home behind a symmetric NAT, peers, trackers"
raise_lab
make_torrent
start_trackers
firewall_peer
remember_vps
remember_home

step "GostBt: $(product_sentence)"
product_up
measure_port

step "qBittorrent seeds at home, listening on $PORT"
start_seed
measure_client
measure_trackers
measure_datagrams

step "A peer that nobody can reach downloads with aria2"
start_download
measure_download
measure_ordinary_traffic

step "GostBt takes everything back"
product_down
measure_traces

print_proof
