# shellcheck shell=bash
# GostBt itself, at home, for a user with an ordinary key and no ssh configuration: the pipeline of four cmdlets where there is a pwsh,
# else gostbt with a profile file. Both leave the port test's results in $DEMO/port-test.json.

readonly PROFILE=demo
readonly MODULE=$REPOSITORY/artifacts/module/GostBt GOSTBT=$REPOSITORY/artifacts/host/linux-x64/gostbt

build_product() {
    # Compilers and build nodes that stay behind would outlive the demo.
    export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
    note "building (the first time takes a minute or two)"
    mkdir -p artifacts
    if [[ -n $PWSH ]]; then
        quietly artifacts/demo-build.log build/build-module.sh
    else
        quietly artifacts/demo-build.log build/publish-host.sh linux-x64
    fi
    note "built ($((SECONDS - STEP_STARTED)) s)"
}

product_sentence() {
    if [[ -n $PWSH ]]; then
        printf 'New-GostBtServer | Start-GostBtTunnel | Set-GostBtSplitRoute | Test-GostBtPort'
    else
        printf 'gostbt up, gostbt test (without PowerShell)'
    fi
}

# What the user types runs at home, and keeps its files in the demo's folder. Waited for where Ctrl+C can interrupt; it ends with the lab.
at_home() {
    in_node home env GOSTBT_HOME="$DEMO/gostbt" NO_COLOR=1 "$@" </dev/null &
    wait "$!"
}

product_up() {
    if [[ -n $PWSH ]]; then
        at_home "$PWSH" -NoLogo -NoProfile -NonInteractive -File demo/up.ps1 \
            -Module "$MODULE" -HostName root@vps.lab.test -Name "$PROFILE" -Port "$PORT" \
            -IdentityFile "$SSH_KEY" -HostKeyFingerprint "$SSH_HOST_FINGERPRINT" -Report "$DEMO/port-test.json"
    else
        write_profile
        at_home "$GOSTBT" up "$DEMO/$PROFILE.yaml" --host-key-fingerprint "$SSH_HOST_FINGERPRINT"
        at_home "$GOSTBT" test "$PROFILE" --json >"$DEMO/port-test.json"
    fi
}

write_profile() {
    cat >"$DEMO/$PROFILE.yaml" <<YAML
version: 1
name: $PROFILE
server: { host: vps.lab.test, user: root, identityFile: $SSH_KEY }
proxy: { split: { ipv4: proxy, ipv6: direct } }
ports: [ { port: $PORT } ]
YAML
}

product_down() {
    if [[ -n $PWSH ]]; then
        at_home "$PWSH" -NoLogo -NoProfile -NonInteractive -File demo/down.ps1 -Module "$MODULE" -Name "$PROFILE"
    else
        at_home "$GOSTBT" down "$PROFILE" --remove-server
    fi
}

# product_verdict PROTOCOL: what GostBt's own test found.
product_verdict() {
    jq -r --arg protocol "$1" '
        [.[] | with_entries(.key |= ascii_downcase) | select((.protocol | ascii_downcase) == $protocol)][0]
        | if . == null then "not tested"
          elif .open | not then "closed at \(.stage): \(.detail)"
          elif .sourcepreserved then "open, source address seen as sent"
          else "open, source \(.sourceseen) instead of \(.sourceexpected)" end' "$DEMO/port-test.json"
}
