# shellcheck shell=bash
# A node with a system of its own: Debian booted by systemd-nspawn in the node's network namespace, on a throw-away layer over the cache.

container_root() { printf '%s/%s/root' "$LAB_STATE" "$1"; }

mount_container_root() {
    local base=$LAB_STATE/$1 lower
    lower=$(rootfs_path)
    mkdir -m 711 -- "$base"
    mkdir -p "$base/upper" "$base/work" "$base/root"
    if ! mount -t overlay gostbt-lab -o "lowerdir=$lower,upperdir=$base/upper,workdir=$base/work" "$base/root" 2>/dev/null; then
        say "no overlayfs here: copying the root filesystem"
        cp -a --reflink=auto -T -- "$lower" "$base/root"
    fi
    make_tun_node "$base/dev"
}

# A node of its own, open to all as udev has it (the kernel asks for CAP_NET_ADMIN), however this machine keeps its own.
make_tun_node() {
    mkdir -- "$1"
    mount -t tmpfs -o mode=755,size=64k gostbt-lab "$1"
    mknod -m 666 -- "$1/tun" c 10 200
}

furnish_container() {
    local node=$1 root
    root=$(container_root "$node")
    tr -d '-' </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
    printf '%s\n' "$node" >"$root/etc/hostname"
    printf '127.0.0.1 localhost\n::1 localhost\n127.0.1.1 %s\n' "$node" >"$root/etc/hosts"
    write_resolv_conf "$root/etc/resolv.conf"
}

boot_container() {
    local node=$1
    (
        enter_cgroup "$node"
        SYSTEMD_NSPAWN_LOCK=0 SYSTEMD_NSPAWN_API_VFS_WRITABLE=network exec setsid systemd-nspawn --quiet \
            --directory="$(container_root "$node")" --machine="$(ns_of "$node")" --hostname="$node" \
            --network-namespace-path="/run/netns/$(ns_of "$node")" \
            --capability=CAP_NET_ADMIN,CAP_NET_RAW --bind="$LAB_STATE/$node/dev/tun:/dev/net/tun" \
            --resolv-conf=off --timezone=off --link-journal=no \
            --register=no --keep-unit --boot
    ) </dev/null >>"$LAB_STATE/$node/console.log" 2>&1 &
    printf '%s\n' "$!" >"$LAB_STATE/$node/pid"
    disown "$!"
}

# The container's first process, as seen from here: the child that is number 1 in its own namespace.
container_init() {
    local nspawn child
    nspawn=$(cat "$LAB_STATE/$1/pid" 2>/dev/null) || return 1
    local -a children
    read -r -a children 2>/dev/null <"/proc/$nspawn/task/$nspawn/children" || ((${#children[@]} > 0)) || return 1
    for child in "${children[@]}"; do
        if [[ $(awk '/^NSpid:/ { print $NF }' "/proc/$child/status" 2>/dev/null) == 1 ]]; then
            printf '%s' "$child"
            return 0
        fi
    done
    return 1
}

container_exec() {
    local node=$1 init
    shift
    init=$(container_init "$node") || die "no system runs in node '$node' of lab '$LAB_NAME'; see $LAB_STATE/$node/console.log"
    exec nsenter --target "$init" --mount --uts --ipc --net --pid --cgroup --root --wd \
        env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root USER=root LOGNAME=root \
        LANG=C.UTF-8 TERM="${TERM:-dumb}" "$@"
}
