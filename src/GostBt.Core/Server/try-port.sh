# shellcheck shell=sh
# Leads who connects to the tunnel's new port, $PORT, to the one it has, $OLD, so that home can try whether it gets that far before anything is interrupted. Runs as root.
# Set before it: PORT, OLD, ACTION (begin or end). Prints "ready"; nothing where it cannot be done, which is no failure.
# shellcheck disable=SC2016,SC2154 # Expanded by the shell that waits; its variables are set before it.
set -u
export LC_ALL=C PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
table="gostbt_try_$PORT"
timer=/run/gostbt_try_$PORT
# The timer of a former run would end the next one's.
clear_away() {
    if [ -e "$timer" ]; then
        kill -s KILL -- "-$(cat "$timer")" 2>/dev/null
        rm -f "$timer"
    fi
    nft delete table ip "$table" 2>/dev/null
}

command -v nft >/dev/null || exit 0
clear_away
if [ "$ACTION" = end ]; then exit 0; fi
# Whatever becomes of the connection: armed before there is anything to clear away.
setsid sh -c 'echo "$$" >"$2"; sleep 12; rm -f "$2"; nft delete table ip "$1"' try "$table" "$timer" </dev/null >/dev/null 2>&1 &
nft -f - 2>/dev/null <<END || exit 0
table ip $table {
    chain try {
        type nat hook prerouting priority -110;
        fib daddr type local tcp dport $PORT redirect to :$OLD
    }
}
END
echo ready
