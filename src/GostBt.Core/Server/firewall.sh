# What the program does with its arguments.
own() { "${BACKEND}_$1"; }

# Each kind of firewall, whatever the others did.
pass() {
    failed=0
    ufw_pass || failed=1
    firewalld_pass || failed=1
    chains_pass || failed=1
    return "$failed"
}

load() {
    echo 1 >/proc/sys/net/ipv4/ip_forward || return
    own load || return
    stop_other
    : >"$STATE/$NAME"
    tun_open || return
    if filtered6; then forward6 || return; else unforward6; fi
    hooks_place
    pass
}

# From before this server got nft, or lost it.
stop_other() {
    if [ "$BACKEND" != nft ]; then
        if has nft; then nft_stop; fi
    else
        iptables_stop
    fi
    return 0
}

stop() {
    rm -f "$STATE/$NAME"
    own stop
    return 0
}

unload() {
    rm -f "$STATE/$NAME"
    own stop
    stop_other
    chains_unpass
    ufw_unpass
    firewalld_unpass
    unforward6
    tun_close
    hooks_remove
    rmdir "$STATE" 2>/dev/null
    return 0
}

missing() {
    own print >/dev/null || echo "the profile's rules are not loaded"
    forward6_missing
    tun_missing
    ufw_missing
    firewalld_missing
    chains_missing
}

print() {
    own print || return
    missing
    return 0
}

check() {
    lines=$(missing)
    [ -n "$lines" ] || return 0
    printf '%s\n' "$lines"
    return 1
}

# One at a time: the unit, the hooks of other firewalls' services and a deployment may all come at once.
locked() { mkdir -p "$STATE" && exec 8<"$STATE" && flock 8; }

again() {
    failed=0
    for file in "$STATE"/*; do
        [ -f "$file" ] || continue
        NAME=${file##*/}
        settings
        load || failed=1
    done
    return "$failed"
}

case $VERB in
    load | stop | unload)
        settings
        locked && "$VERB"
        ;;
    again)
        [ -d "$STATE" ] || exit 0
        locked && again
        ;;
    check | print)
        settings
        "$VERB"
        ;;
    *) usage ;;
esac
