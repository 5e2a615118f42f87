# Starts and stops what is compared. Each contender leaves the processes that carry the tunnel in $engine_pids and the server's
# tunnel address in $inner.
# shellcheck shell=bash disable=SC2154 # what run.sh and its other parts set

engine_pids=()
inner=
gostbt=

# Says why a contender cannot take part, and fails then.
missing() {
    case $1 in
        veth) ;;
        wireguard-go)
            if ! command -v wireguard-go >/dev/null || ! command -v wg >/dev/null; then
                echo "wireguard-go or wg is not on PATH"
                return 1
            fi ;;
        *gost*) command -v gost >/dev/null || { echo "gost is not on PATH"; return 1; } ;;
        ours-ours | ours-ours-udp) ;;
        *) echo "unknown contender"; return 1 ;;
    esac
}

start_contender() {
    engine_pids=()
    rm -f "$work"/*.log
    case $1 in
        veth) inner=$server_outer ;;
        wireguard-go) start_wireguard ;;
        *-udp) start_pair "${1%%-*}" "$(cut -d- -f2 <<<"$1")" udp ;;
        *) start_pair "${1%%-*}" "${1##*-}" wss ;;
    esac
}

stop_engines() {
    local pid
    for pid in "${engine_pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${engine_pids[@]}"; do
        # Asked to stop; one that does not listen is not waited for.
        timeout 5 tail --pid="$pid" -f /dev/null || kill -9 "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    engine_pids=()
}

in_background() { # NAMESPACE LOG COMMAND…
    local ns=$1 log=$2
    shift 2
    ip netns exec "$ns" "$@" >"$log" 2>&1 &
    engine_pids+=($!)
}

wait_for_ping() {
    local try
    for try in $(seq 50); do
        if ip netns exec "$client_ns" ping -q -c 1 -W 1 "$inner" >/dev/null 2>&1; then return 0; fi
        sleep 0.2
        [ "$try" -lt 50 ] || return 1
    done
}

# --- wireguard-go -----------------------------------------------------------------------------------------------------------

start_wireguard() {
    local side private
    inner=192.168.124.1
    for side in a b; do
        private=$(wg genkey)
        echo "$private" >"$work/wg-$side.key"
        wg pubkey <<<"$private" >"$work/wg-$side.pub"
    done
    start_wireguard_side "$server_ns" a b "192.168.124.1" "$client_outer"
    start_wireguard_side "$client_ns" b a "192.168.124.2" "$server_outer"
    wait_for_ping
}

start_wireguard_side() { # NAMESPACE SELF OTHER ADDRESS PEER
    local interface="wgbench$2"
    in_background "$1" "$work/wg-$2.log" wireguard-go -f "$interface"
    local try
    for try in $(seq 50); do
        [ ! -S "/var/run/wireguard/$interface.sock" ] || break
        sleep 0.1
    done
    ip netns exec "$1" wg set "$interface" listen-port 51820 private-key "$work/wg-$2.key" \
        peer "$(cat "$work/wg-$3.pub")" allowed-ips 192.168.124.0/24 endpoint "$5:51820"
    ip -n "$1" addr add "$4/24" dev "$interface"
    ip -n "$1" link set "$interface" mtu 1420 up
}

# --- the bundled engine and gost, from the same files -------------------------------------------------------------------------

start_pair() { # SERVER CLIENT wss|udp
    inner=192.168.123.1
    find_gostbt || return 1
    [ -f "$work/cert.pem" ] || "$gostbt" certificate --cert "$work/cert.pem" --key "$work/key.pem" --name gostbt >/dev/null
    write_configuration "$3"
    start_engine "$1" "$server_ns" "$work/server.yaml" "$work/server.log"
    sleep 1
    start_engine "$2" "$client_ns" "$work/client.yaml" "$work/client.log"
    wait_for_ping
}

start_engine() { # ours|gost NAMESPACE FILE LOG
    case $1 in
        ours) in_background "$2" "$4" "$gostbt" engine -C "$3" ;;
        gost) in_background "$2" "$4" gost -C "$3" ;;
    esac
}

find_gostbt() {
    [ -z "$gostbt" ] || return 0
    local root candidate
    root=$(cd "$here/.." && pwd)
    for candidate in "${GOSTBT:-}" "$root"/artifacts/host/linux-*/gostbt; do
        if [ -x "$candidate" ]; then gostbt=$candidate; return 0; fi
    done
    echo "building src/GostBt.Host …" >&2
    dotnet build "$root/src/GostBt.Host" -c Release -v q --nologo >"$work/build.txt" 2>&1 || { tail -n 5 "$work/build.txt" >&2; return 1; }
    gostbt=$root/src/GostBt.Host/bin/Release/net10.0/gostbt
}

write_configuration() { # wss|udp
    local listen=127.0.0.1 chain='' relay='' forward=127.0.0.1:8421
    if [ "$1" = udp ]; then
        listen=$server_outer
        forward=$server_outer:8421
    else
        chain='chain: vps,'
        relay="
- name: relay
  addr: ':8443'
  handler: { type: relay, auth: { username: bench, password: bench } }
  listener: { type: wss, tls: { certFile: $work/cert.pem, keyFile: $work/key.pem } }"
    fi

    cat >"$work/server.yaml" <<YAML
services:
- name: tun
  addr: $listen:8421
  handler: { type: tun, metadata: { keepalive: true, ttl: 5s } }
  listener: { type: tun, metadata: { name: benchtun, net: 192.168.123.1/24, mtu: 1420 } }$relay
log: { level: warn }
YAML
    cat >"$work/client.yaml" <<YAML
services:
- name: tun
  addr: ':0'
  handler: { type: tun, $chain metadata: { keepalive: true, ttl: 5s } }
  listener: { type: tun, metadata: { name: benchtun, net: 192.168.123.2/24, mtu: 1420 } }
  forwarder: { nodes: [ { name: vps, addr: '$forward' } ] }
log: { level: warn }
YAML
    [ "$1" = udp ] || cat >>"$work/client.yaml" <<YAML
chains:
- name: vps
  hops:
  - name: vps
    nodes:
    - name: vps
      addr: $server_outer:8443
      connector: { type: relay, auth: { username: bench, password: bench } }
      dialer: { type: wss, tls: { caFile: $work/cert.pem, secure: true, serverName: gostbt } }
YAML
}
