#!/bin/bash
# Finds what the Pester tests run on: PowerShell 7.4 or later, and Pester 5.5 or later, but not 6. What PATH and PSModulePath have not is fetched from NuGet
# into artifacts/tools. Prints the variables to run with, a NAME=VALUE each; where something cannot be had, the exit code is 1 and the last line of standard
# error says what.
#
#   build/find-pwsh.sh
#   GOSTBT_PWSH=nuget build/find-pwsh.sh     fetches both, whatever is there
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
readonly POWERSHELL=7.6.9 PESTER=5.7.1
readonly TOOLS=$PWD/artifacts/tools

say() { pwsh -NoLogo -NoProfile -NonInteractive -Command "$1" </dev/null; }

# shellcheck disable=SC2016 # PowerShell's variables
has_pwsh() { command -v pwsh >/dev/null && say 'exit [int]($PSVersionTable.PSVersion -lt "7.4")'; }

# shellcheck disable=SC2016 # PowerShell's variables
has_pester() { say 'exit [int]-not (Get-Module -ListAvailable Pester | Where-Object { $_.Version -ge "5.5" -and $_.Version.Major -eq 5 })'; }

give_up() {
    echo "$1: $(grep -om 1 'error .*' "$2" || tail -n 1 "$2")" >&2
    exit 1
}

# The program itself: the tool's own command starts dotnet as a child, and whoever asks for PowerShell's path gets dotnet's.
program() {
    local found
    for found in "$TOOLS/powershell/.store/powershell/$POWERSHELL/powershell/$POWERSHELL"/tools/*/any/unix/pwsh; do
        if [[ -f $found ]]; then printf '%s' "$found"; fi
    done
}

fetch_pwsh() {
    local log=$TOOLS/powershell.log
    if [[ -z $(program) ]]; then
        rm -rf "$TOOLS/powershell"
        dotnet tool install PowerShell --version "$POWERSHELL" --tool-path "$TOOLS/powershell" >"$log" 2>&1 ||
            give_up "PowerShell $POWERSHELL cannot be fetched" "$log"
    fi
    chmod +x "$(program)"
    ln -sfn "$(program)" "$TOOLS/bin/pwsh"
    DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
    export DOTNET_ROOT PATH="$TOOLS/bin:$PATH"
    printf '%s\n' "DOTNET_ROOT=$DOTNET_ROOT" "PATH=$PATH"
}

fetch_pester() {
    local log=$TOOLS/pester.log packages=$TOOLS/nuget
    if [[ ! -f $packages/pester/$PESTER/tools/Pester.psd1 ]]; then
        cat >"$TOOLS/Pester.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="Pester" Version="[$PESTER]" />
  </ItemGroup>
</Project>
PROJECT
        # It is not one of this repository's projects.
        dotnet restore "$TOOLS/Pester.csproj" --packages "$packages" -p:ImportDirectoryBuildProps=false -p:ImportDirectoryPackagesProps=false >"$log" 2>&1 ||
            give_up "Pester $PESTER cannot be fetched" "$log"
    fi
    mkdir -p "$TOOLS/modules/Pester"
    ln -sfn "$packages/pester/$PESTER/tools" "$TOOLS/modules/Pester/$PESTER"
    export PSModulePath="$TOOLS/modules${PSModulePath:+:$PSModulePath}"
    printf '%s\n' "PSModulePath=$PSModulePath"
}

mkdir -p "$TOOLS/bin"
if [[ ${GOSTBT_PWSH-} == nuget ]]; then
    fetch_pwsh
    fetch_pester
else
    has_pwsh || fetch_pwsh
    has_pester || fetch_pester
fi
