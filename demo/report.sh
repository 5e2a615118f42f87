# shellcheck shell=bash
# What the demo says while it works, and the table of proof at its end.

STEP_STARTED=0
declare -a PROOF_ROWS=()
PROOF_FAILED=0
QUIET_GROUP=

step() {
    printf '\n[%3d s] %s\n' "$SECONDS" "$*"
    STEP_STARTED=$SECONDS
}

note() {
    printf '        %s\n' "$*"
}

give_up() {
    printf '\ndemo: %s\n' "$*" >&2
    exit 1
}

# await SECONDS WHAT COMMAND…: runs the command again and again until it succeeds; a dot now and then shows life.
await() {
    local patience=$1 what=$2 end=$((SECONDS + $1)) dots=0
    shift 2
    until "$@"; do
        if ((SECONDS >= end)); then
            if ((dots > 0)); then printf '\n'; fi
            note "$what: not within $patience s"
            return 1
        fi
        sleep 0.3
        if ((++dots % 10 == 0)); then printf '.'; fi
    done
    if ((dots >= 10)); then printf '\n'; fi
    note "$what ($((SECONDS - STEP_STARTED)) s)"
}

# quietly LOG COMMAND…: a long command with its output in a file; a dot every few seconds, and the file's end when it fails.
quietly() {
    local log=$1 code=0 ticks=0
    shift
    # A group of its own: what a shell starts in the background is deaf to Ctrl+C, so the trap has to end it whole.
    setsid "$@" </dev/null >"$log" 2>&1 &
    QUIET_GROUP=$!
    while kill -0 "$QUIET_GROUP" 2>/dev/null; do
        sleep 0.5
        if ((++ticks % 10 == 0)); then printf '.'; fi
    done
    if ((ticks >= 10)); then printf '\n'; fi
    wait "$QUIET_GROUP" || code=$?
    QUIET_GROUP=
    if ((code != 0)); then
        tail -n 20 "$log" >&2
        give_up "'$*' ended with $code; all of its output is in $log"
    fi
}

end_quiet_group() {
    [[ -n $QUIET_GROUP ]] || return 0
    kill -TERM -- "-$QUIET_GROUP" 2>/dev/null || return 0
    local i
    for ((i = 0; i < 20; i++)); do
        kill -0 -- "-$QUIET_GROUP" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL -- "-$QUIET_GROUP" 2>/dev/null || true
}

# proof WHAT MEASURED EXPECTED: a row of the table; it holds when what was measured is what was expected.
proof() {
    local mark=ok
    if [[ $2 != "$3" ]]; then
        mark=NO
        PROOF_FAILED=$((PROOF_FAILED + 1))
    fi
    PROOF_ROWS+=("$mark"$'\t'"$1"$'\t'"${2:-nothing}"$'\t'"$3")
    note "$mark  $1: ${2:-nothing}"
}

print_proof() {
    local row mark what measured expected
    printf '\n%-3s %-56s %s\n' '' 'what' 'measured'
    printf '%.0s-' {1..118}
    printf '\n'
    for row in "${PROOF_ROWS[@]}"; do
        IFS=$'\t' read -r mark what measured expected <<<"$row"
        printf '%-3s %-56s %s\n' "$mark" "$what" "$measured"
        if [[ $mark == NO ]]; then printf '%-3s %-56s expected: %s\n' '' '' "$expected"; fi
    done
    printf '\n%d of %d proven in %d s\n' "$((${#PROOF_ROWS[@]} - PROOF_FAILED))" "${#PROOF_ROWS[@]}" "$SECONDS"
    ((PROOF_FAILED == 0))
}
