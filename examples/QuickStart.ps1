# Opens port 6666 for BitTorrent through a server of yours, starts the tunnel, and proves from outside that the port is open.
# Asks once before it changes the server; run it as root. Example: ./QuickStart.ps1 -HostName root@vps.example.net
param(
    [Parameter(Mandatory)] [string] $HostName,
    [int] $Port = 6666
)

$ErrorActionPreference = 'Stop'
Import-Module GostBt

New-GostBtServer -HostName $HostName -Port $Port |
    Start-GostBtTunnel |
    Set-GostBtSplitRoute -IPv4 Proxy -IPv6 Direct |
    Test-GostBtPort
