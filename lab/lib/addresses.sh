# shellcheck shell=bash
# The lab's addresses. They exist in its namespaces only, so every lab uses the same.
# A public node has a /30 and a /64 of its own; the backbone is the router on the other side.

readonly PUBLIC_NODES=(vps nat peer1 peer2 tracker attacker)

readonly DNS4=198.51.100.1 DNS6=2001:db8::1
readonly LAN4_ROUTER=192.168.1.1 LAN4_HOME=192.168.1.2 LAN4_LENGTH=24
readonly LAN6_ROUTER=2001:db8:77::1 LAN6_HOME=2001:db8:77::2 LAN6_NET=2001:db8:77::/64
# What a relay on the VPS must not lead to: a cloud's metadata service and a provider's inner network.
readonly METADATA4=169.254.169.254 PROVIDER_PRIVATE4=10.10.10.10

# The last byte of a public node's IPv4 address; its router has the one before.
host_byte() {
    case $1 in
        vps) printf 10 ;;
        nat) printf 14 ;;
        peer1) printf 18 ;;
        peer2) printf 22 ;;
        tracker) printf 26 ;;
        attacker) printf 30 ;;
        *) die "node '$1' has no public address" ;;
    esac
}

address4_of() { printf '198.51.100.%d' "$(host_byte "$1")"; }
gateway4_of() { printf '198.51.100.%d' "$(($(host_byte "$1") - 1))"; }
address6_of() { printf '2001:db8:%d::%d' "$(host_byte "$1")" "$(host_byte "$1")"; }
gateway6_of() { printf '2001:db8:%d::1' "$(host_byte "$1")"; }
