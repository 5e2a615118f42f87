# shellcheck shell=bash
# $LAB_STATE/env: the lab's facts for scripts and tests. Its presence says that the lab is up.

write_facts() {
    local node upper
    {
        printf 'LAB_NAME=%s\n' "$LAB_NAME"
        printf 'LAB_STATE=%s\n' "$LAB_STATE"
        for node in "${PUBLIC_NODES[@]}"; do
            upper=${node^^}
            printf '%s_ADDRESS=%s\n' "$upper" "$(address4_of "$node")"
            printf '%s_ADDRESS6=%s\n' "$upper" "$(address6_of "$node")"
        done
        printf 'HOME_ADDRESS=%s\nHOME_ADDRESS6=%s\nHOME_ROUTER=%s\nHOME_ROUTER6=%s\n' \
            "$LAN4_HOME" "$LAN6_HOME" "$LAN4_ROUTER" "$LAN6_ROUTER"
        printf 'DNS_ADDRESS=%s\nDNS_ADDRESS6=%s\n' "$DNS4" "$DNS6"
        printf 'METADATA_ADDRESS=%s\nPROVIDER_PRIVATE_ADDRESS=%s\n' "$METADATA4" "$PROVIDER_PRIVATE4"
        printf 'VPS_SYSTEM=%s\n' "$LAB_SYSTEM"
        printf 'VPS_NAME=vps.lab.test\nVPS_ROOT=%s\n' "$(vps_root)"
        printf 'SSH_KEY=%s\n' "$(ssh_path id_ed25519)"
        printf 'SSH_STRANGER_KEY=%s\n' "$(ssh_path stranger_ed25519)"
        printf 'SSH_CONFIG=%s\n' "$(ssh_path config)"
        printf 'SSH_KNOWN_HOSTS=%s\n' "$(ssh_path known_hosts)"
        printf 'SSH_HOST_FINGERPRINT=%s\n' "$(host_key_fingerprint "$(vps_root)")"
    } >"$LAB_STATE/env.new"
    mv -- "$LAB_STATE/env.new" "$LAB_STATE/env"
}
