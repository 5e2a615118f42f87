#!/bin/sh
# Publishes gostbt as one self-contained file: artifacts/host/<rid>/gostbt. Does nothing when it is newer than every source.
# Usage: build/publish-host.sh [linux-x64|linux-arm64|win-x64] [--force]
set -eu
cd "$(dirname "$0")/.."
rid=linux-x64
force=
for argument in "$@"; do
    case $argument in
        linux-x64 | linux-arm64 | win-x64) rid=$argument ;;
        --force) force=yes ;;
        *) echo "usage: $0 [linux-x64|linux-arm64|win-x64] [--force]" >&2; exit 2 ;;
    esac
done

out=artifacts/host/$rid
case $rid in win-*) program=$out/gostbt.exe ;; *) program=$out/gostbt ;; esac
if [ -z "$force" ] && [ -f "$program" ] && [ -f "$out/published" ]; then
    newer=$(find src/GostBt.Core src/GostBt.Engine src/GostBt.Host Directory.Build.props Directory.Packages.props build/publish-host.sh \
        -type d \( -name bin -o -name obj \) -prune -o -type f -newer "$out/published" -print | head -n 1)
    [ -n "$newer" ] || exit 0
fi

# The moment the sources were read: what changes while it builds counts as newer.
mkdir -p "$out"
touch "$out/publishing"
publish() {
    dotnet publish src/GostBt.Host/GostBt.Host.csproj --configuration Release --runtime "$rid" --output "$out.new" --verbosity quiet --nologo -p:GostBtPublish=true "$@"
}
# The compiler that makes it start fast is a package that not every registry has.
publish -p:PublishReadyToRun=true >"$out/precompiled.log" 2>&1 || { echo "gostbt for $rid is not precompiled: $(grep -om 1 'error .*' "$out/precompiled.log")" >&2; publish; }
# A running copy keeps its file: rename instead of writing over it.
mv -f "$out.new/$(basename "$program")" "$program"
rm -rf "$out.new"
mv -f "$out/publishing" "$out/published"
