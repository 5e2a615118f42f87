# Chains of others that drop what nobody accepted, in iptables (legacy, or over nftables) and in tables of nftables: our rules come first in them.
# They live as long as those chains do; "again" puts them back when a service has remade its chains.

# The programs of a family, each once: "iptables" is one of the other two. Listing makes no tables where there are none.
chains_programs() {
    seen=' '
    for program in "$1" "$1-nft" "$1-legacy"; do
        has "$program-save" || continue
        kind=$("$program" -V 2>/dev/null)
        kind=${kind##*(} kind=${kind%)*}
        case $seen in *" $kind "*) continue ;; esac
        seen="$seen$kind "
        echo "$program"
    done
}

# Chains of the table filter, from iptables-save, where our rules are needed: Docker's own place for rules of others; else where what nobody accepted is
# dropped, by a chain itself or by one that it leads everything to.
chains_shut() {
    awk '
        /^\*/ { filter = $1 == "*filter" }
        !filter { next }
        $1 == ":DOCKER-USER" { docker = 1 }
        $1 ~ /^:(INPUT|FORWARD)$/ && $2 == "DROP" { shut[substr($1, 2)] = 1 }
        $1 == "-A" && !/ -[jg] GOSTBT-/ {
            rule = $0
            sub(/^-A [^ ]+/, "", rule)
            if ($2 ~ /^(INPUT|FORWARD)$/) gsub(/ -(i|o) [^ ]+/, "", rule)
            gsub(/ -p [^ ]+| -m (tcp|udp|comment)| --comment ("[^"]*"|[^ ]+)| --reject-with [^ ]+/, "", rule)
            if (rule ~ /^ -j (DROP|REJECT)$/) shut[$2] = 1
            if (rule ~ /^ -[jg] [^ ]+$/) { from[++jumps] = $2; to[jumps] = substr(rule, 5) }
        }
        END {
            do {
                found = 0
                for (i = 1; i <= jumps; i++) if (shut[to[i]] && !shut[from[i]]) found = shut[from[i]] = 1
            } while (found)
            if (shut["INPUT"]) print "INPUT"
            if (docker) print "DOCKER-USER"; else if (shut["FORWARD"]) print "FORWARD"
        }'
}

# Our rules for a chain: of iptables, with home's address in that family.
chains_rules() {
    case $1 in
        INPUT)
            echo "! -i gbt-+ -p tcp -m tcp --dport $TUNNEL_PORT"
            case $2 in
                *:*) echo "-s $2/128 -i $DEVICE -p ipv6-icmp -m icmp6 --icmpv6-type 128" ;;
                ?*) echo "-s $2/32 -i $DEVICE -p icmp -m icmp --icmp-type 8" ;;
            esac
            ;;
        *)
            [ -n "$2" ] || return 0
            echo "-d $2 -o $DEVICE"
            echo "-s $2 -i $DEVICE"
            ;;
    esac
}

# Calls "$1 PROGRAM CHAIN RULE" for each rule of ours that others' chains of iptables need. Under ufw they are ufw's affair.
chains_each() {
    if ufw_on; then return 0; fi
    for family in iptables ip6tables; do
        for program in $(chains_programs "$family"); do
            case $family in iptables) home=$CLIENT ;; *) home=$CLIENT6 ;; esac
            # Where the profile's own chains are in the same tables, an accept before them would be the last word.
            if [ "$BACKEND" = iptables ] && [ "$program" = "$family" ]; then home=''; fi
            for chain in $("$program-save" 2>/dev/null | chains_shut); do
                chains_rules "$chain" "$home" | while read -r rule; do "$1" "$program" "$chain" "$rule" || exit; done || return
            done
        done
    done
}

# shellcheck disable=SC2086 # The rule is words. iptables 1.8.7 (Debian 11) prints the rule that it finds.
chains_has() { "$1" -w 10 -C "$2" $3 -m comment --comment "$MARK" -j ACCEPT >/dev/null 2>&1; }

chains_report() { chains_has "$@" || printf '%s %s: %s\n' "$1" "$2" "$3"; }

# shellcheck disable=SC2086
chains_insert() { chains_has "$@" || "$1" -w 10 -I "$2" $3 -m comment --comment "$MARK" -j ACCEPT; }

# Whether iptables over nftables looks after a chain of nftables: it lists nothing of a table with an expression that is not its own.
chains_own() {
    case "$1 $2" in
        'ip filter') set -- iptables "$3" ;;
        'ip6 filter') set -- ip6tables "$3" ;;
        *) return 1 ;;
    esac
    for program in $(chains_programs "$1"); do
        "$program" -V 2>/dev/null | grep -q nf_tables || continue
        "$program-save" 2>/dev/null | awk -v chain=":$2" '/^\*/ { filter = $1 == "*filter" } filter && $1 == chain { found = 1 } END { exit !found }' && return
    done
    return 1
}

# Chains of nftables that shut, by themselves or by one that they lead everything to: family, table, chain and hook a line.
# Not ours, not firewalld's unless FIREWALLD is "too", and not those that iptables looks after.
nftables_shut() {
    nft -s list ruleset 2>/dev/null | awk -v firewalld="${FIREWALLD-}" '
        $1 == "table" {
            table = $2 " " $3
            skip = $3 ~ /^gostbt_/ || ($3 == "firewalld" && firewalld != "too") || ($2 !~ /^(ip|ip6|inet)$/)
        }
        $1 == "chain" { chain = table " " $2 }
        $1 == "}" { chain = "" }
        chain == "" || skip { next }
        $1 == "type" && $2 == "filter" {
            for (i = 3; i < NF; i++) if ($i == "hook") hook = $(i + 1)
            if (hook == "input" || hook == "forward") { bases[++count] = chain; hooks[chain] = hook }
            if (/policy drop/) shut[chain] = 1
        }
        {
            rule = $0
            sub(/^[[:space:]]+/, "", rule)
            sub(/ comment "[^"]*"$/, "", rule)
            if (chain in hooks) sub(/^(iif|oif)(name)? [^ ]+ /, "", rule)
            if (rule !~ /^((meta l4proto|ip protocol) [^ ]+ )?(counter )?(log .* )?(drop|reject|jump|goto)( |$)/) next
            if (rule ~ /(jump|goto) [^ ]+$/) {
                sub(/.* /, "", rule)
                from[++jumps] = chain; to[jumps] = table " " rule
            } else shut[chain] = 1
        }
        END {
            do {
                found = 0
                for (i = 1; i <= jumps; i++) if (shut[to[i]] && !shut[from[i]]) found = shut[from[i]] = 1
            } while (found)
            for (i = 1; i <= count; i++) if (shut[bases[i]]) print bases[i], hooks[bases[i]]
        }' | while read -r family table chain hook; do chains_own "$family" "$table" "$chain" || echo "$family $table $chain $hook"; done
}

# Our rules for such a chain: family and hook.
nftables_rules() {
    case $2 in
        input) echo "tcp dport $TUNNEL_PORT" ;;
    esac
    for home in $CLIENT $CLIENT6; do
        case $1:$home in
            inet:*:*:* | ip6:*:*) address=ip6 ping='icmpv6 type echo-request' ;;
            inet:*.* | ip:*.*) address=ip ping='icmp type echo-request' ;;
            *) continue ;;
        esac
        case $2 in
            input) echo "iifname \"$DEVICE\" $address saddr $home $ping" ;;
            forward)
                echo "oifname \"$DEVICE\" $address daddr $home"
                echo "iifname \"$DEVICE\" $address saddr $home"
                ;;
        esac
    done
}

# Whether the chain has the rule: as nft lists it.
nftables_has() { nft -s list chain "$1" "$2" "$3" 2>/dev/null | grep -qF -- "$4 accept comment \"$MARK\""; }

nftables_missing() {
    has nft || return 0
    nftables_shut | while read -r family table chain hook; do
        nftables_rules "$family" "$hook" | while read -r rule; do
            nftables_has "$family" "$table" "$chain" "$rule" || printf 'nft %s %s %s: %s\n' "$family" "$table" "$chain" "$rule"
        done
    done
}

nftables_pass() {
    has nft || return 0
    nftables_shut | while read -r family table chain hook; do
        nftables_rules "$family" "$hook" | while read -r rule; do
            nftables_has "$family" "$table" "$chain" "$rule" || nft insert rule "$family" "$table" "$chain" "$rule accept comment \"$MARK\"" || exit
        done || exit
    done
}

chains_missing() {
    chains_each chains_report
    nftables_missing
}

# What is there from before may name another port or address.
chains_pass() {
    chains_unpass stale
    chains_each chains_insert && nftables_pass
}

# Deletes the profile's rules, or, with "stale", those for another port or address than now.
chains_unpass() {
    for family in iptables ip6tables; do
        case $family in iptables) home=$CLIENT ;; *) home=$CLIENT6 ;; esac
        wanted=$(if [ "${1-}" = stale ]; then for chain in INPUT FORWARD; do chains_rules "$chain" "$home"; done; fi)
        for program in $(chains_programs "$family"); do
            "$program-save" 2>/dev/null | grep -E -- "^\\*|^-A .* --comment \"$MARK\" -j ACCEPT\$" | chains_unwanted "$wanted" | iptables_removal | "$program-restore" -w 10 --noflush
        done
    done
    has nft || return 0
    wanted=$(if [ "${1-}" = stale ]; then nftables_rules inet input; nftables_rules inet forward; fi)
    nft -s -a list ruleset 2>/dev/null | awk -v end="accept comment \"$MARK\" # handle" '
        $1 == "table" { table = $2 " " $3 }
        $1 == "chain" { chain = $2 }
        at = index($0, end) { rule = substr($0, 1, at - 2); sub(/^[[:space:]]+/, "", rule); print table, chain, $NF, rule }' |
        while read -r family table chain handle rule; do
            # Those that iptables looks after went before.
            printf '%s\n' "$wanted" | grep -qxF -- "$rule" || nft delete rule "$family" "$table" "$chain" handle "$handle" 2>/dev/null
        done
}

# Leaves out the rules that are wanted; iptables-save writes them as chains_rules does, but for the length of an address.
chains_unwanted() {
    while read -r line; do
        rule=${line#-A * }
        rule=$(printf '%s\n' "$rule" | sed "s/ -m comment --comment .*//; s,/32 , ,; s,/128 , ,; s,/32\$,,; s,/128\$,,")
        case $line in
            -A*) printf '%s\n' "$1" | sed 's,/32 , ,; s,/128 , ,' | grep -qxF -- "$rule" && continue ;;
        esac
        printf '%s\n' "$line"
    done
}
