# Reads what GostBt needs to know about a server and prints it, a fact a line: a key, a space, the value. Changes nothing.
# Runs as root (Ssh/root.sh comes before it), after init.sh, the service-*.sh of the init system that it finds and transaction.sh. NAME, the profile, and
# USER_NAME, its engine's user, are set before it. ServerFacts.Parse reads it; an unknown key there is passed over.
# shellcheck disable=SC2153,SC2154 # init.sh and transaction.sh set the rest.
export LC_ALL=C PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH"

fact() { printf '%s\n' "$*"; }
each_line() { while IFS= read -r line; do fact "$1 $line"; done; }

# A deployment under way comes to its end, or is taken back, within half a minute.
now
patience=$((now + 45))
while [ -d "$transaction" ] && [ "$now" -lt "$patience" ]; do
    sleep 0.2
    now
done
digest=$(digest)

fact gostbt-facts 1
if [ -r /etc/os-release ]; then
    # shellcheck disable=SC1091
    (. /etc/os-release && fact "os ${PRETTY_NAME:-${ID:-unknown}}")
fi
fact arch "$(uname -m)"
fact kernel "$(uname -r)"
fact clock "$(date +%s)"

fact init "$init"
if [ -d /run/systemd/system ]; then fact systemd "$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')"; fi
if command -v nft >/dev/null 2>&1; then
    fact nft "$(nft --version | sed -n '1s/^nftables v\([0-9.]*\).*/\1/p')"
fi
if nft list tables >/dev/null 2>&1; then
    fact nft-works yes
elif iptables -w 5 -t nat -S PREROUTING >/dev/null 2>&1; then
    # Only now: asking iptables-legacy makes the table.
    fact iptables-works yes
    if ip6tables -w 5 -t nat -S PREROUTING >/dev/null 2>&1; then fact ip6tables-works yes; fi
fi
if [ -c /dev/net/tun ]; then fact tun yes; fi
tools="ss ip sha256sum useradd userdel flock install awk sed"
if [ "$init" = sysv ]; then tools="$tools setsid setpriv"; fi
for tool in $tools; do
    command -v "$tool" >/dev/null 2>&1 || fact missing "$tool"
done
if command -v ufw >/dev/null 2>&1 && grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf; then fact firewall ufw; fi
if command -v firewall-cmd >/dev/null 2>&1 && firewall-cmd --state >/dev/null 2>&1; then fact firewall firewalld; fi

ss -H -lntup 2>/dev/null | each_line socket
# shellcheck disable=SC2086 # SSH_CONNECTION is four words: client, its port, server, its port.
set -- ${SSH_CONNECTION-}
[ "$#" -eq 4 ] && fact ssh-port "$4"
ip -o -4 addr show 2>/dev/null | awk '{ print "address", $2, $4 }'
ip -o -6 addr show scope global 2>/dev/null | awk '!/ (tentative|deprecated|dadfailed) / { print "address6", $2, $4 }'
ip -o -6 route get 2000:: 2>/dev/null | sed -n '/^unreachable/d; s/.* src \([0-9a-f:]*\).*/source6 \1/p'
ip -o -4 route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/source \1/p'
ip -o -4 route show 2>/dev/null | awk '$1 != "default" && /dev / { for (i = 1; i < NF; i++) if ($i == "dev") print "route", $1, $(i + 1) }'
sed -n 's/^[[:space:]]*nameserver[[:space:]]\{1,\}\([^;#[:space:]]*\).*/nameserver \1/p' /etc/resolv.conf 2>/dev/null
fact ip-forward "$(cat /proc/sys/net/ipv4/ip_forward)"
# df of the nearest folder that exists.
fact disk-free "$(df -Pk /usr/local | awk 'NR == 2 { print $4 }')"

# Of the profile NAME everything, of the others what is spoken for.
id -u "$USER_NAME" >/dev/null 2>&1 && fact user "$USER_NAME"
for folder in /etc/gostbt/*/; do
    [ -d "$folder" ] || continue
    name=${folder#/etc/gostbt/}
    if [ -f "${folder}manifest" ]; then fact profile "${name%/}"; else fact remnant "${name%/}"; fi
done
if [ -d "$host" ]; then fact host yes; fi
awk '{ split(FILENAME, part, "/"); print "manifest", part[4], $0 }' /etc/gostbt/*/manifest 2>/dev/null
etc=/etc/gostbt/$NAME
set --
# shellcheck disable=SC2046 # A path a line, without spaces.
for file in /usr/local/lib/gostbt/* /usr/local/lib/gostbt/*/* /etc/sysctl.d/90-gostbt.conf "$etc"/* $(service_files "$NAME"); do
    [ -f "$file" ] && set -- "$@" "$file"
done
if [ "$#" -gt 0 ]; then
    { stat -c 'stat %a %U:%G %n' "$@"; sha256sum "$@"; } | awk '$1 == "stat" { mode[$4] = $2 " " $3; next } { print "placed", $1, mode[$2], $2 }'
fi
if [ -d "$etc" ]; then
    [ -f "$etc/cert.pem" ] && sed "s/^/certificate $NAME /" "$etc/cert.pem"
    service_facts "$NAME"
    rules=$(/usr/local/lib/gostbt/firewall print "$NAME" 2>/dev/null) && fact rules "$NAME" "$(printf '%s\n' "$rules" | sha256sum | cut -d ' ' -f 1)"
fi

# What was seen across a change is neither the old nor the new state: no such digest is ever found again.
if [ "$digest" = "$(digest)" ]; then fact digest "$digest"; else fact digest changing; fi
if [ -d "$transaction" ]; then fact transaction "$(cat "$transaction/name")"; fi
fact end
