# shellcheck shell=bash
# Raising, lowering and watching a lab.

lab_up() {
    local owner=$1
    if [[ -f $LAB_STATE/env ]]; then
        say "already up; its facts are in $LAB_STATE/env"
        return 0
    fi
    if [[ -d $LAB_STATE ]]; then
        ! up_is_running || die "another 'up' of lab '$LAB_NAME' is at work"
        say "clearing what an interrupted 'up' left"
        lab_down
    fi
    [[ -c /dev/net/tun ]] || die "/dev/net/tun is missing: load the tun module ('modprobe tun')"
    local -a missing
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]} == 0)) || die "run 'lab.sh install' first: missing ${missing[*]}"

    mkdir -p /run/gostbt-lab
    mkdir -m 711 "$LAB_STATE" || die "another 'up' of lab '$LAB_NAME' has just started"
    printf '%s %s\n' "$$" "$(start_time_of "$$")" >"$LAB_STATE/up"
    trap 'abandon_up $?' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    mark_children
    if [[ -n $owner ]]; then start_watchdog "$owner"; fi

    remember_system
    ensure_rootfs
    say "network"
    create_network
    point_nodes_at_dns
    start_dns
    say "VPS"
    make_login_key
    mount_container_root vps
    furnish_vps
    boot_container vps
    await_vps
    write_facts
    rm -f -- "$LAB_STATE/up"
    trap - EXIT INT TERM HUP
    say "up; its facts are in $LAB_STATE/env"
}

abandon_up() {
    trap - EXIT
    trap '' INT TERM HUP
    say "'up' did not finish (exit code $1): taking everything down"
    lab_down
    exit "$1"
}

up_is_running() {
    local pid started
    read -r pid started 2>/dev/null <"$LAB_STATE/up" || return 1
    [[ $pid != "$$" && $(start_time_of "$pid") == "$started" ]]
}

# An `up` at work would go on making what is being removed: end it first, with no chance to run its own clean-up.
end_running_up() {
    local pid
    up_is_running || return 0
    read -r pid _ <"$LAB_STATE/up"
    kill -KILL "$pid" 2>/dev/null || true
}

lab_down() {
    unset GOSTBT_LAB_MEMBER
    end_running_up
    end_processes
    remove_network
    forget_dns
    unmount_state
    remove_container_traces
    remove_cgroups
    remove_unfinished_rootfs
    rm -rf --one-file-system -- "$LAB_STATE"
    rmdir /run/gostbt-lab 2>/dev/null || true
}

unmount_state() {
    local point
    while read -r point; do
        umount --lazy -- "$point"
    done < <(awk -v base="$LAB_STATE/" 'index($5, base) == 1 { print $5 }' /proc/self/mountinfo | sort -r)
}

# What systemd-nspawn keeps about a machine outside of it.
remove_container_traces() {
    local node machine
    for node in vps home; do
        machine=$(ns_of "$node")
        rm -rf --one-file-system -- "/run/systemd/nspawn/propagate/$machine" "/run/systemd/nspawn/unix-export/$machine"
        rm -f -- "/run/systemd/nspawn/locks/$machine"
    done
    rmdir --ignore-fail-on-non-empty /run/systemd/nspawn/{propagate,unix-export,locks} /run/systemd/nspawn 2>/dev/null || true
}

# Lowers the lab when its owner is gone, however the owner ended.
start_watchdog() {
    setsid "$LAB_SCRIPT" --name "$LAB_NAME" watch "$1" </dev/null >/dev/null 2>&1 &
    disown "$!"
}

lab_watch() {
    tail --pid="$1" --sleep-interval=0.5 -f /dev/null
    shed_mark --name "$LAB_NAME" down
}

lab_status() {
    if [[ ! -d $LAB_STATE ]]; then
        printf 'lab %s: down\n' "$LAB_NAME"
        return 3
    fi
    if [[ ! -f $LAB_STATE/env ]]; then
        printf 'lab %s: half up (an up is at work, or was interrupted: run down)\n' "$LAB_NAME"
        return 4
    fi
    printf 'lab %s: up\n' "$LAB_NAME"
    local node
    for node in "${LAB_NODES[@]}"; do
        printf '  %-9s %3d processes  %s\n' "$node" "$(processes_of_node "$node" | wc -l)" \
            "$(ip -n "$(ns_of "$node")" -brief address show scope global | awk '{ for (i = 3; i <= NF; i++) printf "%s ", $i }')"
    done
    cat "$LAB_STATE/env"
}

lab_exec() {
    local node=$1
    shift
    if [[ $node == vps || ($node == home && -f $LAB_STATE/home/pid) ]]; then container_exec "$node" "$@"; fi
    mark_children
    exec ip netns exec "$(ns_of "$node")" "$@"
}
