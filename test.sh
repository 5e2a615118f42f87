#!/bin/bash
# Every test there is. Installs what it needs from Debian and NuGet (as root, on Debian 12 with the .NET 10 SDK), builds, and runs unit, engine, lab and
# Pester tests (on the pwsh and the Pester that are there, or that build/find-pwsh.sh fetches), and PSScriptAnalyzer. What is missing is skipped by name.
#
#   ./test.sh                 all of it
#   ./test.sh unit shell      only these rooms: style shell unit engine desktop wine lab pester demo
#   ./test.sh soak            20 minutes of BitTorrent with something killed each minute; only where it is asked for
#
# The last line is `N passed, N failed, N skipped`; the exit code is 1 when anything failed. UNSTABLE names what failed first and passed when run again.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")" || exit 1

ROOMS=("$@")
[ ${#ROOMS[@]} -gt 0 ] || ROOMS=(style shell unit engine desktop wine lab pester demo)
for room in "${ROOMS[@]}"; do
    case $room in
        style | shell | unit | engine | desktop | wine | lab | soak | pester | demo) ;;
        *)
            echo "test.sh: there is no room '$room'; there are style, shell, unit, engine, desktop, wine, lab, soak, pester and demo" >&2
            exit 2
            ;;
    esac
done
LOGS=artifacts/test-logs
mkdir -p "$LOGS"
PASSED=0 FAILED=0 SKIPPED=0
PREFIX=
# So many failed tests of a kind may have met a busy moment; run.ps1 has the same of Pester's.
readonly FEW=5
# The unit tests whose subject meets Windows' files, pipes and calls, and that need nothing of Linux.
readonly WINDOWS_UNITS=.ProfileYaml,.ProfileRules,.ProfileImport,.SealedText,.SecretsFile,.GostYaml,.UndoJournal,.AgentStateFile,.Windows,.Model.,.TunnelTransitions,.AgentPipe,.RoutePlan,.TunnelController,.TakeBack,.AgentLock,.AgentLog,.AgentReport,.Socks5Client,.WakeDetector,.HomeNetwork,.RestartPolicy,.EngineFault,.Pulse,.PinnedServer,.LocalTun,.AgentEngines,.TunnelUpkeep,.Throughput
# A signal finds the output redirected into a log; the last line goes where the user looks.
exec 3>&1

# Compilers and build nodes that stay behind would outlive the run.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 NO_COLOR=1
# Packages that are installed ask nobody.
export DEBIAN_FRONTEND=noninteractive

say() { printf '%s  %s\n' "$(date +%H:%M:%S)" "$*"; }
pass() { PASSED=$((PASSED + 1)); }
fail() { FAILED=$((FAILED + 1)); printf 'FAILED   %s\n' "$*"; }
skip() { SKIPPED=$((SKIPPED + 1)); printf 'SKIPPED  %s\n' "$*"; }

wanted() {
    local room
    for room in "${ROOMS[@]}"; do [ "$room" = "$1" ] && return 0; done
    return 1
}

# Runs a command in a session of its own and waits for it where a signal can interrupt, so that nothing it started outlives an interrupted run.
CHILD=
run() {
    setsid "$@" </dev/null &
    CHILD=$!
    wait "$CHILD"
    local code=$?
    CHILD=
    return "$code"
}

# step NAME COMMAND…: one check that passes or fails by its exit code; its output is shown only when it fails.
step() {
    local name=$1 log="$LOGS/${1//[^A-Za-z0-9]/-}.log"
    shift
    say "$name"
    if run "$@" >"$log" 2>&1; then
        pass
    else
        tail -n 60 "$log"
        fail "$name"
        return 1
    fi
}

# What xunit skipped and why, one line a reason: the console logger does not tell reasons.
skip_reasons() {
    awk '/<UnitTestResult / { skipped = /outcome="NotExecuted"/ }
        skipped && /<Message>/ { gsub(/.*<Message>|<\/Message>.*/, ""); count[$0]++ }
        END { for (reason in count) printf "SKIPPED  %d tests: %s\n", count[reason], reason }' "$1"
}

# outcomes OUTCOME TRX: the tests of a run that ended so, by name and arguments.
outcomes() {
    sed -n 's/.*<UnitTestResult \(.*\)/\1/p' "$2" | grep -F "outcome=\"$1\"" | sed -n 's/.*testName="\([^"]*\)".*/\1/p' | LC_ALL=C sort
}

# dotnet_test NAME PROJECT [OPTION…]: runs a project's tests into NAME.log and NAME.trx.
dotnet_test() {
    local name=$1 project=$2
    shift 2
    rm -f "$LOGS/$name.trx"
    run dotnet test "$project" --configuration Release --no-build --nologo --logger 'console;verbosity=normal' \
        --logger "trx;LogFileName=$name.trx" --results-directory "$LOGS" "$@" >"$LOGS/$name.log" 2>&1
}

unstable() { printf 'UNSTABLE failed, and passed when run again: %s\n' "$@"; }

# Real machines, clocks and signals meet in these tests: a few that failed are run once more, by themselves. What passes then is named, with what it
# said when it failed above it; what fails twice has failed, and so has a run with more of them than chance explains.
# again NAME PROJECT: RECOVERED is how many of the failed passed now. Not in a subshell, where no signal would find the run.
again() {
    local name=$1 project=$2 failed filter passed=()
    failed=$(outcomes Failed "$LOGS/$name.trx")
    [ "$(wc -l <<<"$failed")" -le "$FEW" ] || return
    filter=$(sed 's/(.*//; s/^/FullyQualifiedName=/' <<<"$failed" | sort -u | paste -sd'|')
    dotnet_test "$name-again" "$project" --filter "$filter"
    mapfile -t passed < <(LC_ALL=C comm -12 <(echo "$failed") <(outcomes Passed "$LOGS/$name-again.trx"))
    RECOVERED=${#passed[@]}
    [ "$RECOVERED" -eq 0 ] || unstable "${passed[@]}"
}

# xunit NAME PROJECT [OPTION…]: adds the project's own counts; a run that dies without counts is one failure.
xunit() {
    local name=$1 project=$2 log="$LOGS/$1.log" code counts
    say "$name tests"
    dotnet_test "$@"
    code=$?
    counts=$(sed -nE 's/^ +(Passed|Failed|Skipped): +([0-9]+)$/\1=\2/p' "$log" | tail -n 3)
    local passed failed skipped
    RECOVERED=0
    passed=$(sed -n 's/^Passed=//p' <<<"$counts") failed=$(sed -n 's/^Failed=//p' <<<"$counts") skipped=$(sed -n 's/^Skipped=//p' <<<"$counts")
    [ "${skipped:-0}" -eq 0 ] || skip_reasons "$LOGS/$name.trx"
    if [ "${failed:-0}" -gt 0 ]; then
        grep -A12 -E '^ +Failed ' "$log" | head -n 200
        [ "$name" = soak ] || again "$name" "$project"
    elif [ "$code" -ne 0 ] || [ $((${passed:-0} + ${skipped:-0})) -eq 0 ]; then
        tail -n 40 "$log"
        fail "$name tests ended with $code and no count"
    fi
    passed=$((${passed:-0} + RECOVERED)) failed=$((${failed:-0} - RECOVERED))
    PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + ${skipped:-0}))
    say "$name tests: $passed passed, $failed failed, ${skipped:-0} skipped"
}

# Fragments without a shebang are read through the scripts that source them.
shell_tests() {
    local script
    command -v shellcheck >/dev/null || step "install shellcheck" apt-get install -q -y --no-install-recommends shellcheck || return
    while IFS= read -r script; do
        head -n 1 "$script" | grep -qE '^#!.*sh$' || continue
        if shellcheck -x -a -P SCRIPTDIR "$script" >"$LOGS/shellcheck.log" 2>&1; then
            pass
        else
            cat "$LOGS/shellcheck.log"
            fail "shellcheck $script"
        fi
    done < <(git ls-files '*.sh' .ci/run)
}

pester_tests() {
    local log="$LOGS/find-pwsh.log" code counts settings name value
    if ! settings=$(build/find-pwsh.sh 2>"$log"); then
        skip "Pester tests: $(tail -n 1 "$log")"
        return
    fi
    while IFS='=' read -r name value; do
        [ -z "$name" ] || local -x "$name=$value"
    done <<<"$settings"
    pwsh -NoLogo -NoProfile -NonInteractive -Command 'exit [int]-not (Get-Module -ListAvailable PSScriptAnalyzer)' </dev/null ||
        skip "PSScriptAnalyzer is not on PSModulePath"
    step "build the module" build/build-module.sh || return
    log="$LOGS/pester.log"
    say "Pester"
    # Each shell that a test starts has a limit of its own; this one is for what happens outside of them.
    run timeout -k 10 3600 pwsh -NoLogo -NoProfile -NonInteractive -File tests/Pester/run.ps1 >"$log" 2>&1
    code=$?
    counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -n 1)
    if [ -z "$counts" ]; then
        tail -n 40 "$log"
        fail "Pester ended with $code and no count"
        return
    fi
    local p f s
    read -r p _ f _ s _ <<<"${counts//,/}"
    PASSED=$((PASSED + p)) FAILED=$((FAILED + f)) SKIPPED=$((SKIPPED + s))
    grep -E '^SKIPPED ' "$log"
    # What failed at first, with its reasons, also when it passed then.
    grep -E -A8 '^ *\[-\]' "$log" | head -n 200
    grep -E '^UNSTABLE ' "$log"
    if [ "$f" -eq 0 ] && [ "$code" -ne 0 ]; then fail "Pester ended with $code"; fi
    say "Pester: $counts"
}

# add_counts NAME LOG CODE [RECOVERED]: the counts of a program of tests, its last line, of which so many failed and passed then; one that ends badly without
# them is one failure.
add_counts() {
    local name=$1 log=$2 code=$3 recovered=${4:-0} counts p=0 f=0 s=0
    counts=$(tr -d '\r' <"$log" | grep -aE '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' | tail -n 1)
    read -r p _ f _ s _ <<<"${counts//,/}"
    p=$((${p:-0} + recovered)) f=$((${f:-0} - recovered))
    PASSED=$((PASSED + p)) FAILED=$((FAILED + f)) SKIPPED=$((SKIPPED + ${s:-0}))
    if [ "$code" -ne 0 ] || [ -z "$counts" ]; then
        tail -n 60 "$log"
        [ "$f" -gt 0 ] || [ "$recovered" -gt 0 ] || fail "$name tests ended with $code"
    fi
    say "$name tests: $p passed, $f failed, ${s:-0} skipped"
}

# Its figures are in the log of the run, as they come in soak.table.
soak_tests() {
    local table="$PWD/$LOGS/soak.table"
    : >"$table"
    GOSTBT_FAULT_TABLE=$table xunit soak tests/Lab --filter Category=Soak
    cat "$table"
}

# The module's build for Windows PowerShell 5.1: whether all that it refers to exists on .NET Framework, and what it does on Mono.
desktop_tests() {
    local log="$LOGS/mono.log" code
    step "publish the module for Windows PowerShell 5.1" dotnet publish src/GostBt.Loader/GostBt.Loader.csproj --configuration Release --framework net472 \
        --output artifacts/desktop --nologo -v quiet || return
    xunit desktop tests/Desktop/References
    # What Debian's mono-runtime lacks, the facades that netstandard's libraries need, is in this.
    dpkg -s mono-devel >/dev/null 2>&1 || apt-get -q -y -o DPkg::Lock::Timeout=600 install --no-install-recommends mono-devel >"$LOGS/mono-install.log" 2>&1
    if ! command -v mono >/dev/null || [ ! -e /usr/lib/mono/4.5/Facades/netstandard.dll ]; then
        skip "Windows PowerShell 5.1's build on Mono: mono-devel is not installed"
        return
    fi
    say "Mono tests"
    run timeout -k 10 240 mono tests/Desktop/Program/bin/Release/net472/GostBt.Desktop.Tests.exe artifacts/desktop >"$log" 2>&1
    code=$?
    grep -E '^SKIPPED ' "$log"
    add_counts Mono "$log" "$code"
}

# Each test has a limit of its own and is named when it exceeds it; this one is for what happens outside of them.
windows_program() {
    local log=$1
    shift
    run timeout -k 10 600 wine artifacts/tests/win-x64/GostBt.Windows.Tests.exe "$@" >"$log" 2>&1
}

# gostbt.exe as a program of Windows, and the tests of Windows' own calls in it, in a Wine prefix of their own.
wine_tests() {
    local package log="$LOGS/windows.log" code failed=() names
    for package in wine libgnutls30 gcc-mingw-w64-x86-64; do
        dpkg -s "$package" >/dev/null 2>&1 || apt-get -q -y -o DPkg::Lock::Timeout=600 install --no-install-recommends "$package" >"$LOGS/wine-install.log" 2>&1
    done
    if ! command -v wine >/dev/null || ! command -v wineserver >/dev/null; then
        skip "the Windows program under Wine: wine is not installed"
        return
    fi
    step "publish gostbt.exe" build/publish-host.sh win-x64 || return
    step "publish the tests for Windows" dotnet publish tests/Windows/GostBt.Windows.Tests.csproj --configuration Release --runtime win-x64 --self-contained \
        --output artifacts/tests/win-x64 --nologo -v quiet || return
    # Without it the tests of the calls into wintun.dll are skipped by name.
    if command -v x86_64-w64-mingw32-gcc >/dev/null; then
        step "compile the stand-in for wintun.dll" x86_64-w64-mingw32-gcc -O1 -Wall -shared -s -o artifacts/tests/win-x64/wintun-stand-in.dll tests/Windows/Tun/wintun.c || return
        mkdir -p artifacts/tests/gost
        step "compile the stand-in for gost.exe" x86_64-w64-mingw32-gcc -O1 -Wall -s -o artifacts/tests/gost/gost.exe tests/Wine/gost.c || return
    fi
    PREFIX=$(mktemp -d)
    export WINEPREFIX=$PREFIX WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
    xunit wine tests/Wine
    say "Windows tests"
    # Libraries beside a program import mscoree by name, which gostbt.exe, one file, does not.
    export WINEDLLOVERRIDES='mshtml='
    windows_program "$log" GostBt.Windows.Tests "GostBt.Core.Tests=$WINDOWS_UNITS"
    code=$?
    # Once more, as with xunit's; but one that did not end took the rest of the run with it.
    mapfile -t failed < <(tr -d '\r' <"$log" | sed -n 's/^FAILED   //p' | sort -u)
    names=$(IFS=,; echo "${failed[*]%%(*}")
    if [ ${#failed[@]} -eq 0 ] || [ ${#failed[@]} -gt "$FEW" ] || grep -q 'did not end within' "$log" ||
        ! windows_program "${log%.log}-again.log" "GostBt.Windows.Tests=$names" "GostBt.Core.Tests=$names"; then
        failed=()
    fi
    add_counts Windows "$log" "$code" "${#failed[@]}"
    [ ${#failed[@]} -eq 0 ] || unstable "${failed[@]}"
    end_wine
}

# Of this prefix only: another one's programs are not ours.
end_wine() {
    [ -n "$PREFIX" ] || return 0
    WINEPREFIX=$PREFIX wineserver -k 2>/dev/null
    WINEPREFIX=$PREFIX timeout 20 wineserver -w 2>/dev/null
    rm -rf "$PREFIX"
    PREFIX=
    unset WINEPREFIX WINEDLLOVERRIDES
}

# Network namespaces of tests that were killed: their names bear the process.
# shellcheck disable=SC2317 # reached by the trap
end_namespaces() {
    local namespace process
    command -v ip >/dev/null || return 0
    for namespace in $(ip netns list 2>/dev/null | awk '/^gbt(socks|tun)-[0-9]+-/ { print $1 }'); do
        process=${namespace#*-}
        [ -d "/proc/${process%%-*}" ] || ip netns delete "$namespace"
    done
}

# shellcheck disable=SC2317 # reached by the trap
finish() {
    local code=$?
    trap - EXIT INT TERM HUP
    if [ -n "$CHILD" ]; then
        kill -TERM -- "-$CHILD" 2>/dev/null
        sleep 2
        kill -KILL -- "-$CHILD" 2>/dev/null
    fi
    end_wine
    end_namespaces
    printf '%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED" >&3
    [ "$FAILED" -eq 0 ] && [ "$code" -eq 0 ] && exit 0
    exit 1
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ "$(id -u)" -ne 0 ]; then
    fail "root is needed: the tests make network namespaces and TUN devices"
    exit 1
fi

step "install Debian packages" lab/lab.sh install || exit 1
build/probe-sshnet.sh || skip "GostBt.SshNet: its package cannot be restored here"
step "build without a warning" dotnet build GostBt.PowerShell.sln --configuration Release --nologo -v quiet || exit 1
step "publish gostbt" build/publish-host.sh linux-x64 || exit 1

wanted style && step "dotnet format is clean" dotnet format GostBt.PowerShell.sln --verify-no-changes --no-restore
wanted shell && shell_tests
wanted unit && xunit unit tests/GostBt.Core.Tests
wanted engine && xunit engine tests/GostBt.Engine.Tests
wanted desktop && desktop_tests
wanted wine && wine_tests
# Side by side they take half the time; a system that cannot be had is skipped by name where it is wanted.
wanted lab && { say "root filesystems of the lab's systems"; run lab/lab.sh rootfs >"$LOGS/rootfs.log" 2>&1 || tail -n 3 "$LOGS/rootfs.log"; }
wanted lab && xunit lab tests/Lab --filter 'Category!=Soak'
wanted soak && soak_tests
wanted pester && pester_tests
wanted demo && step "the demo proves the main job" ./demo.sh
exit 0
