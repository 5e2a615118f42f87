#!/usr/bin/env bash
# What the server side costs: the VPS's CPU for a check (Test-GostBtServer), and this PC's time to plan a deployment. The tests that hold GostBt to its
# limits measure it; this runs them and prints what they found. Needs root (the lab) and the .NET SDK; half a minute after the build.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

[ "$(id -u)" = 0 ] || { echo "run it as root: the lab makes network namespaces" >&2; exit 2; }

# figures PROJECT TEST PREFIX: the lines that the test prints and that begin with the prefix.
figures() {
    local output
    output=$(dotnet test "$1" --configuration Release --nologo --filter "FullyQualifiedName~$2" --logger 'console;verbosity=detailed' 2>&1) \
        || { printf '%s\n' "$output" >&2; return 1; }
    sed -n "s/^ *\($3\)/\1/p" <<<"$output" | grep . || { echo "$2 was skipped" >&2; return 1; }
}

uptime
figures tests/GostBt.Core.Tests PlanningCostTests 'planning:'
figures tests/Lab CostTests 'check of a server'
