# Has a tunnel come up with this computer, starts it now, or hands the system the one that runs, and shows what the system keeps. Run it as root, on Windows as
# administrator.
# On Windows, -AtBoot asks for your password, so that Windows can start the tunnel before anybody logs on. Example: ./AutoStart.ps1 -Name home
param(
    [Parameter(Mandatory)] [string] $Name,
    [switch] $AtBoot
)

$ErrorActionPreference = 'Stop'
Import-Module GostBt

$account = @{}
if ($AtBoot) { $account.Credential = Get-Credential -UserName ([Environment]::UserName) -Message 'The password of your account, for Windows to log it on at boot' }
Register-GostBtAutoStart -Name $Name @account
Start-GostBtTunnel -Name $Name
