BeforeDiscovery {
    # What each says where no server is deployed, and none answers.
    $says = @{
        'AutoStart.ps1' = 'server of ''home'' is not deployed yet'
        'CheckFromElsewhere.ps1' = 'The tunnel is not up but stopped'
        'Cleanup.ps1' = 'vps\.example\.net.*Connection refused'
        'NightlyCheck.ps1' = 'vps\.example\.net.*Connection refused'
        'QuickStart.ps1' = 'vps\.example\.net.*Connection refused'
        'ScheduledTask.ps1' = 'The tunnel did not start: .*not deployed.*New-GostBtServer'
        'SeveralPorts.ps1' = 'vps\.example\.net.*Connection refused'
    }
    $folder = { [System.IO.Path]::Combine($PSScriptRoot, '..', '..', $args[0]) }
    $examples = Get-ChildItem (& $folder examples) -Filter *.ps1 | ForEach-Object { @{ Name = $_.Name; File = $_.FullName; Says = $says[$_.Name] } }
    $demo = Get-ChildItem (& $folder demo) -Filter *.ps1 | ForEach-Object { @{ Name = $_.Name; File = $_.FullName } }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Code.ps1
    Import-Module $env:GOSTBT_TEST_MODULE
    # The examples import the module by its name.
    $modules = (Split-Path $env:GOSTBT_TEST_MODULE) + [System.IO.Path]::PathSeparator + $env:PSModulePath
}

Describe 'The example <Name>' -ForEach $examples {
    It 'uses commands and parameters that exist' {
        Get-CodeProblem (Get-Content -Raw $File) | Should -BeNullOrEmpty
    }

    It 'says at its head what it does' {
        Get-Content $File -TotalCount 1 | Should -Match '^(#|<#)'
    }

    It 'stops with a clear error where there is no server to reach' {
        $ssh = Install-RecordingSsh 'echo "ssh: connect to host vps.example.net port 22: Connection refused" >&2; exit 255'
        $call = "& '$File' -HostName root@vps.example.net"
        if ((Get-Command $File).Parameters.ContainsKey('Name')) { $call = "& '$File' -Name home" }
        Add-TestProfile home
        # Who would be asked says yes.
        $child = Invoke-ChildShell "`$ConfirmPreference = 'None'; $call; exit `$LASTEXITCODE" @{ PATH = "${ssh}:$env:PATH"; PSModulePath = $modules }
        $child.ExitCode | Should -Not -Be 0
        $said = ($child.Output + ' ' + $child.Errors) -replace '\s+', ' '
        $said | Should -Not -Match 'Unexpected|NullReference|ParameterBinding'
        $Says | Should -Not -BeNullOrEmpty
        $said | Should -Match $Says
    }
}

Describe 'The demo''s <Name>' -ForEach $demo {
    It 'uses commands and parameters that exist' {
        Get-CodeProblem (Get-Content -Raw $File) | Should -BeNullOrEmpty
    }
}

Describe 'The example Cleanup.ps1' {
    It 'has no tunnel come up again before its profile goes' {
        # In place of the cmdlets, whose order is what matters: a profile that is registered cannot be removed.
        $stubs = '$registered = $true
            function Get-GostBtTunnel { [pscustomobject]@{ Name = ''home'' } }
            function Unregister-GostBtAutoStart { param([Parameter(ValueFromPipeline)] $Tunnel) process { $script:registered = $false; $Tunnel } }
            function Stop-GostBtTunnel { param([Parameter(ValueFromPipeline)] $Tunnel) process { $Tunnel } }
            function Remove-GostBtServer { param([Parameter(ValueFromPipeline)] $Tunnel) process { "server of $($Tunnel.Name)" } }
            function Get-GostBtServer { param($Name) [pscustomobject]@{ Name = $Name; State = ''Absent'' } }
            function Remove-GostBtProfile {
                param([Parameter(ValueFromPipeline)] $Tunnel)
                process { if ($registered) { throw ''registered'' }; "profile of $($Tunnel.Name)" }
            }'
        $example = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'examples', 'Cleanup.ps1')
        $child = Invoke-ChildShell "$stubs; & '$example'" @{ PSModulePath = $modules }
        $child.Errors | Should -BeNullOrEmpty
        $child.Output -split "`r?`n" | Should -Be 'server of home', 'profile of home'
    }
}

Describe 'The examples' {
    It 'are there' {
        (Get-ChildItem ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'examples')) -Filter *.ps1).Count | Should -BeGreaterOrEqual 4
    }
}
