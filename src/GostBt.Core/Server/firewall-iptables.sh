# The profile's own rules as chains GOSTBT-*-DEVICE of iptables and ip6tables, where nft is missing.

# The jumps to the chains: table, chain, and the rest of the rule. Those that shut come before those that open.
iptables_jumps() {
    printf '%s\n' \
        "filter FORWARD -i $DEVICE -j GOSTBT-from-$DEVICE" \
        "filter FORWARD -o $DEVICE -j GOSTBT-to-$DEVICE" \
        "filter INPUT -i $DEVICE -j GOSTBT-in-$DEVICE" \
        "filter OUTPUT -j GOSTBT-out-$DEVICE"
    [ -n "$1" ] || return 0
    printf '%s\n' \
        "mangle FORWARD -i $DEVICE -j GOSTBT-mss-$DEVICE" \
        "mangle FORWARD -o $DEVICE -j GOSTBT-mss-$DEVICE" \
        "nat POSTROUTING -j GOSTBT-post-$DEVICE" \
        "nat PREROUTING -m addrtype --dst-type LOCAL -j GOSTBT-pre-$DEVICE"
}

# A family's program, its rules and home's address in it. Without one there is nothing to translate, whatever there was before.
iptables_load_family() {
    if [ -z "$3" ]; then iptables_stop_family "$1" 'mangle|nat'; fi
    "$1-restore" -w 10 --noflush <"$2" || return
    iptables_jumps "$3" | while read -r table chain rule; do
        # shellcheck disable=SC2086 # The rule is words.
        "$1" -w 10 -t "$table" -C "$chain" $rule 2>/dev/null || "$1" -w 10 -t "$table" -I "$chain" $rule || exit
    done
}

# Not installed, or the kernel has no IPv6.
ip6tables_works() { has ip6tables && ip6tables -w 10 -S >/dev/null 2>&1; }

iptables_load() {
    iptables_load_family iptables "$ETC/firewall.iptables" "$CLIENT" || return
    ip6tables_works || return 0
    iptables_load_family ip6tables "$ETC/firewall.ip6tables" "$CLIENT6"
}

# What iptables-save shows of this profile, a table at a time, or only of the tables that "$2" matches; jumps and rules are told from those of another profile
# by the device's end.
iptables_rules() {
    "$1-save" 2>/dev/null | awk -v tables="^[*](${2-.*})\$" -v ours="GOSTBT-[a-z]+-$DEVICE( |\$)" '
        /^\*/ { table = $0; next }
        table ~ tables && $0 ~ ours { if (table != shown) print shown = table; print }'
}

# The lines of iptables-save that take back what the lines read from standard input stand for.
iptables_removal() {
    awk '
        /^\*/ { if (open) print "COMMIT"; print; open = 1; next }
        /^:/ { next }
        /^-A/ { sub(/^-A/, "-D"); print }
        END { if (open) print "COMMIT" }'
}

# By a program, from all tables or those that "$2" matches. Those that have nothing of ours are not looked into twice.
iptables_stop_family() {
    [ -n "$DEVICE" ] || return 0
    rules=$(iptables_rules "$@")
    [ -n "$rules" ] || return 0
    printf '%s\n' "$rules" | iptables_removal | "$1-restore" -w 10 --noflush
    iptables_rules "$@" | awk '/^\*/ { table = substr($1, 2) } /^:/ { print table, substr($1, 2) }' | while read -r table chain; do
        "$1" -w 10 -t "$table" -X "$chain"
    done
}

# Of either kind: "iptables" may have been the other one.
iptables_stop() {
    for program in $(chains_programs iptables) $(chains_programs ip6tables); do iptables_stop_family "$program"; done
}

iptables_print() {
    for family in iptables ip6tables; do
        if [ "$family" = ip6tables ] && ! ip6tables_works; then continue; fi
        rules=$(iptables_rules "$family" | grep GOSTBT) || return
        printf '%s\n' "$family" "$rules"
    done
}
