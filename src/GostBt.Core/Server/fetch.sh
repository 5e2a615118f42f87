# Has this server fetch what it can fetch itself, before anything is changed. Runs as root behind transaction.sh and in front of apply.sh, with its files in
# $GOSTBT_FILES:
#   fetch        a line for each: NAME ARCHIVE-SHA256 PROGRAM-SHA256 SECONDS URL ("-" where the program's is not known; the seconds it may take)
# Leaves the program as NAME there and prints "fetched SHA256". What cannot be fetched is told with "unfetched REASON", exit code 0, and apply.sh does not run:
# the far end then sends the file itself. Other bytes than those demanded end it with "refused …" and exit code 1.
# shellcheck disable=SC2154 # transaction.sh sets what now finds out.
export LC_ALL=C PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

unfetched() {
    printf 'unfetched %s\n' "$1"
    exit 0
}

# The address $1 to the file $2 in $3 seconds, all tries together. A broken connection is taken up where it broke, as long as that helps.
download() {
    now
    deadline=$((now + $3))
    size=0
    while :; do
        now
        left=$((deadline - now))
        if [ "$left" -le 0 ]; then
            echo "it was not there within $3 s" >"$2.error"
            return 1
        fi
        if command -v curl >/dev/null 2>&1; then
            curl -g -fsSL -C - --max-redirs 5 --connect-timeout 10 --speed-limit 1000 --speed-time 20 --max-time "$left" --max-filesize 67108864 -o "$2" "$1" \
                2>"$2.error" && return 0
        elif command -v wget >/dev/null 2>&1; then
            # It knows no limits but the shell's: 64 MiB in blocks of 512 bytes.
            (ulimit -f 131072 && exec timeout "$left" wget -q -c -T 20 -t 1 -O "$2" "$1") 2>"$2.error" && return 0
        else
            echo "there is neither curl nor wget" >"$2.error"
            return 1
        fi
        before=$size
        size=$(wc -c 2>/dev/null <"$2") || return 1
        [ "$size" -gt "$before" ] || return 1
        sleep 1
    done
}

sha_of() { sha256sum <"$1" | cut -d ' ' -f 1; }

while read -r name archive program seconds url; do
    file=$GOSTBT_FILES/$name
    download "$url" "$file.tgz" "$seconds" || unfetched "$(tr '\n' ' ' <"$file.tgz.error" | cut -c 1-200)"
    sum=$(sha_of "$file.tgz")
    if [ "$sum" != "$archive" ]; then
        printf 'refused What %s served has the SHA-256 %s, not %s. It was not used.\n' "$url" "$sum" "$archive"
        exit 1
    fi
    tar -xzOf "$file.tgz" gost >"$file" 2>/dev/null || unfetched "tar cannot read the archive"
    sum=$(sha_of "$file")
    if [ "$program" != - ] && [ "$sum" != "$program" ]; then
        printf 'refused The program in the archive has the SHA-256 %s, not %s. It was not used.\n' "$sum" "$program"
        exit 1
    fi
    rm -f "$file.tgz" "$file.tgz.error"
    printf 'fetched %s\n' "$sum"
done <"$GOSTBT_FILES/fetch"
