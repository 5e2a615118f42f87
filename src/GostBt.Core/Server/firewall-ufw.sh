# ufw keeps its rules itself and loads them at boot and at "ufw reload": ours become rules of its own, with a comment.
ufw_on() { grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf && has ufw; }

# The rules, a line each: what "ufw" is told, and the line of /etc/ufw/user.rules (or user6.rules) by which it is found, without its comment.
ufw_wanted() {
    printf '%s\n' \
        "allow $TUNNEL_PORT/tcp|user.rules|allow tcp $TUNNEL_PORT 0.0.0.0/0 any 0.0.0.0/0 in" \
        "route allow out on $DEVICE to $CLIENT|user.rules|route:allow any any $CLIENT any 0.0.0.0/0 out_$DEVICE" \
        "route allow in on $DEVICE from $CLIENT|user.rules|route:allow any any 0.0.0.0/0 any $CLIENT in_$DEVICE"
    if [ -n "$CLIENT6" ] && ! grep -qs '^IPV6=no' /etc/default/ufw; then
        printf '%s\n' \
            "route allow out on $DEVICE to $CLIENT6|user6.rules|route:allow any any $CLIENT6 any ::/0 out_$DEVICE" \
            "route allow in on $DEVICE from $CLIENT6|user6.rules|route:allow any any ::/0 any $CLIENT6 in_$DEVICE"
    fi
}

# ufw writes comments in hexadecimal.
ufw_mark() { printf '%s' "$MARK" | od -An -v -tx1 | tr -d ' \n'; }

# A rule of the administrator's that says the same is enough, and stays his: adding it again would only write our comment over his.
ufw_has() { grep -qsE -- "^### tuple ### $2( comment=[0-9a-f]*)?\$" "/etc/ufw/$1"; }

ufw_missing() {
    ufw_on || return 0
    ufw_wanted | while IFS='|' read -r rule file line; do
        ufw_has "$file" "$line" || printf 'ufw: %s\n' "$rule"
    done
}

ufw_pass() {
    ufw_on || return 0
    ufw_unpass stale
    ufw_wanted | while IFS='|' read -r rule file line; do
        # shellcheck disable=SC2086 # The rule is words.
        ufw_has "$file" "$line" || ufw $rule comment "$MARK" </dev/null >/dev/null || exit
    done
}

# Deletes the profile's rules, or, with "stale", those that are no longer wanted.
ufw_unpass() {
    [ -f /etc/ufw/user.rules ] && has ufw || return 0
    wanted=$(if [ "${1-}" = stale ]; then ufw_wanted; fi | cut -d '|' -f 3)
    sed -n "s/^### tuple ### \\(.*\\) comment=$(ufw_mark)\$/\\1/p" /etc/ufw/user.rules /etc/ufw/user6.rules 2>/dev/null | while read -r line; do
        if printf '%s\n' "$wanted" | grep -qxF -- "$line"; then continue; fi
        # shellcheck disable=SC2086 # A tuple is words: action, protocol, port and address there, port and address from, device.
        set -- $line
        case $line in
            'allow tcp '*' 0.0.0.0/0 any 0.0.0.0/0 in') ufw delete allow "$3/tcp" ;;
            'route:allow any any '*' out_'*) ufw route delete allow out on "${7#out_}" to "$4" ;;
            'route:allow any any '*' in_'*) ufw route delete allow in on "${7#in_}" from "$6" ;;
        esac </dev/null >/dev/null
    done
}
