# shellcheck shell=bash
# What the VPS and home look like, in text that can be compared before and after.

vps_state() {
    in_node vps sh -s <<'STATE'
cd /
# Backups that useradd and its like make of what they edit are theirs.
find etc usr var/lib opt root home -xdev \( -path var/lib/systemd -o -name '*-' -o -name .pwd.lock \) -prune -o -printf '%M %u %p %l\n' | sort
find etc usr/local -xdev -type f ! -name '*-' -exec sha256sum {} + | sort -k 2
nft list ruleset
sysctl -n net.ipv4.ip_forward net.ipv6.conf.all.forwarding
ip -brief address
ip rule
ip route show table all
ss -Hlntu | awk '{ print $1, $5 }' | sort
systemctl list-unit-files --no-legend | sort
systemctl list-units --all --no-legend --plain --type=service | awk '{ print $1, $3 }' | sort
systemctl list-units --all --no-legend --plain '*gostbt*'
find run tmp -xdev -name '*gostbt*' | sort
STATE
}

home_state() {
    in_node home sh -c 'ip -brief address; ip rule; ip route show table all; ip -6 route show table all; nft list ruleset' |
        sed 's/ expires [0-9]*sec//'
    # The client's own business aside.
    local pid
    for pid in $(ip netns pids "$DEMO_LAB-home"); do
        cat "/proc/$pid/comm" 2>/dev/null || true
    done | { grep -v '^qbittorrent' || true; } | sort
}

remember_vps() {
    vps_state >"$DEMO/vps.before"
}

remember_home() {
    home_state >"$DEMO/home.before"
    HOME_ROUTE_BEFORE=$(ordinary_route)
}

# Which way ordinary traffic goes.
ordinary_route() {
    in_node home ip route get "$PEER2_ADDRESS" | sed -n 's/ *uid.*//; 1p'
}
