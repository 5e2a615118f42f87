# Publishes several ports with different protocols under a name of its own, without asking: for a PC with more than one BitTorrent client.
# Example: ./SeveralPorts.ps1 -HostName root@vps.example.net
param(
    [Parameter(Mandatory)] [string] $HostName,
    [string[]] $Port = @('6666', '51413', '6881/tcp')
)

$ErrorActionPreference = 'Stop'
Import-Module GostBt

New-GostBtServer -HostName $HostName -Name several -Port $Port -Force |
    Start-GostBtTunnel |
    Test-GostBtPort |
    Format-Table -Property Port, Protocol, Open, SourceSeen
