# Services whose start flushes or remakes rules call "firewall again" when they are through, at reload and stop too; the engine runs on meanwhile.
# Services that are not installed yet get it too: an administrator may put Docker on the server next year. Their first start calls "again", which sees
# whether they can be reloaded.
HOOKED='nftables netfilter-persistent iptables ip6tables ufw firewalld docker'

# Whether the unit can be reloaded without us. To one that cannot, a reload of ours alone would be a lie: "reload-or-restart" would no longer restart it.
hooks_reloads() {
    service=$1
    set --
    for place in /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
        for file in "$place/$service.service" "$place/$service.service.d"/*.conf; do
            case $file in */gostbt.conf) continue ;; esac
            if [ -f "$file" ]; then set -- "$@" "$file"; fi
        done
    done
    # Once for all of a unit's files: a process for each made the most of a load's cost.
    [ $# -gt 0 ] && grep -qs '^[[:space:]]*ExecReload[[:space:]]*=[[:space:]]*[^[:space:]]' "$@"
}

hooks_text() {
    echo '# Written by GostBt: its published ports outlive a restart of this service. Removed with the last profile.'
    echo '[Service]'
    echo 'ExecStartPost=-/usr/local/lib/gostbt/firewall again'
    if hooks_reloads "$1"; then echo 'ExecReload=-/usr/local/lib/gostbt/firewall again'; fi
    echo 'ExecStopPost=-/usr/local/lib/gostbt/firewall again'
}

hooks_place() {
    [ -d /run/systemd/system ] || return 0
    changed=no
    for unit in $HOOKED; do
        folder=/etc/systemd/system/$unit.service.d
        if [ "$(cat "$folder/gostbt.conf" 2>/dev/null)" != "$(hooks_text "$unit")" ]; then
            { mkdir -p "$folder" && hooks_text "$unit" >"$folder/gostbt.conf"; } || return
            changed=yes
        fi
    done
    [ "$changed" = no ] || systemctl daemon-reload
}

hooks_remove() {
    if another .; then return 0; fi
    for unit in $HOOKED; do
        folder=/etc/systemd/system/$unit.service.d
        if [ -e "$folder/gostbt.conf" ]; then
            rm -f "$folder/gostbt.conf"
            changed=yes
        fi
        # Whoever was cut off may have left it.
        rmdir "$folder" 2>/dev/null
    done
    [ "${changed-no}" = no ] || systemctl daemon-reload 2>/dev/null
}
