# What the scripts ask of the init system, done by systemd. Put in front of them by ServerScripts; another init system has a file with the same functions.
# service_*: the engine of the profile $1, gostbt@NAME; firewall_*: the service that loads its rules, gostbt-firewall@NAME; timer_*: the rollback.
# shellcheck shell=sh disable=SC2317,SC2329 # No script needs all of them.
systemd=/etc/systemd/system

service_reload() { systemctl daemon-reload; }
service_enable() { systemctl --quiet reenable "gostbt@$1.service" "gostbt-firewall@$1.service" 2>/dev/null; }

# Stops both, and has neither start at boot. Where the unit's file is gone, systemctl knows neither links nor rules.
service_disable() {
    for unit in gostbt gostbt-firewall; do
        systemctl --quiet disable --now "$unit@$1.service" 2>/dev/null || systemctl stop "$unit@$1.service" 2>/dev/null
        systemctl reset-failed "$unit@$1.service" 2>/dev/null
    done
    rm -f "$systemd/multi-user.target.wants/gostbt@$1.service" "$systemd/multi-user.target.wants/gostbt-firewall@$1.service" \
        "$systemd/nftables.service.wants/gostbt-firewall@$1.service" "$systemd/gostbt-firewall@$1.service.wants/gostbt@$1.service"
    rm -rf "$systemd/gostbt@$1.service" "$systemd/gostbt-firewall@$1.service" "$systemd/gostbt@$1.service.d"
    rmdir "$systemd/gostbt-firewall@$1.service.wants" "$systemd/nftables.service.wants" 2>/dev/null
    return 0
}

# Removes what all profiles share, after the last one.
service_remove() {
    # The groups systemd made for the instances outlive them.
    systemctl stop system-gostbt.slice 'system-gostbt\x2dfirewall.slice' 2>/dev/null
    rm -f "$systemd/gostbt@.service" "$systemd/gostbt-firewall@.service"
}

# Removes the templates of the former version once every profile has units of its own.
service_remove_unused() {
    for folder in /etc/gostbt/*/; do
        folder=${folder%/}
        if [ -d "$folder" ] && [ ! -e "$systemd/gostbt@${folder##*/}.service" ]; then return 0; fi
    done
    rm -f "$systemd/gostbt@.service" "$systemd/gostbt-firewall@.service"
}

# The files of the profile $1's services, the former version's among them.
service_files() {
    for file in "$systemd/gostbt@$1.service" "$systemd/gostbt-firewall@$1.service" "$systemd/gostbt@$1.service.d/"* \
        "$systemd/gostbt@.service" "$systemd/gostbt-firewall@.service"; do
        if [ -f "$file" ]; then printf '%s\n' "$file"; fi
    done
}

# What of the profile $1 is still there.
service_left() {
    for file in "$systemd/gostbt@$1.service" "$systemd/gostbt-firewall@$1.service" "$systemd/gostbt@$1.service.d"; do
        if [ -e "$file" ]; then printf '%s\n' "$file"; fi
    done
}

service_start() { systemctl start "gostbt@$1.service"; }
service_restart() { systemctl restart "gostbt@$1.service"; }
service_stop() { systemctl stop "gostbt@$1.service"; }
service_active() { systemctl is-active --quiet "gostbt@$1.service"; }
service_enabled() { systemctl is-enabled --quiet "gostbt@$1.service"; }
service_pid() { systemctl show -p MainPID --value "gostbt@$1.service" 2>/dev/null; }
# What facts.sh says of the profile $1's services: "unit UNIT ACTIVE ENABLED" for both, and "main-pid NAME PID".
service_facts() {
    systemctl show -p Id,ActiveState,UnitFileState,MainPID "gostbt@$1.service" "gostbt-firewall@$1.service" 2>/dev/null | awk -F = -v name="$1" '
        function report() {
            if (value["Id"] == "") return
            print "unit", value["Id"], value["ActiveState"], value["UnitFileState"]
            if (value["Id"] == "gostbt@" name ".service") print "main-pid", name, value["MainPID"]
            split("", value)
        }
        $0 == "" { report() }
        $0 != "" { value[$1] = $2 }
        END { report() }'
}
service_log() { journalctl -u "gostbt@$1.service" -u "gostbt-firewall@$1.service" -n "$2" -o cat --no-pager 2>/dev/null; }

firewall_start() { systemctl start "gostbt-firewall@$1.service"; }
firewall_restart() { systemctl restart "gostbt-firewall@$1.service"; }
firewall_reload() { systemctl reload "gostbt-firewall@$1.service"; }
firewall_stop() { systemctl stop "gostbt-firewall@$1.service"; }
firewall_active() { systemctl is-active --quiet "gostbt-firewall@$1.service"; }
firewall_enabled() { systemctl is-enabled --quiet "gostbt-firewall@$1.service"; }

# Has sh run the script $3 with the profile's name $1 in $2 seconds, whoever has gone by then; and at the next boot, with a second argument "boot".
timer_arm() {
    mkdir -p "$systemd/multi-user.target.wants" && printf '%s\n' '[Unit]' 'Description=GostBt takes back an unfinished deployment' "ConditionPathExists=$3" \
        '[Service]' 'Type=oneshot' "ExecStart=/bin/sh $3 $1 boot" >"$systemd/gostbt-rollback.service" \
        && ln -sf ../gostbt-rollback.service "$systemd/multi-user.target.wants/gostbt-rollback.service" \
        && systemd-run --quiet --collect --unit="gostbt-rollback-$1" --on-active="$2" --timer-property=AccuracySec=1s /bin/sh "$3" "$1"
}
timer_disarm() {
    rm -f "$systemd/multi-user.target.wants/gostbt-rollback.service" "$systemd/gostbt-rollback.service"
    systemctl stop "gostbt-rollback-$1.timer" 2>/dev/null
    systemctl daemon-reload
    return 0
}
