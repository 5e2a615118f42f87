# shellcheck shell=bash
# Keys made at `up`: the one that logs in to the VPS, and the VPS's host keys, pinned in a known_hosts.

ssh_path() {
    printf '%s/ssh/%s' "$LAB_STATE" "$1"
}

make_login_key() {
    mkdir -m 700 "$LAB_STATE/ssh"
    ssh-keygen -q -t ed25519 -N '' -C "lab-$LAB_NAME" -f "$(ssh_path id_ed25519)"
    ssh-keygen -q -t ed25519 -N '' -C "stranger-$LAB_NAME" -f "$(ssh_path stranger_ed25519)"
}

# Into the VPS's root filesystem, before it boots.
place_ssh_keys() {
    local root=$1 type home owner
    for type in ed25519 ecdsa; do
        ssh-keygen -q -t "$type" -N '' -C root@vps -f "$root/etc/ssh/ssh_host_${type}_key"
    done
    for home in root home/admin home/nosudo; do
        owner=$(stat --format=%u:%g "$root/$home")
        install -d -m 700 "$root/$home/.ssh"
        install -m 600 "$(ssh_path id_ed25519.pub)" "$root/$home/.ssh/authorized_keys"
        chown -R "$owner" "$root/$home/.ssh"
    done
}

write_ssh_client_files() {
    local root=$1 type
    for type in ed25519 ecdsa; do
        printf 'vps,vps.lab.test,%s,%s %s\n' "$(address4_of vps)" "$(address6_of vps)" \
            "$(cut -d ' ' -f 1,2 "$root/etc/ssh/ssh_host_${type}_key.pub")"
    done >"$(ssh_path known_hosts)"
    cat >"$(ssh_path config)" <<CONFIG
Host vps vps.lab.test $(address4_of vps) $(address6_of vps)
    HostName $(address4_of vps)
    User root
    IdentityFile $(ssh_path id_ed25519)
    IdentitiesOnly yes
    UserKnownHostsFile $(ssh_path known_hosts)
    GlobalKnownHostsFile /dev/null
    StrictHostKeyChecking yes
    BatchMode yes
    ConnectTimeout 10
CONFIG
}

host_key_fingerprint() {
    ssh-keygen -l -f "$1/etc/ssh/ssh_host_ed25519_key.pub" | cut -d ' ' -f 2
}
