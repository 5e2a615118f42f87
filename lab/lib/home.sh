# shellcheck shell=bash
# The home: a PC behind a router with a symmetric NAT (a fresh random port for every destination), which
# drops whatever was not asked for from inside, over IPv4 and IPv6.

link_home() {
    local nat home
    nat=$(ns_of nat)
    home=$(ns_of home)
    ip -n "$nat" link add name lan mtu 1500 type veth peer name eth0 mtu 1500 netns "$home"
    ip -n "$nat" -batch - <<BATCH
address add $LAN4_ROUTER/$LAN4_LENGTH dev lan
address add $LAN6_ROUTER/64 dev lan nodad
link set lan up
BATCH
    ip -n "$home" -batch - <<BATCH
address add $LAN4_HOME/$LAN4_LENGTH dev eth0
link set eth0 up
route add default via $LAN4_ROUTER
BATCH
    ip -n "$(ns_of backbone)" route add "$LAN6_NET" via "$(address6_of nat)"
    address_home_ipv6
}

address_home_ipv6() {
    ip -n "$(ns_of home)" -batch - <<BATCH
address add $LAN6_HOME/64 dev eth0 nodad
route replace default via $LAN6_ROUTER
BATCH
}

guard_home() {
    in_ns nat sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
    in_ns nat nft -f - <<'NFT'
table inet router {
    chain incoming {
        type filter hook input priority filter; policy drop;
        ct state established,related accept
        iifname { "lo", "lan" } accept
        meta l4proto ipv6-icmp icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    }
    chain through {
        type filter hook forward priority filter; policy drop;
        ct state established,related accept
        iifname "lan" oifname "eth0" accept
    }
}
table ip nat {
    chain leaving {
        type nat hook postrouting priority srcnat; policy accept;
        oifname "eth0" masquerade fully-random
    }
}
NFT
}

# Home with or without IPv6, as providers give it. Interfaces other than eth0 (a TUN) are left alone.
switch_home_ipv6() {
    case $1 in
        off) in_ns home sysctl -q -w net.ipv6.conf.eth0.disable_ipv6=1 ;;
        on)
            in_ns home sysctl -q -w net.ipv6.conf.eth0.disable_ipv6=0
            if [[ -z $(ip -n "$(ns_of home)" -6 address show dev eth0 to "$LAN6_HOME") ]]; then
                address_home_ipv6
            fi
            ;;
        *) die "say 'lab.sh ipv6 on' or 'lab.sh ipv6 off'" ;;
    esac
}

# Home as a PC with a system of its own, of the same kind as the VPS's, where else it is but a network. Booted again, it goes down in good order first: its disk stays.
boot_home() {
    local init nspawn deadline=$((SECONDS + 60)) state
    if [[ -f $LAB_STATE/home/pid ]]; then
        init=$(container_init home) || die "home of lab '$LAB_NAME' is not running"
        nspawn=$(cat "$LAB_STATE/home/pid")
        # SIGRTMIN+4: power off.
        kill -38 "$init"
        while kill -0 "$nspawn" 2>/dev/null; do
            if ((SECONDS > deadline)); then die "home does not go down; see $LAB_STATE/home/console.log"; fi
            sleep 0.1
        done
    else
        [[ $(init_of_system) == systemd ]] || die "home boots systems with systemd only"
        mount_container_root home
        furnish_container home
    fi
    boot_container home
    until container_init home >/dev/null && state=$( (container_exec home timeout 50 systemctl is-system-running --wait) 2>/dev/null) || [[ ${state-} == degraded ]]; do
        if ((SECONDS > deadline)); then
            tail -n 20 "$LAB_STATE/home/console.log" >&2
            die "home did not come up"
        fi
        sleep 0.2
    done
}
