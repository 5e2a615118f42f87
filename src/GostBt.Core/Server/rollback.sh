# Takes back the transaction of the profile $1, see transaction.sh: by its timer, when nobody came back to verify; at boot, when $2 says so; or at once,
# by who has the lock (GOSTBT_LOCKED). Begun again after it was cut off, it goes on. Comes after a service-*.sh and transaction.sh.
# shellcheck disable=SC2154
set -u
export LC_ALL=C PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NAME=$1
boot=${2-}
etc=/etc/gostbt/$NAME
trap '' HUP INT TERM PIPE

# Whether who has the lock has had all the time it takes. Rules that shut ssh out may be there since "firewall"; whoever verifies got in. What a former boot
# noted says nothing. A note that is gone went with a verification that just succeeded.
hangs() {
    since=$began
    limit=100
    if [ "$boot" = boot ]; then
        :
    elif [ -e "$transaction/applied" ]; then
        since=$(cat "$transaction/deadline" 2>/dev/null)
        limit=30
    elif [ -s "$transaction/firewall" ]; then
        since=$(cat "$transaction/firewall" 2>/dev/null)
        limit=20
    fi
    [ -n "$since" ] && [ "$now" -ge $((since + limit)) ] && [ "$(cat "$transaction/id" 2>/dev/null)" = "$mine" ]
}

# A run that is still at it is waited for, and a verification until its deadline; one that hangs is ended.
if [ "${GOSTBT_LOCKED-}" != yes ]; then
    mine=$(cat "$transaction/id" 2>/dev/null)
    now
    began=$now
    while :; do
        if [ ! -d "$transaction" ] || [ "$(cat "$transaction/id")" != "$mine" ]; then exit 0; fi
        now
        if lock; then
            if [ ! -e "$transaction/applied" ] || [ "$boot" = boot ] || [ "$now" -ge "$(cat "$transaction/deadline")" ]; then break; fi
            unlock
        elif hangs; then
            evict 9 "$run"
        fi
        sleep 0.5
    done
    # It may have ended while this waited for the lock.
    if [ ! -d "$transaction" ] || [ "$(cat "$transaction/id")" != "$mine" ]; then
        leave
        exit 0
    fi
fi

# From here on this one may take its time.
if [ -e "$transaction/firewall" ]; then
    now
    printf '%s\n' "$now" >"$transaction/firewall"
fi
loads_this() {
    for process in $(holders 8 "$loads"); do tr '\0' ' ' <"/proc/$process/cmdline"; done 2>/dev/null | grep -qF "/firewall load $NAME "
}
# A load of this profile that hangs, as a unit's for instance, would keep the next one and the unload waiting. Others' are waited for.
if [ -d "$loads" ] && ! flock -w 2 "$loads" true && loads_this; then evict 8 "$loads"; fi

same() { [ "$(stat -c %d:%i "$1")" = "$(stat -c %d:%i "$2" 2>/dev/null)" ]; }

update=no
if [ -e "$transaction/update" ]; then update=yes; fi
if [ "$update" = no ]; then
    service_disable "$NAME"
    # The rules are the first that goes. A tool of another firewall may hang: then the next run goes on, which needs the program for that.
    if [ -x "$lib/firewall" ] && ! timeout -k 5 120 "$lib/firewall" unload "$NAME"; then exit 1; fi
fi

# What was not there goes first: on a full disk, what was needs its room.
index=0
while IFS= read -r path; do
    index=$((index + 1))
    rm -f "$path.new"
    if ! grep -qx "$index" "$transaction/existed"; then rm -f "$path"; fi
done <"$transaction/paths"
index=0
left=no
while IFS= read -r path; do
    index=$((index + 1))
    # A file that was not replaced is the old one under another name.
    if [ -e "$transaction/old/$index" ] && ! same "$transaction/old/$index" "$path"; then
        install -d -m 755 "${path%/*}"
        # The old one stays until the transaction goes, and never stands half-written: within one file system it gets another name, which takes no room.
        { { ln "$transaction/old/$index" "$path.new" 2>/dev/null || cp -p "$transaction/old/$index" "$path.new"; } && mv -f "$path.new" "$path"; } || left=yes
        rm -f "$path.new"
    fi
done <"$transaction/paths"
if [ "$update" = yes ]; then
    read -r mode owner <"$transaction/folder"
    chmod "$mode" "$etc"
    chown "$owner" "$etc"
else
    rm -rf "$etc"
fi
if [ "$(cat "$transaction/forward")" = 1 ] || ! others_forward; then
    cat "$transaction/forward" >/proc/sys/net/ipv4/ip_forward
    cat "$transaction/redirects" >/proc/sys/net/ipv4/conf/all/accept_redirects
fi

service_reload
if [ "$update" = yes ]; then
    if [ -e "$transaction/enabled" ]; then service_enable "$NAME"; fi
    # At boot both may have started with what is taken back only now.
    if [ -e "$transaction/firewall" ] || [ "$boot" = boot ]; then
        firewall_start "$NAME" && firewall_reload "$NAME"
    fi
    if [ -e "$transaction/engine" ] || [ "$boot" = boot ]; then
        if [ -e "$transaction/active" ]; then service_restart "$NAME"; else service_stop "$NAME"; fi
    fi
fi
if [ -e "$transaction/user" ]; then
    user=$(cat "$transaction/user")
    remove_user "$user"
    accounts_restore "$transaction/accounts"
    rm -f "$host/user-$user"
fi
rm -rf "$host.new"
# What the run had uploaded; one that ended by itself has removed it.
files=$(cat "$transaction/files")
case $files in */gostbt.??????????) rm -rf "$files" ;; esac
sort -r "$transaction/folders" | while IFS= read -r folder; do
    if [ "$folder" = "$host" ]; then rm -rf "$host"; else rmdir "$folder" 2>/dev/null; fi
done
if ! any_profile; then service_remove; fi
# What could not be put back is in there still: the next run goes on with it.
if [ "$left" = yes ]; then exit 1; fi
mv "$transaction" "$transaction.done" || exit 1
timer_disarm "$NAME"
if [ "${GOSTBT_LOCKED-}" != yes ]; then leave; fi
exit 0
