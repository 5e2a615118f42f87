# Stops the tunnel and takes the server back.
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Name
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module $Module

Stop-GostBtTunnel -Name $Name
Remove-GostBtServer -Name $Name -Force
exit 0
