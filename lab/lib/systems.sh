# shellcheck shell=bash
# The systems a VPS of the lab can run. Each is a Debian suite, the packages a rented server of that kind has, and what is changed in it.

readonly LAB_SYSTEMS=(debian12 debian11 debian13 debian12-sysv debian12-firewalls)

# Set by use_system.
LAB_SYSTEM=${LAB_SYSTEMS[0]}

readonly COMMON_PACKAGES=openssh-server,nftables,iptables,iproute2,ca-certificates,curl,procps,sudo,openssl
readonly SYSTEMD_PACKAGES=systemd,systemd-sysv,dbus
readonly SYSV_PACKAGES=sysvinit-core,sysv-rc,initscripts,orphan-sysvinit-scripts,rsyslog,logrotate,cron,ifupdown

use_system() {
    local system
    for system in "${LAB_SYSTEMS[@]}"; do
        if [[ $system == "$1" ]]; then
            LAB_SYSTEM=$1
            return 0
        fi
    done
    die "there is no system '$1': the systems are ${LAB_SYSTEMS[*]}"
}

# Kept beside the lab's state, for a reboot of the VPS and for facts.
remember_system() {
    printf '%s\n' "$LAB_SYSTEM" >"$LAB_STATE/system"
}

recall_system() {
    if [[ -f $LAB_STATE/system ]]; then use_system "$(cat "$LAB_STATE/system")"; fi
}

suite_of_system() {
    case $LAB_SYSTEM in
        debian11) printf 'bullseye' ;;
        debian13) printf 'trixie' ;;
        *) printf 'bookworm' ;;
    esac
}

packages_of_system() {
    case $LAB_SYSTEM in
        *-sysv) printf '%s,%s' "$SYSV_PACKAGES" "$COMMON_PACKAGES" ;;
        *-firewalls) printf '%s,%s,libpam-systemd,ufw,firewalld,ipset' "$SYSTEMD_PACKAGES" "$COMMON_PACKAGES" ;;
        *) printf '%s,%s' "$SYSTEMD_PACKAGES" "$COMMON_PACKAGES" ;;
    esac
}

init_of_system() {
    case $LAB_SYSTEM in
        *-sysv) printf 'sysv' ;;
        *) printf 'systemd' ;;
    esac
}

# The functions that furnish this system's root filesystem, after furnish_rootfs.
furnishing_of_system() {
    case $LAB_SYSTEM in
        *-sysv) printf 'furnish_sysv' ;;
        *-firewalls) printf 'furnish_systemd furnish_firewalls' ;;
        *) printf 'furnish_systemd' ;;
    esac
}

furnish_systemd() {
    local system=$1/etc/systemd/system
    # There is no mirror to reach from the lab.
    ln -s /dev/null "$system/apt-daily.timer"
    ln -s /dev/null "$system/apt-daily-upgrade.timer"
}

# A container has a console and no other terminal.
furnish_sysv() {
    sed -i '/^[0-9]:.*getty/d' "$1/etc/inittab"
}

# Both installed and off, until a test switches one on: ufw comes switched off, firewalld does not.
furnish_firewalls() {
    systemctl --root="$1" --quiet disable firewalld 2>/dev/null
}
