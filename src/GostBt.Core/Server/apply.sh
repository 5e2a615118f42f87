# Brings a profile on this server to what was planned, or leaves everything as it was. Runs as root, with its files in $GOSTBT_FILES:
#   place        a line for each file: NAME MODE GROUP PATH, or - - - PATH for one that goes
#   head         the manifest's head
#   rollback.sh
# Set before it: NAME, USER_NAME (the engine's), PORT (the tunnel's), TUN (the device), PROGRAM (gostbt), DIGEST (of what was planned for),
# LOAD_FIREWALL, RESTART_ENGINE, CREATE_CERTIFICATE (yes or no). Comes after a service-*.sh and transaction.sh.
# It begins a transaction that verify.sh, over a new connection, ends. Prints its id and "certificate LINE"s; on failure "failed STEP: REASON" and exit code 1;
# exit code 75 when another run is under way, 76 when the server is no longer what was planned for.
# shellcheck disable=SC2153,SC2154,SC2317 # Its variables are set before it, and finish is called by a trap.
set -u
export LC_ALL=C PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
etc=/etc/gostbt/$NAME
step="preparing"

finish() {
    code=$?
    trap - EXIT HUP INT TERM
    if [ "$code" -ne 0 ]; then
        printf 'failed %s\n' "$step"
        service_log "$NAME" 20 | sed 's/^/journal /'
        if [ -d "$transaction" ]; then GOSTBT_LOCKED=yes sh "$transaction/rollback.sh" "$NAME" >/dev/null 2>&1; fi
    fi
    leave
    exit "$code"
}
# The far end may hang up; what was begun is finished or taken back all the same.
trap '' HUP INT TERM PIPE

must() { "$@" || exit 1; }

if ! settle; then
    printf 'failed another run of GostBt is under way on this server\n'
    exit 75
fi
trap finish EXIT
if [ "$(digest)" != "$DIGEST" ]; then
    step="the server changed since the deployment was planned"
    exit 76
fi

step="keeping the old state"
new=$transaction.new
must mkdir -p "$new/old"
must cp "$GOSTBT_FILES/rollback.sh" "$new/"
printf '%s\n' "$NAME" >"$new/name" || exit 1
printf '%s\n' "$GOSTBT_FILES" >"$new/files" || exit 1
must cp /proc/sys/kernel/random/uuid "$new/id"
must cp /proc/sys/net/ipv4/ip_forward "$new/forward"
must cp /proc/sys/net/ipv4/conf/all/accept_redirects "$new/redirects"
if [ -d "$etc" ]; then
    : >"$new/update"
    must stat -c '%a %u:%g' "$etc" >"$new/folder"
fi
if service_active "$NAME"; then : >"$new/active"; fi
if service_enabled "$NAME"; then : >"$new/enabled"; fi
if ! id -u "$USER_NAME" >/dev/null 2>&1; then
    printf '%s\n' "$USER_NAME" >"$new/user" || exit 1
    must accounts_keep "$new/accounts"
fi
{
    cut -d ' ' -f 4 "$GOSTBT_FILES/place"
    printf '%s\n' "$etc/cert.pem" "$etc/key.pem" "$etc/manifest"
} >"$new/paths" || exit 1
: >"$new/existed" || exit 1
index=0
while IFS= read -r path; do
    index=$((index + 1))
    if [ -e "$path" ]; then
        # Files are replaced, never written to: a second name keeps the old one, and costs no room.
        ln "$path" "$new/old/$index" 2>/dev/null || must cp -p "$path" "$new/old/$index"
        printf '%s\n' "$index" >>"$new/existed" || exit 1
    fi
done <"$new/paths"
{
    printf '%s\n' /etc/gostbt "$host" "$lib"
    sed 's,/[^/]*$,,' "$new/paths"
} | sort -u | while IFS= read -r folder; do
    if [ "$folder" != "$etc" ] && [ ! -d "$folder" ]; then printf '%s\n' "$folder"; fi
done >"$new/folders" || exit 1
must mv "$new" "$transaction"
sync -f "$transaction" 2>/dev/null || sync

step="arming the rollback"
must timer_arm "$NAME" 20 "$transaction/rollback.sh"

step="recording what was here before"
if [ ! -d "$host" ]; then
    must mkdir -p "$host.new"
    must cp /proc/sys/net/ipv4/ip_forward "$host.new/ip-forward"
    # The kernel sets it anew whenever forwarding is switched: off with it on, and on with it off.
    must cp /proc/sys/net/ipv4/conf/all/accept_redirects "$host.new/accept-redirects"
    must chmod 755 /etc/gostbt
    must mv "$host.new" "$host"
fi

# A former version kept the account files' back-ups for as long as it was deployed.
rm -rf "$host/accounts"

step="creating the user $USER_NAME"
if [ -e "$transaction/user" ]; then
    : >"$host/user-$USER_NAME" || exit 1
    must useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$USER_NAME"
    accounts_put_back "$transaction/accounts"
fi

step="placing files"
must install -d -m 755 /etc/gostbt "$lib"
must install -d -m 750 -g "$USER_NAME" "$etc"
while read -r name mode group path; do
    step="placing $path"
    if [ "$name" = - ]; then
        must rm -f "$path"
        rmdir "${path%/*}" 2>/dev/null
    else
        [ -d "${path%/*}" ] || must install -d -m 755 "${path%/*}"
        must install -m "$mode" -g "$group" "$GOSTBT_FILES/$name" "$path.new"
        must mv -f "$path.new" "$path"
    fi
done <"$GOSTBT_FILES/place"

step="making the certificate"
if [ "$CREATE_CERTIFICATE" = yes ]; then
    rm -f "$etc/cert.pem" "$etc/key.pem"
    must env DOTNET_EnableDiagnostics=0 "$PROGRAM" certificate --cert "$etc/cert.pem" --key "$etc/key.pem" --name gostbt >/dev/null
    must chown "root:$USER_NAME" "$etc/cert.pem" "$etc/key.pem"
    must chmod 640 "$etc/cert.pem" "$etc/key.pem"
fi
for path in "$etc/cert.pem" "$etc/key.pem"; do
    if [ "$(stat -c '%a %U:%G' "$path")" != "640 root:$USER_NAME" ]; then
        must install -m 640 -g "$USER_NAME" "$path" "$path.new"
        must mv -f "$path.new" "$path"
    fi
done

step="switching forwarding on"
echo 1 >/proc/sys/net/ipv4/ip_forward || exit 1

step="registering the services"
must service_reload
must service_enable "$NAME"

step="loading the firewall"
now
verified_by=$((now + 20))
if ! firewall_active "$NAME"; then
    printf '%s\n' "$now" >"$transaction/firewall" || exit 1
    must firewall_start "$NAME"
elif [ "$LOAD_FIREWALL" = yes ]; then
    printf '%s\n' "$now" >"$transaction/firewall" || exit 1
    must firewall_reload "$NAME"
fi

# Before the engine is restarted: until home is told, the tunnel is interrupted.
step="writing the manifest"
{
    cat "$GOSTBT_FILES/head" \
        && sha256sum "$etc/engine.yaml" "$etc"/firewall.* "$etc/cert.pem" "$etc/key.pem" "$PROGRAM" | sed 's/  / /; s/^/file /' \
        && printf 'rules %s\n' "$("$lib/firewall" print "$NAME" | sha256sum | cut -d ' ' -f 1)"
} >"$etc/manifest.new" || exit 1
must chmod 640 "$etc/manifest.new"
must mv -f "$etc/manifest.new" "$etc/manifest"

step="starting the engine"
if [ "$RESTART_ENGINE" = yes ]; then
    : >"$transaction/engine"
    must service_restart "$NAME"
fi
# In time to take it back by itself, with the reason.
until ss -Hlnt "sport = :$PORT" | grep -q . && ip -o link show dev "$TUN" >/dev/null 2>&1; do
    now
    if [ "$now" -ge $((verified_by - 5)) ]; then
        step="starting the engine: it does not listen on port $PORT with its device $TUN"
        exit 1
    fi
    sleep 0.05
done

step="waiting for the verification"
now
if [ "$verified_by" -lt $((now + 15)) ]; then verified_by=$((now + 15)); fi
printf '%s\n' "$verified_by" >"$transaction/deadline" || exit 1
: >"$transaction/applied" || exit 1
printf 'transaction %s\n' "$(cat "$transaction/id")"
sed 's/^/certificate /' "$etc/cert.pem"
exit 0
