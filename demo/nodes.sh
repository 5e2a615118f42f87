# shellcheck shell=bash
# The demo's own lab, and running things in its nodes.

readonly DEMO_LAB=demo$$
# Files of the demo live in the lab's state, and go with it.
readonly DEMO=/run/gostbt-lab/$DEMO_LAB/demo

lab() {
    lab/lab.sh --name "$DEMO_LAB" "$@"
}

raise_lab() {
    lab up --owner $$
    mkdir -p "$DEMO/logs"
    # shellcheck source=/dev/null
    . "/run/gostbt-lab/$DEMO_LAB/env"
}

lower_lab() {
    local code=$?
    trap - EXIT
    trap '' INT TERM HUP
    end_quiet_group
    if ((code != 0)) && [[ -d $DEMO/logs ]]; then
        mkdir -p artifacts
        rm -rf artifacts/demo-logs
        cp -r "$DEMO/logs" artifacts/demo-logs
        printf '\nlogs: artifacts/demo-logs\n' >&2
    fi
    lab down
    exit "$code"
}

in_node() {
    lab exec "$@"
}

# start_in NODE COMMAND…: in the background until the lab goes; a session of its own keeps Ctrl+C for the demo.
start_in() {
    local node=$1
    shift
    setsid lab/lab.sh --name "$DEMO_LAB" exec "$node" "$@" </dev/null >>"$DEMO/logs/$node-$1.log" 2>&1 &
    disown "$!"
}
