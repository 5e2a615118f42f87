# shellcheck shell=bash
# A control group of its own for each of the lab's containers: nspawn nests the container's below the one it is started
# in, and two containers in one would take each other's services for their own.

# Where systemd keeps its groups: the unified hierarchy, and the named one of older set-ups.
cgroup_hierarchies() {
    awk '{
        for (i = 7; $i != "-"; i++) { }
        if ($(i + 1) == "cgroup2" || ($(i + 1) == "cgroup" && $(i + 3) ~ /(^|,)name=systemd(,|$)/)) print $5
    }' /proc/self/mountinfo
}

# Moves the process that calls it into the group of a node.
enter_cgroup() {
    local hierarchy group
    while read -r hierarchy; do
        group=$hierarchy/gostbt-lab.$LAB_NAME.$1
        mkdir -p "$group"
        printf '%s\n' "$BASHPID" >"$group/cgroup.procs"
    done < <(cgroup_hierarchies)
}

remove_cgroups() {
    local hierarchy group node i
    while read -r hierarchy; do
        for node in "${LAB_NODES[@]}"; do
            group=$hierarchy/gostbt-lab.$LAB_NAME.$node
            # A process that has just ended keeps its group busy for a moment.
            for ((i = 0; i < 50; i++)); do
                [[ -d $group ]] || break
                find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
            done
        done
    done < <(cgroup_hierarchies)
}
