# What the scripts ask of the init system, done by init scripts of LSB form (sysvinit, and what reads its runlevels). The same functions as in
# service-systemd.sh; supervise.sh does what init does not.
# shellcheck shell=sh disable=SC2317,SC2329 # No script needs all of them.
services=/run/gostbt-service
engine_script() { printf '/etc/init.d/gostbt_%s' "$1"; }
firewall_script() { printf '/etc/init.d/gostbt_firewall_%s' "$1"; }
# An init script that is gone has nothing to stop or to start.
call() { if [ -x "$1" ]; then "$@" </dev/null >/dev/null 2>&1; fi; }
at_boot() { for link in /etc/rc2.d/S[0-9][0-9]"${1##*/}"; do [ -e "$link" ] && return; done; return 1; }

service_reload() { :; }
service_enable() {
    update-rc.d "gostbt_firewall_$1" defaults >/dev/null 2>&1 && update-rc.d "gostbt_$1" defaults >/dev/null 2>&1 \
        && service_enabled "$1" && firewall_enabled "$1"
}

# Stops both, and has neither start at boot. Its script goes first: a boot may be about to start what is stopped here.
service_disable() {
    rm -f "$(engine_script "$1")"
    if [ -x /usr/local/lib/gostbt/supervise ]; then /usr/local/lib/gostbt/supervise stop "$1"; fi
    call "$(firewall_script "$1")" stop
    rm -f "$(firewall_script "$1")"
    update-rc.d "gostbt_$1" remove >/dev/null 2>&1
    update-rc.d "gostbt_firewall_$1" remove >/dev/null 2>&1
    rm -f "/var/log/gostbt/$1.log" "/var/log/gostbt/$1.log.1"
    return 0
}

# Removes what all profiles share, after the last one.
service_remove() {
    rm -f /usr/local/lib/gostbt/supervise /usr/local/lib/gostbt/supervise.new
    rm -rf "$services"
    rmdir /var/log/gostbt 2>/dev/null
}

# What of the profile $1 is still there.
service_left() {
    for path in "$(engine_script "$1")" "$(firewall_script "$1")"; do
        if [ -e "$path" ]; then printf '%s\n' "$path"; fi
    done
}

service_remove_unused() { :; }

# The files of the profile $1's services; the supervisor lies with the programs.
service_files() { printf '%s\n' "$(engine_script "$1")" "$(firewall_script "$1")"; }

service_start() { call "$(engine_script "$1")" start; }
service_restart() { call "$(engine_script "$1")" restart; }
service_stop() { call "$(engine_script "$1")" stop; }
service_active() { [ "$(service_pid "$1")" != 0 ]; }
service_enabled() { at_boot "$(engine_script "$1")"; }
service_pid() {
    if pid=$(cat "$services/$1.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null; then printf '%s\n' "$pid"; else echo 0; fi
}
# What facts.sh says of the profile $1's services: "unit UNIT ACTIVE ENABLED" for both, and "main-pid NAME PID".
service_facts() {
    printf 'unit gostbt@%s.service %s %s\n' "$1" "$(service_active "$1" && echo active || echo inactive)" "$(service_enabled "$1" && echo enabled || echo disabled)"
    printf 'unit gostbt-firewall@%s.service %s %s\n' "$1" "$(firewall_active "$1" && echo active || echo inactive)" "$(firewall_enabled "$1" && echo enabled || echo disabled)"
    printf 'main-pid %s %s\n' "$1" "$(service_pid "$1")"
}
service_log() { tail -n "$2" "/var/log/gostbt/$1.log" 2>/dev/null; }

firewall_start() { call "$(firewall_script "$1")" start; }
firewall_restart() { call "$(firewall_script "$1")" restart; }
firewall_reload() { call "$(firewall_script "$1")" reload; }
firewall_stop() { call "$(firewall_script "$1")" stop; }
firewall_active() { [ -e "/run/gostbt-firewall/$1" ]; }
firewall_enabled() { at_boot "$(firewall_script "$1")"; }

# Has sh run the script $3 with the profile's name $1 in $2 seconds, whoever has gone by then; and at the next boot, with a second argument "boot". A timer
# that was disarmed has no file any more.
timer_arm() {
    # shellcheck disable=SC2016 # For insserv.
    mkdir -p "$services/timers" && printf '%s\n' '#!/bin/sh' '### BEGIN INIT INFO' '# Provides: gostbt_rollback' '# Required-Start: $remote_fs $network' \
        '# Required-Stop:' '# Default-Start: 2 3 4 5' '# Default-Stop:' '# Short-Description: takes back an unfinished deployment of GostBt' '### END INIT INFO' \
        "[ \"\$1\" != start ] || [ ! -e '$3' ] || setsid /bin/sh '$3' '$1' boot </dev/null >/dev/null 2>&1 &" 'exit 0' >/etc/init.d/gostbt_rollback \
        && chmod 755 /etc/init.d/gostbt_rollback && update-rc.d gostbt_rollback defaults >/dev/null 2>&1 || return
    # shellcheck disable=SC2016 # Expanded by the shell that waits.
    setsid sh -c 'sleep "$1"; rm "$2.$$" && exec /bin/sh "$3" "$4"' timer "$2" "$services/timers/$1" "$3" "$1" \
        </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    : >"$services/timers/$1.$!"
}
timer_disarm() {
    if [ -e /etc/init.d/gostbt_rollback ]; then
        rm -f /etc/init.d/gostbt_rollback
        update-rc.d gostbt_rollback remove >/dev/null 2>&1
    fi
    for timer in "$services/timers/$1."*; do
        # It may ignore TERM, as the script does that armed it.
        if rm "$timer" 2>/dev/null; then kill -s KILL -- "-${timer##*.}" 2>/dev/null; fi
    done
    return 0
}
