# Two namespaces with a veth between them. Names carry this process's id, so that runs can stand side by side.
# shellcheck shell=bash

server_ns="gbtbench-$$-a"
client_ns="gbtbench-$$-b"
server_outer=10.213.0.1
client_outer=10.213.0.2

raise_namespaces() {
    ip netns add "$server_ns"
    ip netns add "$client_ns"
    ip link add bench0 netns "$server_ns" type veth peer name bench0 netns "$client_ns"
    ip -n "$server_ns" addr add "$server_outer/24" dev bench0
    ip -n "$client_ns" addr add "$client_outer/24" dev bench0
    local ns
    for ns in "$server_ns" "$client_ns"; do
        ip -n "$ns" link set lo up
        ip -n "$ns" link set bench0 up
    done
}

remove_namespaces() {
    ip netns del "$server_ns" 2>/dev/null || true
    ip netns del "$client_ns" 2>/dev/null || true
}
