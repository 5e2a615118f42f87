#!/usr/bin/env bash
# The lab: a small internet in network namespaces, with a VPS that boots and a home nobody can reach.
set -euo pipefail

LAB_SCRIPT=$(readlink -f "${BASH_SOURCE[0]}")
readonly LAB_SCRIPT LAB_LIB=${LAB_SCRIPT%/*}/lib
# shellcheck source=lib/common.sh
. "$LAB_LIB/common.sh"
# shellcheck source=lib/addresses.sh
. "$LAB_LIB/addresses.sh"
# shellcheck source=lib/packages.sh
. "$LAB_LIB/packages.sh"
# shellcheck source=lib/processes.sh
. "$LAB_LIB/processes.sh"
# shellcheck source=lib/network.sh
. "$LAB_LIB/network.sh"
# shellcheck source=lib/containers.sh
. "$LAB_LIB/containers.sh"
# shellcheck source=lib/home.sh
. "$LAB_LIB/home.sh"
# shellcheck source=lib/dns.sh
. "$LAB_LIB/dns.sh"
# shellcheck source=lib/systems.sh
. "$LAB_LIB/systems.sh"
# shellcheck source=lib/rootfs.sh
. "$LAB_LIB/rootfs.sh"
# shellcheck source=lib/cgroups.sh
. "$LAB_LIB/cgroups.sh"
# shellcheck source=lib/ssh.sh
. "$LAB_LIB/ssh.sh"
# shellcheck source=lib/vps.sh
. "$LAB_LIB/vps.sh"
# shellcheck source=lib/facts.sh
. "$LAB_LIB/facts.sh"
# shellcheck source=lib/lifecycle.sh
. "$LAB_LIB/lifecycle.sh"

usage() {
    cat <<'USAGE'
usage: lab.sh [--name NAME] COMMAND       (NAME: $GOSTBT_LAB, else gbt)

  install               install the Debian packages the lab needs, starting no service
  up [--owner PID] [--system SYSTEM]
                        raise the lab; with an owner it is lowered when that process ends
  rootfs [SYSTEM…]      build the missing root filesystems of these systems (default: of all), side by side
  down                  lower it, leaving nothing but the cache
  status                what stands (exit code 0 up, 3 down, 4 half up)
  exec NODE COMMAND…    run a command in a node, with stdin, output and exit code passed through
  ipv6 on|off           give home IPv6, or take it away
  reboot vps [cut] [unplugged]
                        reboot the VPS: its disk stays, its kernel state goes; "cut" is a power cut, "unplugged" boots it without a network
  boot home             give home a system of its own, in which "exec home" runs from then on; again: reboot it
  plug vps              give it the network that it was booted without

nodes: backbone vps nat home peer1 peer2 tracker attacker
systems of the VPS: debian12 (default) debian11 debian13 debian12-sysv debian12-firewalls
USAGE
}

main() {
    local name=${GOSTBT_LAB:-gbt} owner=
    while (($# > 0)); do
        case $1 in
            --name) (($# > 1)) || die "--name wants a name"; name=$2; shift 2 ;;
            --name=*) name=${1#*=}; shift ;;
            -h | --help) usage; return 0 ;;
            *) break ;;
        esac
    done
    if (($# == 0)); then usage >&2; return 2; fi
    use_lab "$name"
    local command=$1
    shift
    if [[ $command != help ]]; then require_root; fi
    case $command in
        help) usage ;;
        install) lab_install ;;
        up)
            while (($# > 0)); do
                case $1 in
                    --owner)
                        owner=${2-}
                        [[ $owner =~ ^[0-9]+$ && -d /proc/$owner ]] || die "--owner wants the number of a running process"
                        ;;
                    --system) use_system "${2-}" ;;
                    *) die "up: '$1' is not understood" ;;
                esac
                shift 2
            done
            lab_up "$owner"
            ;;
        rootfs) lab_rootfs "$@" ;;
        down)
            shed_mark --name "$LAB_NAME" down
            lab_down
            ;;
        status) lab_status ;;
        watch) lab_watch "$1" ;;
        exec)
            (($# >= 2)) || die "exec wants a node and a command"
            require_node "$1"
            require_up
            lab_exec "$@"
            ;;
        ipv6) require_up; switch_home_ipv6 "${1-}" ;;
        reboot)
            [[ ${1-} == vps ]] || die "only the vps reboots"
            require_up
            mark_children
            recall_system
            shift
            reboot_vps "$@"
            ;;
        boot)
            [[ ${1-} == home ]] || die "only home is booted; the vps is from the beginning"
            require_up
            mark_children
            recall_system
            boot_home
            ;;
        plug)
            [[ ${1-} == vps ]] || die "only the vps is plugged in"
            require_up
            recall_system
            plug_vps
            ;;
        *) usage >&2; die "there is no command '$command'" ;;
    esac
}

main "$@"
