# shellcheck shell=bash
# Names of the lab: dnsmasq in the backbone, and what makes the nodes ask it. Any other name does not exist.

dns_arguments() {
    printf '%s\n' --keep-in-foreground --conf-file=/dev/null --pid-file --no-resolv --no-hosts --user=root \
        --bind-interfaces --listen-address="$DNS4" --listen-address="$DNS6" \
        --log-facility=- --cache-size=0 --local-ttl=5 --address=/#/ \
        --host-record="dns.lab.test,$DNS4,$DNS6" \
        --host-record="tracker6.lab.test,$(address6_of tracker)" \
        --host-record="tracker4.lab.test,$(address4_of tracker)"
    local node
    for node in vps nat peer1 peer2 tracker attacker; do
        printf -- '--host-record=%s.lab.test,%s,%s\n' "$node" "$(address4_of "$node")" "$(address6_of "$node")"
    done
}

start_dns() {
    local -a arguments
    mapfile -t arguments < <(dns_arguments)
    in_ns backbone setsid dnsmasq "${arguments[@]}" </dev/null >"$LAB_STATE/dns.log" 2>&1 &
    disown "$!"
}

# `ip netns exec` binds what lies in /etc/netns/NAMESPACE over /etc. nsswitch too: a machine with
# systemd-resolved would otherwise ask its own resolver by a socket, which no namespace separates.
point_nodes_at_dns() {
    local node directory
    for node in "${LAB_NODES[@]}"; do
        directory=/etc/netns/$(ns_of "$node")
        mkdir -p "$directory"
        write_resolv_conf "$directory/resolv.conf"
        if [[ -f /etc/nsswitch.conf ]]; then
            sed 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf >"$directory/nsswitch.conf"
        fi
    done
}

write_resolv_conf() {
    printf 'nameserver %s\nsearch lab.test\noptions timeout:2 attempts:2\n' "$DNS4" >"$1"
}

forget_dns() {
    local node
    for node in "${LAB_NODES[@]}"; do
        rm -rf -- "/etc/netns/$(ns_of "$node")"
    done
    rmdir /etc/netns 2>/dev/null || true
}
