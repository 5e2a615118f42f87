# firewalld keeps its rules itself: the tunnel's port goes into the zone of the way out, the tunnel's device into the zone "trusted", whose packets
# are forwarded (what they may is decided by the profile's own rules); both at run time and for good, so that no reload is needed and none takes it away.
# firewalld has no comments for these: the journal has them.
firewalld_on() { has firewall-cmd && { [ -e /run/firewalld.pid ] || nft list table inet firewalld >/dev/null 2>&1; } && firewall-cmd --state >/dev/null 2>&1; }

firewalld_zone() {
    out=$(ip -o route show default 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
    firewall-cmd --get-zone-of-interface="$out" 2>/dev/null || firewall-cmd --get-default-zone
}

# Each as firewall-cmd says it after add, remove and query: ZONE OPTION=VALUE.
firewalld_wanted() {
    printf '%s\n' "$(firewalld_zone) port=$TUNNEL_PORT/tcp" "trusted interface=$DEVICE"
}

# Python takes its time to start: where the rules are plain to see, firewall-cmd is not asked.
firewalld_seen() {
    grep -qsE "<port (port=\"$TUNNEL_PORT\" protocol=\"tcp\"|protocol=\"tcp\" port=\"$TUNNEL_PORT\")/>" /etc/firewalld/zones/*.xml &&
        grep -qsF "<interface name=\"$DEVICE\"/>" /etc/firewalld/zones/trusted.xml || return
    rules=$(nft list table inet firewalld 2>/dev/null)
    printf '%s\n' "$rules" | grep -qE "tcp dport $TUNNEL_PORT .*accept" && printf '%s\n' "$rules" | grep -qE "iifname \"$DEVICE\" goto filter_FWD[A-Z]*_trusted"
}

firewalld_missing() {
    [ -d /etc/firewalld ] && has firewall-cmd || return 0
    if firewalld_seen || ! firewalld_on; then return 0; fi
    firewalld_wanted | while read -r zone thing; do
        for mode in '' --permanent; do
            # shellcheck disable=SC2086 # No mode is no word.
            firewall-cmd $mode --zone="$zone" "--query-$thing" >/dev/null 2>&1 || printf 'firewalld: %s %s %s\n' "$zone" "$thing" "$mode"
        done
    done
}

firewalld_pass() {
    firewalld_on || return 0
    mkdir -p "$JOURNAL" || return
    firewalld_unpass stale
    firewalld_wanted | while read -r zone thing; do
        for mode in runtime permanent; do
            option=$(if [ "$mode" = permanent ]; then echo --permanent; fi)
            # shellcheck disable=SC2086 # No mode is no word.
            firewall-cmd $option --zone="$zone" "--query-$thing" >/dev/null 2>&1 && continue
            line="$mode $zone $thing"
            grep -qsxF -- "$line" "$JOURNAL/$NAME" || printf '%s\n' "$line" >>"$JOURNAL/$NAME" || exit
            # shellcheck disable=SC2086
            firewall-cmd $option --zone="$zone" "--add-$thing" >/dev/null || exit
        done
    done
}

# Takes back what the journal says, or, with "stale", what of it is no longer wanted.
firewalld_unpass() {
    [ -f "$JOURNAL/$NAME" ] || return 0
    wanted=$(if [ "${1-}" = stale ]; then firewalld_wanted; fi)
    while read -r mode zone thing; do
        if printf '%s\n' "$wanted" | grep -qxF -- "$zone $thing"; then
            printf '%s\n' "$mode $zone $thing" >>"$JOURNAL/$NAME.new"
        elif [ "$mode" = permanent ]; then
            firewalld_remove_permanent "$zone" "$thing"
        elif firewalld_on; then
            firewall-cmd --zone="$zone" "--remove-$thing" >/dev/null 2>&1
        fi
    done <"$JOURNAL/$NAME"
    if [ -f "$JOURNAL/$NAME.new" ]; then mv "$JOURNAL/$NAME.new" "$JOURNAL/$NAME"; else rm -f "$JOURNAL/$NAME"; fi
    rmdir "$JOURNAL" 2>/dev/null
    return 0
}

firewalld_remove_permanent() {
    if firewalld_on; then
        firewall-cmd --permanent --zone="$1" "--remove-$2" >/dev/null 2>&1
    elif has firewall-offline-cmd; then
        firewall-offline-cmd --zone="$1" "--remove-$2" >/dev/null 2>&1
    fi
    # firewalld writes a whole zone to /etc when anything in it changes; one that is again as it was delivered needs no copy there.
    if cmp -s "/usr/lib/firewalld/zones/$1.xml" "/etc/firewalld/zones/$1.xml"; then rm -f "/etc/firewalld/zones/$1.xml" "/etc/firewalld/zones/$1.xml.old"; fi
}
