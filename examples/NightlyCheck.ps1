# Checks a server, repairs what can be repaired, and renews its certificate in time: for a scheduled task. Ends with 0 when all is well afterwards.
# Example: pwsh -NonInteractive -File ./NightlyCheck.ps1 -Name home
param([Parameter(Mandatory)] [string] $Name)

$ErrorActionPreference = 'Stop'
Import-Module GostBt

$health = Test-GostBtServer -Name $Name
if ($health.Findings.Id -match '^Certificate(Expiring|Expired)$') {
    $null = Update-GostBtServer -Name $Name -RenewCertificate -Force
}

if (-not $health.Healthy) {
    $null = Get-GostBtProfile -Name $Name | New-GostBtServer -Force
}

$health = Test-GostBtServer -Name $Name
$health.Findings | Format-List -Property Severity, Message, Remedy
exit [int](-not $health.Healthy)
