#!/bin/sh
# Finds out whether the package of GostBt.SshNet (SSH.NET) can be restored here, and leaves artifacts/without-sshnet behind where it cannot:
# everything else is then built without it, and passwords need OpenSSH 8.4 or later.
# Exit code 0: it is built; 1: it is skipped.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
mark=$root/artifacts/without-sshnet

if log=$(dotnet restore "$root/src/GostBt.SshNet/GostBt.SshNet.csproj" -p:GostBtSshNet=true --nologo -v quiet 2>&1); then
    rm -f "$mark"
    exit 0
fi
mkdir -p "$root/artifacts"
printf '%s\n' "$log" >"$mark"
echo "GostBt.SshNet is skipped: $(printf '%s\n' "$log" | grep -oE 'NU[0-9]+: .*' | head -n 1)" >&2
exit 1
