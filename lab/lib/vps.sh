# shellcheck shell=bash
# The VPS: a container that has a public address, ssh and a disk that outlives reboots.

vps_root() { container_root vps; }

vps_exec() { container_exec vps "$@"; }

furnish_vps() {
    local root
    root=$(vps_root)
    furnish_container vps
    place_ssh_keys "$root"
    write_ssh_client_files "$root"
}

# Ready: sshd greets, and init has started everything it wanted to.
await_vps() {
    local deadline=$((SECONDS + 60))
    until in_ns backbone bash -c 'exec 3<>"/dev/tcp/$1/22" && read -r -t 2 -u 3 line && [[ $line == SSH-* ]]' \
        _ "$(address4_of vps)" 2>/dev/null; do
        if ((SECONDS > deadline)) || ! kill -0 "$(cat "$LAB_STATE/vps/pid")" 2>/dev/null; then
            tail -n 20 "$LAB_STATE/vps/console.log" >&2
            die "the VPS did not come up"
        fi
        sleep 0.1
    done
    "await_$(init_of_system)"
}

await_systemd() {
    local state
    state=$(vps_exec timeout 30 systemctl is-system-running --wait) || true
    if [[ $state != running ]]; then
        (vps_exec systemctl --failed --no-legend) >&2 || true
        die "the VPS came up '$state' instead of running"
    fi
}

# The runlevel is written down before its scripts run, and they run below one process.
await_sysv() {
    (vps_exec timeout 30 sh -c 'until [ "$(runlevel)" = "N 2" ] && ! pgrep -f "^(/bin/)?sh /etc/init.d/rc " >/dev/null; do sleep 0.1; done') ||
        die "the VPS did not reach its runlevel"
}

# In good order, as its own command does it.
power_off_vps() {
    case $(init_of_system) in
        # SIGRTMIN+4
        systemd) kill -38 "$1" ;;
        sysv) (vps_exec poweroff) ;;
    esac
}

# As a real reboot does: what lives in the kernel (rules, sysctls, devices) is gone, what is on disk stays. With "cut" it is the power that fails;
# with "unplugged" its network has no signal until plug_vps, and it is not waited for.
reboot_vps() {
    local init nspawn deadline=$((SECONDS + 30)) cut=no unplugged=no word
    for word in "$@"; do
        case $word in
            cut) cut=yes ;;
            unplugged) unplugged=yes ;;
            *) die "reboot: '$word' is not understood" ;;
        esac
    done
    init=$(container_init vps) || die "the VPS of lab '$LAB_NAME' is not running"
    nspawn=$(cat "$LAB_STATE/vps/pid")
    if [[ $cut == yes ]]; then kill -KILL "$init"; else power_off_vps "$init"; fi
    while kill -0 "$nspawn" 2>/dev/null; do
        if ((SECONDS > deadline)); then kill -KILL "$nspawn" "$init" 2>/dev/null || true; fi
        sleep 0.1
    done
    ip netns delete "$(ns_of vps)"
    create_namespace vps
    # The twin went with the old namespace, though the kernel may take a moment over it.
    ip -n "$(ns_of backbone)" link delete vps 2>/dev/null || true
    lay_cable vps
    if [[ $unplugged == no ]]; then plug_in vps; fi
    boot_container vps
    if [[ $unplugged == no ]]; then await_vps; fi
}

plug_vps() {
    plug_in vps
    await_vps
}
