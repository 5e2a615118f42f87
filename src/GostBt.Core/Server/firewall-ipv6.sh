# Forwarding of IPv6, for profiles with an IPv6 address at home. A Linux that forwards IPv6 no longer listens to router advertisements, from which
# many servers have their own address and default route, unless accept_ra is 2 (Linux, ip-sysctl): that comes first.
# What was there before is in $STATE/.ipv6, a path and a value a line, for as long as this boot lasts: a reboot makes it anew.
# Whether IPv6 is wanted, and what is forwarded of it is filtered: unfiltered it is not forwarded.
filtered6() { [ -n "$CLIENT6" ] && { [ "$BACKEND" != iptables ] || ip6tables_works; }; }

forward6() {
    [ "$(cat /proc/sys/net/ipv6/conf/all/forwarding)" != 1 ] || return 0
    for file in /proc/sys/net/ipv6/conf/*/accept_ra /proc/sys/net/ipv6/conf/*/forwarding; do
        printf '%s %s\n' "$file" "$(cat "$file")"
    done >"$STATE/.ipv6"
    for file in /proc/sys/net/ipv6/conf/*/accept_ra; do
        if [ "$(cat "$file")" = 1 ]; then echo 2 >"$file"; fi
    done
    echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
}

forward6_missing() {
    [ -z "$CLIENT6" ] || [ "$(cat /proc/sys/net/ipv6/conf/all/forwarding)" = 1 ] || echo "IPv6 forwarding is off"
}

# Somebody else wants it: a sysctl file that says so, or address translation of IPv6 that is not ours.
others_forward6() {
    grep -Eqs '^[[:space:]]*-?net[./]ipv6[./]conf[./](all|default)[./]forwarding[[:space:]]*=[[:space:]]*1' \
        /etc/sysctl.conf /etc/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf /run/sysctl.d/*.conf ||
        nft list ruleset ip6 2>/dev/null | grep -Eq 'masquerade|[sd]nat (ip6 )?to|MASQUERADE|[SD]NAT' || others_translate6
}

# What nft does not see: ip6tables-legacy's, and all where there is no nft. Asked without a look at what is there, the legacy one makes the table.
others_translate6() {
    for program in ip6tables-save ip6tables-legacy-save; do
        if { grep -qsx nat /proc/net/ip6_tables_names || "$program" -V 2>/dev/null | grep -q nf_tables; } &&
            "$program" -t nat 2>/dev/null | grep -v GOSTBT- | grep -Eq -- '-j (MASQUERADE|[SD]NAT)'; then return 0; fi
    done
    return 1
}

unforward6() {
    [ -e "$STATE/.ipv6" ] || return 0
    if another '^client6 '; then return 0; fi
    if ! others_forward6; then
        # all first: it sets every device, and then each gets its own back.
        echo 0 >/proc/sys/net/ipv6/conf/all/forwarding
        while read -r file value; do
            case $file in
                */accept_ra) if [ "$(cat "$file" 2>/dev/null)" = 2 ]; then echo "$value" >"$file"; fi ;;
                */conf/all/forwarding) ;;
                *) if [ "$value" = 1 ] && [ -e "$file" ]; then echo 1 >"$file"; fi ;;
            esac
        done <"$STATE/.ipv6"
    fi
    rm -f "$STATE/.ipv6"
}
