#!/bin/sh
# Probes published ports, all at once, and tells what it saw. Variables set before it:
#   GOSTBT_MODE    server: through a throw-away network namespace, so that a probe arrives like a peer's packet; outside: from this host as it is
#   GOSTBT_TARGET  the public address      GOSTBT_PROBES   protocol:port …      GOSTBT_SECONDS  for one probe
#   GOSTBT_TARGET6 the IPv6 one, or empty: protocols tcp6 and udp6 go there
#   GOSTBT_CLIENT  home's tunnel address   GOSTBT_UNIT     the engine's unit    (server only)
#   GOSTBT_HELLO   the TCP payload         GOSTBT_PING GOSTBT_SYN  the UDP payloads, as printf escapes
#   GOSTBT_ONE     the program of one probe, bash
# Prints lines: fact NAME VALUE · seen SET PROTOCOL PORT · probe PROTOCOL PORT key=value…
# It changes nothing that lasts: every name carries the process id and goes with it; what a killed run left behind goes with the next.
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH

gbp_remove() {
    nft delete table ip "gbp$1" 2>/dev/null
    ip netns delete "gbp$1" 2>/dev/null
    ip link delete "gbp$1o" 2>/dev/null
}

gbp_remove_abandoned() {
    for gbp_old in $(ip netns list 2>/dev/null | sed -n 's/^gbp\([0-9][0-9]*\).*/\1/p'); do
        [ -d "/proc/$gbp_old" ] || gbp_remove "$gbp_old"
    done
}

gbp_fact() { printf 'fact %s %s\n' "$1" "$2"; }

# A free /30 of 198.19.255.0/24, a range no host on the Internet has (RFC 2544).
gbp_network() {
    gbp_slot=$(($$ % 64))
    for gbp_try in 0 1 2 3 4 5 6 7; do
        gbp_base=$((4 * ((gbp_slot + gbp_try) % 64)))
        [ -n "$(ip -4 route show "198.19.255.$gbp_base/30")" ] || break
    done
    gbp_near=198.19.255.$((gbp_base + 1))
    gbp_far=198.19.255.$((gbp_base + 2))
}

gbp_namespace() {
    ip netns add "gbp$$" &&
        ip link add "gbp$$o" type veth peer name "gbp$$i" &&
        ip link set "gbp$$i" netns "gbp$$" &&
        ip address add "$gbp_near/30" dev "gbp$$o" &&
        ip link set "gbp$$o" up &&
        ip -n "gbp$$" address add "$gbp_far/30" dev "gbp$$i" &&
        ip -n "gbp$$" link set "gbp$$i" up &&
        ip -n "gbp$$" route add default via "$gbp_near"
}

# Beside it a network of 2001:2::/48, the same for IPv6 (RFC 5180).
gbp_namespace6() {
    gbp_six=2001:2:0:$(printf '%x' "$gbp_base")
    ip address add "$gbp_six::1/126" dev "gbp$$o" nodad &&
        ip -n "gbp$$" address add "$gbp_six::2/126" dev "gbp$$i" nodad &&
        ip -n "gbp$$" route add default via "$gbp_six::1"
}

# A table of our own that only watches: how far each probe got, and what came back out of the tunnel before any address is put back.
gbp_watch() {
    nft -f - <<EOF
table ip gbp$$ {
    set arrived { type inet_proto . inet_service; flags dynamic; size 4096; }
    set translated { type inet_proto . inet_service; flags dynamic; size 4096; }
    set sent { type inet_proto . inet_service; flags dynamic; size 4096; }
    set answered { type inet_proto . inet_service; flags dynamic; size 4096; }
    set refused { type inet_proto . inet_service; flags dynamic; size 4096; }
    chain before { type filter hook prerouting priority -310; iifname "gbp$$o" add @arrived { meta l4proto . th dport }; }
    chain between { type filter hook forward priority -310; iifname "gbp$$o" ip daddr $GOSTBT_CLIENT add @translated { meta l4proto . th dport }; }
    chain after { type filter hook postrouting priority 310; ct direction original ct original ip saddr $gbp_far oifname "$gbp_tun" add @sent { meta l4proto . th dport }; }
    chain back {
        type filter hook prerouting priority -160;
        iifname "$gbp_tun" ct direction reply ct original ip saddr $gbp_far add @answered { meta l4proto . th sport }
        iifname "$gbp_tun" ct direction reply ct original ip saddr $gbp_far tcp flags & rst == rst add @refused { meta l4proto . th sport }
    }
}
EOF
}

gbp_seen() {
    for gbp_set in arrived translated sent answered refused; do
        nft list set ip "gbp$$" "$gbp_set" 2>/dev/null | tr ',{}' '\n' |
            sed -n "s/^[[:space:]]*\\([a-z][a-z]*\\) \\. \\([0-9][0-9]*\\).*/seen $gbp_set \\1 \\2/p"
    done
}

# Asked without a look at what is there, the legacy one makes the table.
gbp_iptables() {
    for gbp_program in iptables-save iptables-legacy-save; do
        if grep -qsx nat /proc/net/ip_tables_names || "$gbp_program" -V 2>/dev/null | grep -q nf_tables; then "$gbp_program" -t nat 2>/dev/null; fi
    done
}

# To home, not to another PC whose address only begins like home's.
gbp_iptables_dnat() {
    gbp_iptables | grep -Eq -- "-j DNAT --to-destination $(printf '%s' "$GOSTBT_CLIENT" | sed 's/\./[.]/g')(:[0-9-]+)?( |\$)"
}

# Of systemd's unit; on a server of another init of what keeps the engine there, Server/supervise.sh.
gbp_engine() {
    gbp_state=$(systemctl is-active "$GOSTBT_UNIT" 2>/dev/null)
    gbp_name=${GOSTBT_UNIT#*@}
    gbp_name=${gbp_name%.service}
    if [ -z "$gbp_state" ] && [ -e "/etc/init.d/gostbt_$gbp_name" ]; then
        gbp_state=inactive
        if gbp_id=$(cat "/run/gostbt-service/$gbp_name.pid" 2>/dev/null) && [ -d "/proc/$gbp_id" ]; then gbp_state=active; fi
    fi
    printf '%s\n' "$gbp_state"
}

gbp_server_facts() {
    gbp_fact ip-forward "$(cat /proc/sys/net/ipv4/ip_forward)"
    gbp_fact engine "$(gbp_engine)"
    gbp_tun=$(ip -4 route get "$GOSTBT_CLIENT" 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p')
    [ -e "/sys/class/net/$gbp_tun/tun_flags" ] || gbp_tun=
    gbp_fact tun "${gbp_tun:-none}"
    gbp_rules=$(nft list ruleset 2>/dev/null)
    # The server may have got nft since its rules were loaded by iptables, and there are two of those.
    case $gbp_rules in
        *dnat*"$GOSTBT_CLIENT"* | *"$GOSTBT_CLIENT"*dnat*) gbp_fact dnat yes ;;
        *) if gbp_iptables_dnat; then gbp_fact dnat yes; else gbp_fact dnat no; fi ;;
    esac
    printf '%s\n' "$gbp_rules" | awk '/^table/ { table = $2 " " $3 } $1 == "chain" { chain = $2 }
        /hook forward/ && /policy drop/ { print "fact drops " table " " chain }'
    if [ -z "$(ip -4 address show to "$GOSTBT_TARGET/32" 2>/dev/null)" ]; then
        # The provider translates the public address; the packet that arrives here carries the private one.
        GOSTBT_TARGET=$(ip -4 route get 1.1.1.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p')
    fi
    gbp_fact target "$GOSTBT_TARGET"
}

gbp_one() {
    gbp_word=${1%%:*} gbp_port=${1##*:}
    gbp_protocol=${gbp_word%6} gbp_address=$GOSTBT_TARGET
    if [ "$gbp_word" != "$gbp_protocol" ]; then gbp_address=$GOSTBT_TARGET6; fi
    if [ "$gbp_protocol" = tcp ]; then
        set -- "$GOSTBT_HELLO"
    else
        set -- "$GOSTBT_PING" "$GOSTBT_SYN"
    fi
    set -- timeout "$GOSTBT_SECONDS" bash -c "$GOSTBT_ONE" probe "$gbp_protocol" "$gbp_address" "$gbp_port" "$@"
    [ "$GOSTBT_MODE" = outside ] || set -- ip netns exec "gbp$$" "$@"
    gbp_text=$("$@" 2>&1 </dev/null)
    case $gbp_text in
        *refused*) gbp_error=refused ;;
        *nreachable* | *"No route"*) gbp_error=unreachable ;;
        *) gbp_error=none ;;
    esac
    # One write a line: the probes run at once.
    printf 'probe %s %s error=%s %s\n' "$gbp_word" "$gbp_port" "$gbp_error" "$(printf '%s' "$gbp_text" | tr '\n' ' ')"
}

gbp_all() {
    gbp_count=0
    for gbp_probe in $GOSTBT_PROBES; do
        case $gbp_probe in *6:*) [ -n "$GOSTBT_TARGET6" ] || continue ;; esac
        gbp_one "$gbp_probe" &
        gbp_count=$((gbp_count + 1))
        [ $((gbp_count % 32)) -ne 0 ] || wait
    done
    wait
}

gbp_main() {
    for gbp_tool in bash timeout dd od readlink; do
        command -v "$gbp_tool" >/dev/null || { gbp_fact missing "$gbp_tool"; return; }
    done
    if [ "$GOSTBT_MODE" = outside ]; then
        gbp_all
        return
    fi
    command -v ip >/dev/null || { gbp_fact missing ip; return; }
    # Also when the ssh connection is cut: the next line written raises PIPE, and every wait above has an end.
    trap 'gbp_remove $$' EXIT
    trap 'exit 129' HUP INT TERM PIPE
    gbp_remove_abandoned
    gbp_network
    gbp_server_facts
    gbp_error=$(gbp_namespace 2>&1) || { gbp_fact namespace "$gbp_error"; return; }
    gbp_fact source "$gbp_far"
    if [ -n "$GOSTBT_TARGET6" ]; then
        gbp_fact ip6-forward "$(cat /proc/sys/net/ipv6/conf/all/forwarding 2>/dev/null)"
        if ! gbp_error=$(gbp_namespace6 2>&1); then
            gbp_fact namespace6 "$gbp_error"
            GOSTBT_TARGET6=
        fi
    fi
    if [ -n "$gbp_tun" ] && gbp_error=$(gbp_watch 2>&1); then
        gbp_fact watched yes
    else
        gbp_fact watched no
    fi
    gbp_all
    gbp_seen
}

gbp_main
