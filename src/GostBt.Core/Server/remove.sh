# Removes the profile $NAME (its engine's user is $USER_NAME) from this server, and with the last profile everything of GostBt, back to what was there
# before. Runs as root, after a service-*.sh and transaction.sh. Parts that are missing already are no error; cut off, it is run again.
# Prints "left PATH" for what could not be removed; exit code 75 when another run is under way.
# shellcheck disable=SC2153,SC2154
set -u
export LC_ALL=C PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
trap '' HUP INT TERM PIPE
etc=/etc/gostbt/$NAME

if ! settle; then
    printf 'failed another run of GostBt is under way on this server\n'
    exit 75
fi
service_disable "$NAME"
# The firewall takes back what it put into other tools while it still has the profile's settings.
if [ -x "$lib/firewall" ]; then
    "$lib/firewall" unload "$NAME"
elif [ -n "${FIREWALL-}" ]; then
    # A copy came along, for a server that has lost its own.
    sh -c "$FIREWALL" firewall unload "$NAME"
fi
if [ -e "$host/user-$USER_NAME" ]; then
    remove_user "$USER_NAME"
    rm -f "$host/user-$USER_NAME"
fi
rm -rf "$etc"
remove_unused

if ! any_profile; then
    service_remove
    rm -f /etc/sysctl.d/90-gostbt.conf
    rm -rf "$lib"
    if [ -e "$host/ip-forward" ] && ! others_forward; then
        cat "$host/ip-forward" >/proc/sys/net/ipv4/ip_forward
        # Only where it was switched: what the administrator made of it since is his.
        if [ "$(cat "$host/ip-forward")" = 0 ] && [ -e "$host/accept-redirects" ]; then cat "$host/accept-redirects" >/proc/sys/net/ipv4/conf/all/accept_redirects; fi
    fi
    for mark in "$host"/user-*; do
        if [ -e "$mark" ]; then remove_user "${mark#"$host/user-"}"; fi
    done
    rm -rf "$host" "$host.new"
    rmdir /etc/gostbt 2>/dev/null
fi
service_reload
if [ -e "$etc" ]; then printf 'left %s\n' "$etc"; fi
service_left "$NAME" | sed 's/^/left /'
leave
exit 0
