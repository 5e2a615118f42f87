# The node of TUN devices, open to all as udev's rule has it (systemd, rules.d/50-udev-default.rules): engines run as users of their own, and the kernel asks
# them for CAP_NET_ADMIN (Linux, drivers/net/tun.c). On servers that are containers it is often root's alone. Its mode before is kept over boots, which may
# make the node anew or not.
TUN=/dev/net/tun
TUN_MODE=/etc/gostbt/.tun

tun_is_open() { [ ! -c "$TUN" ] || case $(stat -c %a "$TUN") in *[67]) ;; *) false ;; esac; }

tun_open() {
    if tun_is_open; then return 0; fi
    stat -c %a "$TUN" >"$TUN_MODE" && chmod 666 "$TUN"
}

tun_missing() { tun_is_open || echo "$TUN is closed to the engine"; }

tun_close() {
    [ -e "$TUN_MODE" ] || return 0
    if another .; then return 0; fi
    chmod "$(cat "$TUN_MODE")" "$TUN"
    rm -f "$TUN_MODE"
}
