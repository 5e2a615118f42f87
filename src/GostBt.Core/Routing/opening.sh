# shellcheck shell=sh
# Lets the published ports in from the tunnel's device, where a firewall of this PC drops what nobody accepted: rules of ours, told by their comment, come first
# in the chains that drop, for an accept in a table of our own does not keep another's from dropping. Follows Server/firewall-iptables.sh and
# Server/firewall-chains.sh, whose rules it replaces. In:
#   DEVICE, MARK (the comment), TCP and UDP (ports for a set of nft), TCP_CHUNKS and UDP_CHUNKS (words for iptables' multiport), VERB: missing (tells what is), pass (and tells what is missing even so), unpass (and tells what is left)
PATH=$PATH:/usr/sbin:/sbin
# shellcheck disable=SC2034 # Read by the two before.
BACKEND=none CLIENT='' CLIENT6='' FIREWALLD=too

has() { command -v "$1" >/dev/null 2>&1; }

# Under ufw, too, a rule in the chain: one of its files would outlive the tunnel.
ufw_on() { return 1; }

chains_rules() {
    [ "$1" = INPUT ] || return 0
    for ports in $TCP_CHUNKS; do echo "-i $DEVICE -p tcp -m multiport --dports $ports"; done
    for ports in $UDP_CHUNKS; do echo "-i $DEVICE -p udp -m multiport --dports $ports"; done
}

nftables_rules() {
    [ "$2" = input ] || return 0
    if [ -n "$TCP" ]; then echo "iifname \"$DEVICE\" tcp dport $TCP"; fi
    if [ -n "$UDP" ]; then echo "iifname \"$DEVICE\" udp dport $UDP"; fi
}

# Our rules, wherever they are.
opening_left() {
    for family in iptables ip6tables; do
        for program in $(chains_programs "$family"); do "$program-save" 2>/dev/null | grep -F -- "--comment \"$MARK\""; done
    done
    if has nft; then nft -s list ruleset 2>/dev/null | grep -F -- "comment \"$MARK\""; fi
    return 0
}

case $VERB in
    missing) chains_missing ;;
    pass)
        if [ -n "$(chains_missing)" ]; then chains_pass; fi
        chains_missing
        ;;
    unpass)
        if [ -n "$(opening_left)" ]; then chains_unpass; fi
        opening_left
        ;;
esac
