# TCP both ways, small-packet round trip, and what the engines used for it.
# shellcheck shell=bash disable=SC2154 # what run.sh and its other parts set

measure() { # CONTENDER SECONDS
    local up down rtt before after cpu rss
    before=$(cpu_ticks)
    up=$(transfer "$2")
    down=$(transfer "$2" -R)
    after=$(cpu_ticks)
    rtt=$(round_trip)
    cpu=$(awk -v t="$((after - before))" -v hz="$(getconf CLK_TCK)" -v mbit="$up" -v mbit2="$down" -v s="$2" \
        'BEGIN { gb = (mbit + mbit2) * s / 8000; if (gb > 0) printf "%.1f", t / hz / gb; else print "-" }')
    rss=$(peak_memory)
    table_row "$1" "$up" "$down" "$rtt" "$cpu" "$rss"
}

# Mbit/s as the receiver counts them; 0 when nothing came through.
transfer() { # SECONDS [-R]
    local server mbit
    ip netns exec "$server_ns" timeout $(($1 + 12)) iperf3 -s -1 >/dev/null 2>&1 &
    server=$!
    sleep 0.4
    mbit=$(ip netns exec "$client_ns" timeout $(($1 + 8)) iperf3 --connect-timeout 3000 -f m -t "$1" -c "$inner" ${2:+"$2"} 2>/dev/null | awk '/receiver/ { print $7 }') || true
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    echo "${mbit:-0}"
}

# Average of a thousand pings one after the other, in microseconds.
round_trip() {
    ip netns exec "$client_ns" ping -q -f -c 1000 -w 5 "$inner" 2>/dev/null | awk -F/ '/^rtt/ { printf "%.0f", $5 * 1000 }'
}

# User and system time of the engines, in clock ticks.
cpu_ticks() {
    local pid total=0
    for pid in "${engine_pids[@]}"; do
        total=$((total + $(awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$pid/stat")))
    done
    echo "$total"
}

# The larger of the two engines' peaks, in MiB.
peak_memory() {
    local pid most=0 now
    for pid in "${engine_pids[@]}"; do
        now=$(awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$pid/status")
        [ "$now" -le "$most" ] || most=$now
    done
    echo "$most"
}
