# shellcheck shell=bash
# The Debian packages the lab and its BitTorrent scenery need, installed without starting any service.

readonly POLICY_FILE=/usr/sbin/policy-rc.d
readonly POLICY_SAVED=/usr/sbin/policy-rc.d.before-gostbt-lab
readonly POLICY_MARK='# placed by the GostBt lab while it installs packages'

lab_packages() {
    printf '%s\n' \
        iproute2 nftables procps util-linux \
        systemd-container debootstrap ca-certificates \
        dnsmasq-base openssh-client \
        curl jq socat tcpdump iputils-ping busybox libfaketime \
        opentracker mktorrent qbittorrent-nox transmission-cli transmission-daemon aria2
}

missing_packages() {
    local package
    while read -r package; do
        [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            printf '%s\n' "$package"
    done < <(lab_packages)
}

# Debian starts a daemon as soon as its package is unpacked; in the lab daemons run in namespaces only.
forbid_service_start() {
    restore_service_start
    if [[ -e $POLICY_FILE ]]; then
        mv -- "$POLICY_FILE" "$POLICY_SAVED"
    fi
    printf '#!/bin/sh\n%s\nexit 101\n' "$POLICY_MARK" >"$POLICY_FILE"
    chmod 755 "$POLICY_FILE"
}

# Also mends what an install that was killed left behind.
restore_service_start() {
    if [[ -e $POLICY_FILE ]] && grep -qxF "$POLICY_MARK" "$POLICY_FILE"; then
        rm -f -- "$POLICY_FILE"
    fi
    if [[ -e $POLICY_SAVED ]]; then
        mv -- "$POLICY_SAVED" "$POLICY_FILE"
    fi
}

lab_install() {
    local -a missing
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} == 0)); then
        say "every package the lab needs is installed"
        return 0
    fi
    command -v apt-get >/dev/null || die "the lab needs these packages, and there is no apt-get here: ${missing[*]}"
    say "installing ${missing[*]}"
    local -a apt=(apt-get -q -y -o DPkg::Lock::Timeout=600)
    trap restore_service_start EXIT
    trap 'exit 130' INT TERM
    forbid_service_start
    "${apt[@]}" update >/dev/null || say "apt-get update failed; going on with the lists at hand"
    DEBIAN_FRONTEND=noninteractive "${apt[@]}" install --no-install-recommends "${missing[@]}" >/dev/null ||
        die "apt-get could not install: ${missing[*]}"
    restore_service_start
    trap - EXIT INT TERM
    say "installed"
}
