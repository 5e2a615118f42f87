# Checks over a new connection that the profile $NAME works here, and only then ends the transaction. Runs as root, after a service-*.sh and transaction.sh.
# Set before it: NAME, ID (of the transaction, as apply.sh told it), PORT (the tunnel's), TUN (the device), ADDRESS (the device's), REFUSED (a reason to take it
# back whatever it would find, or nothing). Prints "ok", or "failed WHAT" a line each and exit code 1.
# shellcheck disable=SC2154
set -u
export LC_ALL=C PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
trap '' HUP INT TERM PIPE
failed=no

check() {
    what=$1
    shift
    if ! "$@" >/dev/null 2>&1; then
        printf 'failed %s\n' "$what"
        failed=yes
    fi
}
listens() { ss -Hlntp "sport = :$PORT" | grep -q '"gost'; }
has_address() { ip -o -4 addr show dev "$TUN" | grep -qF " $ADDRESS/"; }
forwards() { [ "$(cat /proc/sys/net/ipv4/ip_forward)" = 1 ]; }

now
patience=$((now + 40))
until lock; do
    now
    if [ "$now" -gt "$patience" ]; then
        printf 'failed another run of GostBt is under way on this server\n'
        exit 75
    fi
    sleep 0.2
done
# Another run may have begun one of its own since.
if [ ! -e "$transaction/applied" ] || [ "$(cat "$transaction/id")" != "$ID" ]; then
    printf 'failed nobody came to verify it in time, and the server took it back\n'
    leave
    exit 1
fi

if [ -n "$REFUSED" ]; then
    # The tunnel is interrupted until it is taken back.
    check "$REFUSED" false
else
    check "the firewall's service is not active" firewall_active "$NAME"
    check "the firewall's rules are not loaded" "$lib/firewall" check "$NAME"
    check "the engine's service is not active" service_active "$NAME"
    check "the engine does not listen on TCP port $PORT" listens
    check "the device $TUN does not have the address $ADDRESS" has_address
    check "IPv4 forwarding is off" forwards
fi
if [ "$failed" = yes ]; then
    service_log "$NAME" 20 | sed 's/^/journal /'
    GOSTBT_LOCKED=yes sh "$transaction/rollback.sh" "$NAME" >/dev/null 2>&1
    leave
    exit 1
fi
# From here on it is the new state.
mv "$transaction" "$transaction.done" || exit 1
timer_disarm "$NAME"
remove_unused
leave
echo ok
