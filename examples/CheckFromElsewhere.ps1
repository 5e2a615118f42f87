# Tests the published ports from a third host that you reach by ssh, so that the provider's own firewall is on the path too.
# Example: ./CheckFromElsewhere.ps1 -Name home -From user@another.example.net
param(
    [Parameter(Mandatory)] [string] $Name,
    [string] $From = 'user@another.example.net'
)

$ErrorActionPreference = 'Stop'
Import-Module GostBt

$results = Test-GostBtPort -Name $Name -From $From
$results
if ($results | Where-Object { -not $_.Open }) {
    exit 1
}

exit 0
