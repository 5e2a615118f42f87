# Ends every tunnel of this user, also those that come up with this computer, takes everything back from the servers, and forgets the profiles. Asks once
# for each server.
# Example: ./Cleanup.ps1
$ErrorActionPreference = 'Stop'
Import-Module GostBt

foreach ($tunnel in Get-GostBtTunnel | Unregister-GostBtAutoStart | Stop-GostBtTunnel) {
    $tunnel | Remove-GostBtServer
    if ((Get-GostBtServer -Name $tunnel.Name).State -eq 'Absent') {
        $tunnel | Remove-GostBtProfile
    }
}
