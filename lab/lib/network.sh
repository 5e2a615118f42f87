# shellcheck shell=bash
# Namespaces and the links between them. A veth pair is made from inside a namespace into another,
# so that the root namespace never holds a link, an address or a route of the lab.

in_ns() {
    local node=$1
    shift
    ip netns exec "$(ns_of "$node")" "$@"
}

create_namespace() {
    local ns
    ns=$(ns_of "$1")
    ip netns add "$ns"
    # No duplicate address detection: addresses are usable at once, and nothing here is a duplicate.
    in_ns "$1" sysctl -q -w net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.dad_transmits=0 \
        net.ipv6.conf.default.accept_ra=0
    ip -n "$ns" link set lo up
}

# Interface eth0 of a public node, and its twin, named after the node, in the backbone.
lay_cable() {
    ip -n "$(ns_of backbone)" link add name "$1" mtu 1500 type veth peer name eth0 mtu 1500 netns "$(ns_of "$1")"
}

# The cable gets its signal, and the node its addresses, as a provider's DHCP gives them.
plug_in() {
    local node=$1
    ip -n "$(ns_of backbone)" -batch - <<BATCH
address add $(gateway4_of "$node")/30 dev $node
address add $(gateway6_of "$node")/64 dev $node nodad
link set $node up
BATCH
    ip -n "$(ns_of "$node")" -batch - <<BATCH
address add $(address4_of "$node")/30 dev eth0
address add $(address6_of "$node")/64 dev eth0 nodad
link set eth0 up
route add default via $(gateway4_of "$node")
route add default via $(gateway6_of "$node")
BATCH
}

link_public_node() {
    lay_cable "$1"
    plug_in "$1"
}

create_backbone() {
    create_namespace backbone
    in_ns backbone sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
    ip -n "$(ns_of backbone)" -batch - <<BATCH
address add $DNS4/32 dev lo
address add $DNS6/128 dev lo nodad
address add $METADATA4/32 dev lo
address add $PROVIDER_PRIVATE4/32 dev lo
BATCH
}

create_network() {
    local node
    create_backbone
    for node in "${PUBLIC_NODES[@]}"; do
        create_namespace "$node"
        link_public_node "$node"
    done
    create_namespace home
    link_home
    guard_home
}

remove_network() {
    local node ns
    for node in "${LAB_NODES[@]}"; do
        ns=$(ns_of "$node")
        if [[ -e /run/netns/$ns ]]; then
            ip netns delete "$ns" 2>/dev/null || rm -f -- "/run/netns/$ns"
        fi
    done
    # `ip netns add` leaves its directory mounted on itself. Busy as soon as anyone has a namespace in it.
    if [[ -d /run/netns && -z $(ls -A /run/netns) ]]; then
        umount /run/netns 2>/dev/null || true
        rmdir /run/netns 2>/dev/null || true
    fi
}
