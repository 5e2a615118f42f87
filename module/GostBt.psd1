@{
    RootModule             = 'GostBt.psm1'
    ModuleVersion          = '0.1.0'
    GUID                   = '5d1f6f0a-8a3e-4c0b-9c53-2f1b7f0c6a94'
    Author                 = 'GostBt contributors'
    CompanyName            = 'GostBt contributors'
    Copyright              = '(c) 2026 GostBt contributors. MIT licence.'
    Description            = 'Opens a BitTorrent listening port for a PC behind symmetric NAT or CGNAT through a Linux VPS, with every peer''s real address and port preserved.'
    PowerShellVersion      = '5.1'
    DotNetFrameworkVersion = '4.7.2'
    CompatiblePSEditions   = @('Desktop', 'Core')
    FormatsToProcess       = @('GostBt.Format.ps1xml')
    TypesToProcess         = @('GostBt.Types.ps1xml')
    CmdletsToExport        = @(
        'Add-GostBtPort'
        'Export-GostBtProfile'
        'Get-GostBtEngine'
        'Get-GostBtPort'
        'Get-GostBtProfile'
        'Get-GostBtServer'
        'Get-GostBtSplitRoute'
        'Get-GostBtTunnel'
        'Import-GostBtProfile'
        'Install-GostBtEngine'
        'New-GostBtServer'
        'Register-GostBtAutoStart'
        'Remove-GostBtPort'
        'Remove-GostBtProfile'
        'Remove-GostBtServer'
        'Restart-GostBtTunnel'
        'Set-GostBtSplitRoute'
        'Start-GostBtTunnel'
        'Stop-GostBtTunnel'
        'Test-GostBtPort'
        'Test-GostBtServer'
        'Test-GostBtTunnel'
        'Unregister-GostBtAutoStart'
        'Update-GostBtServer'
    )
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()
    PrivateData            = @{
        PSData = @{
            Tags         = @(
                'BitTorrent', 'gost', 'VPS', 'NAT', 'CGNAT', 'PortForwarding', 'Tunnel', 'qBittorrent', 'Transmission', 'SOCKS5'
                'PSEdition_Desktop', 'PSEdition_Core', 'Windows', 'Linux'
            )
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = 'First version. Servers: Debian 11, 12 and 13 with systemd or sysvinit, and nftables or iptables. PCs: Linux, and Windows, where it is tested under Wine and by unit tests so far. PowerShell 7.4 or later, or Windows PowerShell 5.1.'
        }
    }
}
