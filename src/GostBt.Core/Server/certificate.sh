# Renews the certificate of the profile $NAME. Runs as root, after a service-*.sh and transaction.sh. Set before it: NAME, ACTION:
#   renew    a new certificate for the key that is there
#   prepare  a new key and its certificate, kept aside until "switch"; the key never leaves the server
#   switch   puts the prepared ones in place
# Prints "certificate LINE"s of the certificate it made or put in place; on failure "failed STEP" and exit code 1.
# shellcheck disable=SC2153,SC2154,SC2317 # Its variables are set before it, and finish is called by a trap.
set -u
export LC_ALL=C PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
umask 077
etc=/etc/gostbt/$NAME
step="preparing"

finish() {
    code=$?
    trap - EXIT HUP INT TERM
    if [ "$code" -ne 0 ]; then printf 'failed %s\n' "$step"; fi
    if [ "$code" -ne 75 ]; then leave; fi
    exit "$code"
}
trap finish EXIT
# The far end may hang up; what was begun is finished all the same.
trap '' HUP INT TERM PIPE

must() { "$@" || exit 1; }
make() { must env DOTNET_EnableDiagnostics=0 "$engine" certificate "$@" --name gostbt >/dev/null; }

# With the owner and the mode of what it replaces, in one step.
place() {
    must chown --reference="$2" "$1"
    must chmod --reference="$2" "$1"
    must mv -f "$1" "$2"
}

# The manifest tells a file that was changed by hand.
note() {
    sum=$(sha256sum <"$1" | cut -d ' ' -f 1)
    must sed "s|^file [0-9a-f]* $1\$|file $sum $1|" "$etc/manifest" >"$etc/manifest.new"
    place "$etc/manifest.new" "$etc/manifest"
}

# The bundled engine takes the files up by itself; gost reads them as it starts.
take_up() {
    case $(tr '\0' ' ' 2>/dev/null <"/proc/$(service_pid "$NAME")/cmdline") in
        *" engine -C "*) ;;
        *) if service_active "$NAME"; then must service_restart "$NAME"; fi ;;
    esac
}

if ! settle; then
    step="another run of GostBt is under way on this server"
    exit 75
fi

step="looking for the certificate: the profile is not deployed here"
engine=$(sed -n 's/^program //p' "$etc/manifest" 2>/dev/null)
[ -n "$engine" ] && [ -f "$etc/manifest" ] && [ -f "$etc/cert.pem" ] && [ -f "$etc/key.pem" ] || exit 1

case $ACTION in
    renew)
        step="renewing the certificate"
        rm -f "$etc/cert.new"
        make --renew --cert "$etc/cert.new" --key "$etc/key.pem"
        place "$etc/cert.new" "$etc/cert.pem"
        note "$etc/cert.pem"
        take_up
        ;;
    prepare)
        step="making the next key"
        rm -rf "$etc/next"
        must mkdir "$etc/next"
        make --cert "$etc/next/cert.pem" --key "$etc/next/key.pem"
        sed 's/^/certificate /' "$etc/next/cert.pem"
        exit 0
        ;;
    switch)
        step="switching to the next key: none is prepared"
        [ -f "$etc/next/cert.pem" ] && [ -f "$etc/next/key.pem" ] || exit 1
        step="switching to the next key"
        # Until the key is replaced both certificates stand there, and the engine takes the one that fits: a power cut leaves a pair that fits.
        cat "$etc/next/cert.pem" "$etc/cert.pem" >"$etc/cert.new" || exit 1
        place "$etc/cert.new" "$etc/cert.pem"
        must cp "$etc/next/key.pem" "$etc/key.new"
        place "$etc/key.new" "$etc/key.pem"
        must cp "$etc/next/cert.pem" "$etc/cert.new"
        place "$etc/cert.new" "$etc/cert.pem"
        note "$etc/cert.pem"
        note "$etc/key.pem"
        rm -rf "$etc/next"
        take_up
        ;;
esac
sed 's/^/certificate /' "$etc/cert.pem"
step="done"
exit 0
