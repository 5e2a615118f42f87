#!/bin/sh
# Keeps a profile's engine running where init does not: without root, with no capability but those given, started again a second after it ends, its
# output in a log of bounded size, and its firewall's rules there. Placed as /usr/local/lib/gostbt/supervise; runs as root.
#   start NAME USER CAPABILITIES COMMAND…   CAPABILITIES as setpriv takes them: +net_admin
#   stop NAME
#   status NAME                             exit code 3 when it does not run
#   run NAME USER CAPABILITIES COMMAND…     what start leaves running
# /run/gostbt-service/NAME.lock is locked while it runs, NAME.supervisor is its process, NAME.pid the engine's.
set -u
export LC_ALL=C PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
umask 077
verb=${1-}
name=${2-}
run=/run/gostbt-service
log=/var/log/gostbt/$name.log
log_bytes=1048576
engine=
stopping=no

# A profile's name is a part of paths.
case $name in
    '' | *[!a-z0-9-]*)
        echo "usage: supervise start|run NAME USER CAPABILITIES COMMAND... | stop|status NAME" >&2
        exit 2
        ;;
esac

say() { printf '%s supervise %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*"; }
runs() { [ -e "$run/$name.lock" ] && ! flock -n "$run/$name.lock" true; }
# Only under its lock: of one that starts meanwhile it would remove the lock, and no stop would find that one any more.
clear_away() {
    [ -d "$run" ] || return 0
    (flock -n 9 && rm -f "$run/$name".*) 9>"$run/$name.lock"
}
# A lock that was cleared away meanwhile is nobody's. dash, bash and busybox know -ef.
# shellcheck disable=SC3013
is_ours() { [ "$run/$name.lock" -ef /proc/self/fd/9 ]; }
# A stop that came while this one started found nobody to stop; it removes the init script before it looks.
is_wanted() { [ "$stopping" = no ] && [ -x "/etc/init.d/gostbt_$name" ] && is_ours; }
firewall_is_loaded() { [ -e "/run/gostbt-firewall/$name" ]; }

# Line by line, so that what is kept never grows beyond twice the bound.
keep_log() {
    size=$(wc -c 2>/dev/null <"$log" || echo 0)
    while IFS= read -r line; do
        if [ "$size" -ge "$log_bytes" ]; then
            mv -f "$log" "$log.1"
            size=0
        fi
        printf '%s\n' "$line" >>"$log"
        size=$((size + ${#line} + 1))
    done
}
# What runs beside the engine closes the lock by itself: a function's redirection keeps a copy. The output's other end, which this process has open, is closed
# when its own is: who waits to open it, and whose process is killed meanwhile, waits for ever.
start_log() {
    (exec <"$run/$name.output" >/dev/null 2>&1 8>&- 9>&- && keep_log) &
    logger=$!
}

# Another firewall's restart may flush the rules, and init tells nobody of it.
watch_firewall() {
    while sleep 5 >/dev/null 2>&1; do
        firewall_is_loaded || continue
        /usr/local/lib/gostbt/firewall check "$name" >/dev/null 2>&1 && continue
        say "the firewall's rules are gone or changed; loading them again"
        /usr/local/lib/gostbt/firewall load "$name"
    done
}

on_stop() {
    stopping=yes
    if [ -n "$engine" ]; then kill "$engine" 2>/dev/null; fi
}

# Many connections; and no core dump, for passwords are in memory. dash, bash and busybox know these options.
# shellcheck disable=SC3045
limit() {
    ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -H -n)"
    ulimit -c 0
}

run() {
    user=$1
    capabilities=$2
    shift 2
    mkdir -p "$run" /var/log/gostbt
    exec 9>"$run/$name.lock"
    flock -n 9 && is_ours || exit 0
    echo "$$" >"$run/$name.supervisor"
    cd / || exit 1
    limit
    rm -f "$run/$name.output"
    mkfifo "$run/$name.output" || exit 1
    exec 8<>"$run/$name.output"
    start_log
    exec </dev/null >"$run/$name.output" 2>&1 8>&-
    trap on_stop USR1 TERM INT HUP
    (exec 9>&- && watch_firewall) &
    watcher=$!
    while is_wanted; do
        kill -0 "$logger" 2>/dev/null || start_log
        if firewall_is_loaded; then
            # It ends with this process, however that one ends.
            setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --pdeathsig KILL \
                --inh-caps "-all,$capabilities" --ambient-caps "-all,$capabilities" --bounding-set "-all,$capabilities" \
                env -i PATH="$PATH" DOTNET_EnableDiagnostics=0 "$@" 9>&- &
            engine=$!
            echo "$engine" >"$run/$name.pid"
            wait "$engine"
            code=$?
            [ "$stopping" = no ] || break
            engine=
            rm -f "$run/$name.pid"
            say "the engine ended with exit code $code"
        fi
        sleep 1 9>&- &
        wait "$!"
    done
    if [ -n "$engine" ]; then
        (exec 9>&- >/dev/null 2>&1 && sleep 3 && kill -s KILL "$engine") &
        killer=$!
        wait "$engine"
        kill -s KILL "$killer" 2>/dev/null
    fi
    kill -s KILL "$watcher" 2>/dev/null
    if is_ours; then rm -f "$run/$name.pid" "$run/$name.supervisor" "$run/$name.output"; fi
    exit 0
}

start() {
    if runs; then return 0; fi
    mkdir -p "$run"
    # Nothing of who started it is kept: neither a terminal nor a lock.
    setsid "$0" run "$@" </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    tries=0
    until runs && [ -e "$run/$name.supervisor" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 50 ]; then
            echo "supervise: $name did not start" >&2
            return 1
        fi
        sleep 0.1
    done
}

stop() {
    tries=0
    until clear_away; do
        supervisor=$(cat "$run/$name.supervisor" 2>/dev/null)
        case $tries in
            # Started by a script that ignores TERM, it would ignore it too. It may not have written its number yet.
            0 | 5 | 10 | 20) kill -s USR1 "$supervisor" 2>/dev/null ;;
            50) kill -s KILL "$supervisor" 2>/dev/null ;;
            60) return 1 ;;
        esac
        tries=$((tries + 1))
        sleep 0.1
    done
    rmdir "$run" 2>/dev/null
    return 0
}

case $verb in
    start) shift && start "$@" ;;
    stop) stop ;;
    status)
        if ! runs; then
            echo stopped
            exit 3
        fi
        echo running
        ;;
    run) shift 2 && run "$@" ;;
    *) exit 2 ;;
esac
