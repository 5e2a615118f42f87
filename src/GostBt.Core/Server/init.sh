# Finds out which init system runs here: systemd, openrc, sysv or other.
# shellcheck shell=sh disable=SC2034 # For what comes after it.
if [ -d /run/systemd/system ]; then
    init=systemd
elif [ -d /run/openrc ]; then
    init=openrc
elif [ -d /etc/init.d ] && command -v update-rc.d >/dev/null 2>&1; then
    init=sysv
else
    init=other
fi
