#!/bin/sh
# The firewall of GostBt's profiles on this server: the only program here that touches rules. Runs as root. Put together from firewall-*.sh.
#   load NAME     loads the rules of /etc/gostbt/NAME anew, and has this server's other firewalls let their packets through
#   stop NAME     takes NAME's rules from the kernel; what other tools keep for it stays, for the next boot
#   unload NAME   the same for good: also what was put into other tools
#   check NAME    exit code 0 when all of it is there, else a line for each part that is not
#   print NAME    NAME's rules as the kernel has them, and what is missing, always in the same form: its hash tells drift
#   again         loads what was loaded, after another firewall's service flushed or remade its own
# Other tools get no more than: the tunnel's TCP port; a ping from home; packets to and from home through the tunnel's device. Which of them pass
# is decided by the profile's own rules: an accept of ours does not overrule a drop in another tool's chain, hence the rules in both places.
# What is put there carries the comment "gostbt NAME" where the tool has comments, else it is noted in $JOURNAL before it is done.
# shellcheck disable=SC2034 # The parts that follow use them.
set -u
umask 022
export LC_ALL=C PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
VERB=${1-}
NAME=${2-}
STATE=/run/gostbt-firewall
JOURNAL=/etc/gostbt/.firewall

usage() {
    echo "usage: firewall load|stop|unload|check|print NAME, or firewall again" >&2
    exit 2
}

# Reads the settings of the profile $NAME. A profile's name is a part of paths and of rules.
settings() {
    case $NAME in
        '' | *[!a-z0-9-]*) usage ;;
    esac
    ETC=/etc/gostbt/$NAME
    MARK="gostbt $NAME"
    BACKEND=nft DEVICE='' CLIENT='' CLIENT6='' TUNNEL_PORT=''
    [ -r "$ETC/firewall.settings" ] || return 0
    while read -r key value; do
        case $key in
            backend) BACKEND=$value ;;
            device) DEVICE=$value ;;
            client) CLIENT=$value ;;
            client6) CLIENT6=$value ;;
            tunnel-port) TUNNEL_PORT=$value ;;
        esac
    done <"$ETC/firewall.settings"
}

has() { command -v "$1" >/dev/null 2>&1; }

# Whether another profile than $NAME is deployed here, for which "grep $1" finds its settings.
another() {
    for file in /etc/gostbt/*/firewall.settings; do
        if [ "$file" != "$ETC/firewall.settings" ] && grep -qs -- "$1" "$file"; then return 0; fi
    done
    return 1
}
