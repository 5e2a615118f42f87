# shellcheck shell=bash
# Which processes belong to a lab, and how they end. A lab's process lives in one of its network namespaces
# or carries the mark of its environment; no process is ever chosen by its name.

# From here on, what this script starts is the lab's own.
mark_children() {
    export GOSTBT_LAB_MEMBER=$LAB_STATE
}

# A script that bears the mark itself would count its own helpers to what must end: it starts over without.
shed_mark() {
    if [[ -n ${GOSTBT_LAB_MEMBER-} ]]; then
        exec env -u GOSTBT_LAB_MEMBER "$LAB_SCRIPT" "$@"
    fi
}

marked_processes() {
    local file
    while read -r file; do
        file=${file#/proc/}
        printf '%s\n' "${file%/environ}"
    done < <(grep -lzxF "GOSTBT_LAB_MEMBER=$LAB_STATE" /proc/[0-9]*/environ 2>/dev/null)
}

processes_of_node() {
    ip netns pids "$(ns_of "$1")" 2>/dev/null || true
}

# This script and those that called it: `down` may be called by a process of the lab.
callers() {
    local pid=$BASHPID
    while ((pid > 1)); do
        printf '%s\n' "$pid"
        pid=$(awk '/^PPid:/ { print $2 }' "/proc/$pid/status" 2>/dev/null) || break
        pid=${pid:-0}
    done
}

processes_of_lab() {
    local node
    {
        marked_processes
        for node in "${LAB_NODES[@]}"; do
            processes_of_node "$node"
        done
    } | sort -un | grep -vxF -f <(callers) || true
}

signal_lab() {
    local -a pids
    mapfile -t pids < <(processes_of_lab)
    if ((${#pids[@]} == 0)); then return 1; fi
    kill "-$1" "${pids[@]}" 2>/dev/null || true
}

end_processes() {
    local i
    signal_lab TERM || return 0
    for ((i = 0; i < 10; i++)); do
        [[ -n $(processes_of_lab) ]] || return 0
        sleep 0.1
    done
    for ((i = 0; i < 100; i++)); do
        signal_lab KILL || return 0
        sleep 0.1
    done
    die "processes of lab '$LAB_NAME' do not end: $(processes_of_lab | tr '\n' ' ')"
}

start_time_of() {
    # Field 22 of stat, counted after the command's closing parenthesis, which may itself hold spaces.
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    awk '{ print $20 }' <<<"${stat##*) }"
}
