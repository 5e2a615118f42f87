# Unpacks the stream that RemoteScript sends into a private folder, and runs the file named "script" in it.
# Arguments: "secret" when the stream begins with a line for sudo, then NAME:LENGTH of each file, in the order of the stream. The line goes by a shell's
# variable and a pipe to the script's standard input, never into a file; "unset" because a variable of that name may be exported. The whole rest is read
# by one cat, because head and sh may read ahead of what they use.
# Sent as one argument to the login shell, whichever it is: comments are dropped, lines are joined, and there is no single quote, backslash or "!" in it.
umask 077;
unset gostbt_secret;
if [ "$1" = secret ]; then shift; IFS= read -r gostbt_secret || exit 125; fi;
d=$(mktemp -d "${TMPDIR:-/tmp}/gostbt.XXXXXXXXXX") || exit 125;
clean() { rm -rf "$d"; };
trap clean EXIT;
trap "exit 143" HUP INT TERM;
cat >"$d/:stream" || exit 125;
total=0;
for file do total=$((total + ${file##*:})); done;
if [ "$(wc -c <"$d/:stream")" -ne "$total" ]; then echo "gostbt: the upload was cut off" >&2; exit 125; fi;
offset=1;
for file do
tail -c "+$offset" "$d/:stream" 2>/dev/null | head -c "${file##*:}" >"$d/${file%%:*}" || exit 125;
offset=$((offset + ${file##*:}));
done;
rm -f "$d/:stream";
GOSTBT_FILES=$d;
export GOSTBT_FILES;
if [ -n "${gostbt_secret+set}" ]; then { printf %s "$gostbt_secret"; echo; } | sh "$d/script"; else sh "$d/script" </dev/null; fi;
