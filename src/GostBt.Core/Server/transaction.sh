# What the scripts that change a server share: the lock, the transaction, the users, and what nobody uses any more. Comes after a service-*.sh.
# /var/lib/gostbt/transaction stands from before the first change until the new state is verified or the old one is back; in it lie
#   name        the profile            id        tells this transaction from any other
#   paths       a path a line          existed   the numbers of those that were there before
#   old/N       what the Nth was       folders   those that were not there before
#   update      the profile was here   active    its engine ran           enabled  it started at boot
#   user        the user made for it   accounts  the account files as they were
#   folder      the mode, user and group of the profile's folder          forward   whether IPv4 was forwarded; redirects: what goes with it
#   firewall, engine                   marks: from here on they were touched; when (of the system's uptime) the firewall was
#   applied     mark: all is done but the verification, which has until "deadline" (of the system's uptime)
#   files       where the upload lies
#   rollback.sh takes it all back
# shellcheck shell=sh disable=SC2034,SC2317,SC2329 # No script needs all of it.
umask 077
state=/var/lib/gostbt
transaction=$state/transaction
lib=/usr/local/lib/gostbt
host=/etc/gostbt/.host
run=/run/gostbt
loads=/run/gostbt-firewall

now() {
    read -r now _ </proc/uptime
    now=${now%.*}
}

# Whoever has the lock may change the server. Its folder may go with the run that had it, so the one got must be the one that is there.
# What is started to stay must not inherit it: 9>&-.
lock() {
    mkdir -p "$run" && { command exec 9<"$run"; } 2>/dev/null || return 1
    flock -n 9 && [ "$(stat -c %d:%i "$run" 2>/dev/null)" = "$(stat -L -c %d:%i /proc/self/fd/9)" ] && return
    exec 9<&-
    return 1
}
unlock() {
    rmdir "$run" 2>/dev/null
    exec 9<&-
}

# The processes that have the lock on the folder $2 by their descriptor $1: who took it, and all it started, which inherited it. One that is only just asking
# for it has no lock yet. dash, bash and busybox know -ef.
# shellcheck disable=SC3013
holders() {
    grep -ls '^lock:.*FLOCK' /proc/[0-9]*/fdinfo/"$1" | while read -r info; do
        process=${info%/fdinfo/*}
        if [ "$process/fd/$1" -ef "$2" ]; then echo "${process#/proc/}"; fi
    done
}
evict() { for process in $(holders "$1" "$2"); do kill -s KILL "$process"; done; }

# Gets the lock when no transaction is under way: waits for the runs of others and for their verification, and takes back what a dead run left.
settle() {
    now
    patience=$((now + 45))
    while :; do
        if lock; then
            if [ ! -d "$transaction" ]; then break; fi
            if [ ! -e "$transaction/applied" ] || overdue; then
                take_back
                if [ ! -d "$transaction" ]; then break; fi
                # What cannot be taken back now, on a full disk say, must not be built upon.
                unlock
                return 1
            fi
            unlock
        fi
        now
        if [ "$now" -gt "$patience" ]; then return 1; fi
        sleep 0.2
    done
    rm -rf "$transaction.new" "$transaction.done"
    # Uploads that were killed before they began anything.
    find "${TMPDIR:-/tmp}" -maxdepth 1 -type d -name 'gostbt.??????????' -mmin +1440 -exec rm -rf {} + 2>/dev/null
    return 0
}

# Nobody verified it, and what should have taken it back is dead: its timer comes within a second of the deadline. Of a former boot is one that is far off.
overdue() {
    now
    deadline=$(cat "$transaction/deadline")
    [ "$now" -gt $((deadline + 5)) ] || [ "$now" -lt $((deadline - 60)) ]
}

take_back() { GOSTBT_LOCKED=yes sh "$transaction/rollback.sh" "$(cat "$transaction/name")" >/dev/null 2>&1; }

# Of all profiles' manifests and of the transaction: what was planned for holds as long as it is the same.
digest() {
    { cat /etc/gostbt/*/manifest "$transaction/id" 2>/dev/null; } | sha256sum | cut -d ' ' -f 1
}

# useradd and userdel write the account files' back-ups anew (passwd-, shadow- …). They are kept in the folder $1 for as long as that takes, for old passwords'
# hashes are in them, and put back; by "restore" only when the accounts are what they were then.
accounts_keep() {
    mkdir -p "$1" || return
    for file in passwd- shadow- group- gshadow- .pwd.lock; do
        if [ -e "/etc/$file" ]; then cp -p "/etc/$file" "$1/$file" || return; fi
    done
    for file in passwd shadow group gshadow; do
        if [ -e "/etc/$file" ]; then sha256sum <"/etc/$file" >"$1/$file.sum" || return; fi
    done
}
accounts_restore() {
    if [ ! -e "$1/passwd.sum" ]; then return 0; fi
    for file in passwd shadow group gshadow; do
        if [ -e "$1/$file.sum" ] && [ "$(sha256sum <"/etc/$file")" != "$(cat "$1/$file.sum")" ]; then return 0; fi
    done
    accounts_put_back "$1"
}
accounts_put_back() {
    for file in passwd- shadow- group- gshadow- .pwd.lock; do
        if [ -e "$1/$file" ]; then cp -p "$1/$file" "/etc/$file"; else rm -f "/etc/$file"; fi
    done
}
remove_user() {
    # In memory: what a killed run leaves is gone with the next one, or the next boot.
    if ! getent passwd "$1" >/dev/null && ! getent group "$1" >/dev/null; then
        # The back-ups may still be those of that run.
        if [ -e "$run-accounts/passwd.sum" ] && [ "$(sha256sum </etc/passwd-)" = "$(cat "$run-accounts/passwd.sum")" ]; then accounts_put_back "$run-accounts"; fi
        rm -rf "$run-accounts"
        return 0
    fi
    rm -rf "$run-accounts"
    accounts_keep "$run-accounts"
    userdel "$1" 2>/dev/null
    if getent group "$1" >/dev/null; then groupdel "$1" 2>/dev/null; fi
    accounts_put_back "$run-accounts"
    rm -rf "$run-accounts"
    return 0
}

# Somebody else (Docker, a VPN) came to need forwarding since: a sysctl file that wants it, or address translation that is not ours.
others_forward() {
    grep -Eqs '^[[:space:]]*net[./]ipv4[./]ip_forward[[:space:]]*=[[:space:]]*1' /etc/sysctl.conf /etc/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf /run/sysctl.d/*.conf \
        || nft list ruleset 2>/dev/null | grep -Eq 'masquerade|[sd]nat (ip6? )?to' || others_translate
}
# What nft does not see: iptables-legacy's, and all where there is no nft. Asked without a look at what is there, the legacy one makes the table.
others_translate() {
    for program in iptables-save iptables-legacy-save; do
        if { grep -qsx nat /proc/net/ip_tables_names || "$program" -V 2>/dev/null | grep -q nf_tables; } \
            && "$program" -t nat 2>/dev/null | grep -Eq -- '-j (MASQUERADE|[SD]NAT)'; then return 0; fi
    done
    return 1
}

# Engines that no manifest names, and what the former version shared among all profiles.
remove_unused() {
    for file in "$lib/gostbt" "$lib"/gost-* "$lib"/*/*; do
        if [ -f "$file" ] && ! cat /etc/gostbt/*/manifest 2>/dev/null | grep -q " $file\$"; then
            rm -f "$file" "$file.new" "$file.old"
            if [ "${file%/*}" != "$lib" ]; then rmdir "${file%/*}" 2>/dev/null; fi
        fi
    done
    service_remove_unused
    if [ -e "$host/user-created" ] && ! stat -c %G /etc/gostbt/*/ 2>/dev/null | grep -qx gostbt; then
        remove_user gostbt
        rm -f "$host/user-created"
    fi
    return 0
}

any_profile() {
    for folder in /etc/gostbt/*/; do
        if [ -d "$folder" ]; then return 0; fi
    done
    return 1
}

# At the end of a run, whatever became of it.
leave() {
    if [ ! -d "$transaction" ]; then
        rm -rf "$transaction.done" "$transaction.new"
        rmdir "$state" 2>/dev/null
    fi
    unlock
}
