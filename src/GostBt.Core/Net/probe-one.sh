#!/bin/bash
# One probe: PROTOCOL ADDRESS PORT PAYLOAD… Payloads are printf escapes. Prints key=value words; errors go to standard error in the C locale.
protocol=$1 address=$2 port=$3
shift 3

# A descriptor nothing ever comes from: reading it is a sleep that needs no process.
exec 4<> <(:)

# One datagram a call, as long as the payload has no line feed: bash writes line by line.
say() { printf '%b' "$1" >&3; }

# Reads once, at most $1 bytes within $2 seconds, as hex.
hear() { timeout "$2" dd bs="$1" count=1 status=none <&3 | od -An -v -tx1 | tr -d ' \n'; }

# The kernel's table of this namespace's sockets knows which local port it chose (addresses in little-endian hex, IPv6 in four such groups).
source_of() {
    local inode local_hex a p line table=$protocol i
    case $address in *:*) table=${protocol}6 ;; esac
    inode=$(readlink /proc/self/fd/3)
    inode=${inode//[!0-9]/}
    while read -r -a line; do
        if [ "${line[9]:-}" = "$inode" ]; then
            local_hex=${line[1]}
            a=${local_hex%%:*} p=${local_hex##*:}
            if [ ${#a} -eq 32 ]; then
                for i in 0 8 16 24; do
                    echo -n "${a:$((i + 6)):2}${a:$((i + 4)):2}:${a:$((i + 2)):2}${a:$i:2}:"
                done
                echo "$((16#$p))"
                return
            fi
            echo "$((16#${a:6:2})).$((16#${a:4:2})).$((16#${a:2:2})).$((16#${a:0:2})):$((16#$p))"
            return
        fi
    done <"/proc/self/net/$table"
}

# Waits $1 milliseconds at most until there is something to read, an error included. It starts no process, so that the time is the network's.
await() {
    local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000))
    until read -r -t 0 -u 3; do
        [ "${EPOCHREALTIME/[.,]/}" -lt "$end" ] || return 1
        read -r -t 0.001 -u 4
    done
    return 0
}

started=${EPOCHREALTIME/[.,]/}
exec 3<>"/dev/$protocol/$address/$port" || exit 1
ended=${EPOCHREALTIME/[.,]/}
echo "source=$(source_of)"

if [ "$protocol" = tcp ]; then
    echo "connected=$((ended - started))"
    # Long enough for home to see the connection even if its client closes on an unknown torrent.
    sleep 0.3
    say "$1"
    echo "reply=$(hear 68 1)"
    exit 0
fi

for _ in 1 2 3; do
    started=${EPOCHREALTIME/[.,]/}
    for payload in "$@"; do
        # Fails on an unreachable port, told by ICMP after the payload before.
        say "$payload" || exit 1
    done
    if await 1000; then
        ended=${EPOCHREALTIME/[.,]/}
        reply=$(hear 2048 1)
        [ -n "$reply" ] || exit 1
        echo "connected=$((ended - started)) reply=$reply"
        # The other payload's answer may tell more.
        if await 100; then
            echo "reply=$(hear 2048 1)"
        fi
        exit 0
    fi
done
