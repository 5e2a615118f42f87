#!/bin/sh
# Lays the PowerShell module under artifacts/module/GostBt, ready for Import-Module: scripts, views, help, a build for each edition, the notices of
# what it carries of others, and gostbt for Windows on x64 and for Linux on x64 and arm64.
# Usage: build/build-module.sh [configuration]      (Release unless given)
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
configuration=${1:-Release}
module=$root/artifacts/module/GostBt
staging=$root/artifacts/module/.GostBt.new

rm -rf "$staging"
mkdir -p "$staging/en-US"
cp "$root"/module/* "$root/LICENSE" "$root/THIRD-PARTY-NOTICES.txt" "$staging/"
# What the .NET runtime within gostbt contains of others, as the SDK that puts it there says.
cp "$(dirname "$(readlink -f "$(command -v dotnet)")")/ThirdPartyNotices.txt" "$staging/THIRD-PARTY-NOTICES-dotnet.txt"

"$root/build/probe-sshnet.sh" || true
for framework in net8.0 net472; do
    dotnet publish "$root/src/GostBt.Loader/GostBt.Loader.csproj" -c "$configuration" -f "$framework" \
        -o "$staging/bin/$framework" -v q --nologo
    # Documentation, symbols and the dependency list of a program are of no use to a module.
    find "$staging/bin/$framework" -type f ! -name '*.dll' -delete
done

dotnet run --project "$root/build/Help/Help.csproj" -v q -- "$root/docs" "$staging/en-US"

# Start-GostBtTunnel runs the program here, New-GostBtServer uploads it. What was published before is used only where nothing has changed since.
carry() {
    mkdir -p "$staging/bin/host/$1"
    cp "$root/artifacts/host/$1/$2" "$staging/bin/host/$1/"
}
"$root/build/publish-host.sh" linux-x64
carry linux-x64 gostbt
"$root/build/publish-host.sh" win-x64
carry win-x64 gostbt.exe
# For arm64 servers. Its runtime pack is not in every registry.
if "$root/build/publish-host.sh" linux-arm64 >"$root/artifacts/module/arm64.log" 2>&1; then
    carry linux-arm64 gostbt
else
    echo "gostbt for linux-arm64 is left out: $(grep -om 1 'error .*' "$root/artifacts/module/arm64.log" || echo 'it does not build')"
fi

rm -rf "$module"
mv "$staging" "$module"
echo "$module"
