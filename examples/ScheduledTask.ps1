# For a scheduled task or a systemd timer: starts the tunnel if it is down, tests the ports, and ends with an exit code that says what is wrong.
#   0 open    1 a port is closed    2 the tunnel did not start    3 the test could not be made
# Run it with: pwsh -NoProfile -NonInteractive -File ScheduledTask.ps1 -Name home      (-Command would make every failure 1)
param([Parameter(Mandatory)] [string] $Name)

$ErrorActionPreference = 'Stop'
$code = 0
try {
    Import-Module GostBt
    $null = Start-GostBtTunnel -Name $Name -Confirm:$false
}
catch {
    [Console]::Error.WriteLine("The tunnel did not start: $($_.Exception.Message) $($_.ErrorDetails.RecommendedAction)")
    exit 2
}

try {
    foreach ($closed in Test-GostBtPort -Name $Name | Where-Object { -not $_.Open }) {
        [Console]::Error.WriteLine("$($closed.Port)/$($closed.Protocol) is closed ($($closed.Stage)). $($closed.Remedy)")
        $code = 1
    }
}
catch {
    [Console]::Error.WriteLine("The ports could not be tested: $($_.Exception.Message) $($_.ErrorDetails.RecommendedAction)")
    $code = 3
}

exit $code
