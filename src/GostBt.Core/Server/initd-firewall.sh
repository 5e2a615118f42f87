#!/bin/sh
### BEGIN INIT INFO
# Provides:          gostbt_firewall_@NAME@
# Required-Start:    $local_fs $remote_fs
# Required-Stop:     $local_fs $remote_fs
# Should-Start:      $network nftables iptables ufw firewalld
# Should-Stop:       $network nftables iptables ufw firewalld
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: GostBt firewall @NAME@
### END INIT INFO
# Written by GostBt; changes made here are overwritten.
# Another firewall's tool that hangs must not keep this one waiting for ever.
firewall=/usr/local/lib/gostbt/firewall
case ${1-} in
    start | restart | reload | force-reload) timeout -k 5 60 "$firewall" load @NAME@ ;;
    stop) timeout -k 5 10 "$firewall" stop @NAME@ ;;
    status) "$firewall" check @NAME@ ;;
    *)
        echo "usage: $0 start|stop|restart|reload|force-reload|status" >&2
        exit 2
        ;;
esac
