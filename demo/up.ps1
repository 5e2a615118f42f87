# The pipeline of the README, as a user runs it from a script: no question is asked.
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $HostName,
    [Parameter(Mandatory)] [string] $Name,
    [Parameter(Mandatory)] [int] $Port,
    [Parameter(Mandatory)] [string] $IdentityFile,
    [Parameter(Mandatory)] [string] $HostKeyFingerprint,
    [Parameter(Mandatory)] [string] $Report
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module $Module

New-GostBtServer -HostName $HostName -Name $Name -Port $Port -IdentityFile $IdentityFile -HostKeyFingerprint $HostKeyFingerprint -Force |
    Start-GostBtTunnel |
    Set-GostBtSplitRoute -IPv4 Proxy -IPv6 Direct |
    Test-GostBtPort |
    Tee-Object -Variable results

ConvertTo-Json -InputObject @($results) -EnumsAsStrings | Set-Content -Path $Report
exit 0
