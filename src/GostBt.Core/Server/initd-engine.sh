#!/bin/sh
### BEGIN INIT INFO
# Provides:          gostbt_@NAME@
# Required-Start:    $local_fs $remote_fs $network gostbt_firewall_@NAME@
# Required-Stop:     $local_fs $remote_fs $network gostbt_firewall_@NAME@
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: GostBt tunnel @NAME@
### END INIT INFO
# Written by GostBt; changes made here are overwritten.
supervise=/usr/local/lib/gostbt/supervise
start() { "$supervise" start @NAME@ @USER@ @CAPABILITIES@ @COMMAND@; }
case ${1-} in
    start) start ;;
    stop) "$supervise" stop @NAME@ ;;
    restart | force-reload) "$supervise" stop @NAME@ && start ;;
    status) "$supervise" status @NAME@ ;;
    *)
        echo "usage: $0 start|stop|restart|force-reload|status" >&2
        exit 2
        ;;
esac
