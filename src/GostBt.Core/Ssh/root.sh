# Put before a script that needs root: a user who may sudo goes on as root, others get exit code 77 and a line on standard error.
# sudo clears the environment: what the script needs of it is named.
# Standard input is empty, or holds the one line that sudo may be told; the script proper never sees it.
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "gostbt: $(id -un) is not root, and there is no sudo" >&2
        exit 77
    fi
    if sudo -n sh -c : 2>/dev/null; then
        exec sudo -n env GOSTBT_FILES="$GOSTBT_FILES" SSH_CONNECTION="${SSH_CONNECTION-}" sh "$0" </dev/null
    fi
    unset gostbt_secret
    if ! IFS= read -r gostbt_secret; then
        echo "gostbt: $(id -un) is not root, and sudo asks for a password" >&2
        exit 77
    fi
    # One line and then the end, so that sudo tries once. -k: it reads the line in any case, and remembers nothing. printf is the shell's own.
    printf '%s\n' "$gostbt_secret" | LC_ALL=C sudo -k -S -p '' env GOSTBT_FILES="$GOSTBT_FILES" SSH_CONNECTION="${SSH_CONNECTION-}" sh "$0"
    exit
fi
exec </dev/null
echo "gostbt: root" >&2
