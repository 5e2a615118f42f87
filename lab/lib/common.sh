# shellcheck shell=bash
# What every part of the lab uses: the lab's name, its places, and how it speaks.

readonly LAB_NODES=(backbone vps nat home peer1 peer2 tracker attacker)
readonly LAB_CACHE=${GOSTBT_LAB_CACHE:-/var/cache/gostbt-lab}

# Set by use_lab.
LAB_NAME=
LAB_STATE=

use_lab() {
    [[ $1 =~ ^[a-z][a-z0-9-]{0,30}$ ]] ||
        die "'$1' is no name for a lab: use up to 31 of a-z, 0-9 and '-', starting with a letter"
    LAB_NAME=$1
    LAB_STATE=/run/gostbt-lab/$LAB_NAME
}

# The network namespace of a node.
ns_of() {
    printf '%s-%s' "$LAB_NAME" "$1"
}

require_node() {
    local node
    for node in "${LAB_NODES[@]}"; do
        if [[ $node == "$1" ]]; then return 0; fi
    done
    die "there is no node '$1': the nodes are ${LAB_NODES[*]}"
}

require_root() {
    ((EUID == 0)) || die "the lab needs root: it makes network namespaces"
}

require_up() {
    [[ -f $LAB_STATE/env ]] || die "lab '$LAB_NAME' is not up: run 'lab.sh --name $LAB_NAME up'"
}

# Progress goes to stderr: stdout belongs to what `exec` runs.
say() {
    printf '[lab %s %3ds] %s\n' "${LAB_NAME:--}" "$SECONDS" "$*" >&2
}

die() {
    printf 'lab: %s\n' "$*" >&2
    exit 1
}
