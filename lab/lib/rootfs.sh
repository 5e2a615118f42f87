# shellcheck shell=bash
# The VPS's root filesystem: what a cheap server of the lab's system has and nothing made for GostBt. Built once, kept in
# the cache under a name that depends on the recipe, and moved there only when it is whole.

readonly EXIT_NO_ROOTFS=5
readonly ROOTFS_MIRROR=${GOSTBT_LAB_MIRROR:-http://deb.debian.org/debian}

rootfs_path() {
    local recipe furnish
    recipe=$({
        printf '%s %s %s\n' "$(suite_of_system)" "$(packages_of_system)" "$(dpkg --print-architecture)"
        declare -f furnish_rootfs
        for furnish in $(furnishing_of_system); do declare -f "$furnish"; done
    } | sha256sum)
    printf '%s/rootfs-%s-%s' "$LAB_CACHE" "$LAB_SYSTEM" "${recipe:0:16}"
}

# A lock a system: two that are missing are built side by side.
rootfs_lock() {
    printf '%s/lock.%s' "$LAB_CACHE" "$LAB_SYSTEM"
}

# One building place a lab and system, so that `down` can clear its own and no other's.
building_path() {
    printf '%s/building.%s.%s' "$LAB_CACHE" "$LAB_NAME" "$LAB_SYSTEM"
}

ensure_rootfs() {
    local target building
    target=$(rootfs_path)
    if [[ -d $target ]]; then return 0; fi
    mkdir -p "$LAB_CACHE"
    building=$(building_path)
    say "building the root filesystem of $LAB_SYSTEM (once; a minute or two)"
    (
        exec 8>"$(rootfs_lock)"
        flock 8
        if [[ -d $target ]]; then exit 0; fi
        build_rootfs "$building" 8>&-
        sync -f "$building"
        mv -T -- "$building" "$target"
    )
}

build_rootfs() {
    local root=$1 log=$1.log furnish
    rm -rf --one-file-system -- "$root"
    # Namespaces of its own: whatever debootstrap mounts or starts ends with it, even when killed.
    unshare --mount --pid --fork --kill-child --mount-proc \
        debootstrap --variant=minbase --include="$(packages_of_system)" "$(suite_of_system)" "$root" "$ROOTFS_MIRROR" >"$log" 2>&1 ||
        {
            tail -n 5 "$log" >&2
            say "the root filesystem of $LAB_SYSTEM cannot be made here"
            exit "$EXIT_NO_ROOTFS"
        }
    rm -f -- "$log"
    furnish_rootfs "$root"
    for furnish in $(furnishing_of_system); do "$furnish" "$root"; done
}

# Builds those that are missing side by side.
lab_rootfs() {
    local system failed=no
    local -a systems=("$@") builders=()
    if ((${#systems[@]} == 0)); then systems=("${LAB_SYSTEMS[@]}"); fi
    for system in "${systems[@]}"; do use_system "$system"; done
    for system in "${systems[@]}"; do
        (use_system "$system" && ensure_rootfs) &
        builders+=("$!")
    done
    for system in "${builders[@]}"; do
        wait "$system" || failed=yes
    done
    [[ $failed == no ]] || die "not every root filesystem could be built"
}

furnish_rootfs() {
    local root=$1
    chroot "$root" useradd --create-home --shell /bin/bash admin
    chroot "$root" useradd --create-home --shell /bin/bash nosudo
    printf 'admin ALL=(ALL) NOPASSWD: ALL\n' >"$root/etc/sudoers.d/admin"
    chmod 440 "$root/etc/sudoers.d/admin"
    # Made anew for every lab.
    rm -f -- "$root"/etc/ssh/ssh_host_* "$root/etc/machine-id" "$root/etc/resolv.conf"
    rm -rf -- "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
}

remove_unfinished_rootfs() {
    rm -rf --one-file-system -- "$LAB_CACHE/building.$LAB_NAME."*
}
