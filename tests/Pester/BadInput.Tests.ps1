BeforeDiscovery {
    $names = '$(id)', 'a;b', '../x', "$([char]0x540d)$([char]0x524d)", 'Home', '-x', 'x-', 'a b', ('a' * 21), "a`nb", "'", '`id`' | ForEach-Object { @{ Bad = $_ } }
    $ports = 0, 70000, -1, 99999999999, '6666/sctp', '6666/tcp/udp', 'http', '', ' ', '0x1A0A', '6666;id', '6889-6881', '7000-7009:6000-6008', '443:', ':6666', '65530-65540', ([string][char]0xff16 * 4) | ForEach-Object { @{ Bad = $_ } }
    $hosts = '$(id)', '-oProxyCommand=id', 'a b', 'root@', '@host', 'host:0', 'host:70000', 'host;id', '', '[::1' | ForEach-Object { @{ Bad = $_ } }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $env:GOSTBT_TEST_MODULE
    $before = $env:PATH
    $ssh = Install-RecordingSsh
    $env:PATH = "${ssh}:$before"
    Add-TestProfile home
    function Get-Trace { (Get-ChildItem -Recurse -File $env:GOSTBT_HOME).FullName }
    $trace = Get-Trace
}

AfterAll { $env:PATH = $before }

Describe 'Bad input is an error of its own before anything is touched' {
    AfterEach {
        "$ssh/calls" | Should -Not -Exist
        Get-Trace | Should -Be $trace
    }

    It 'a second server does not take over a profile that only its host''s name leads to' {
        New-GostBtServer -HostName root@home.example.org -Port 6666 -Force -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeNullOrEmpty
        $problems.FullyQualifiedErrorId | Should -Be 'Conflict,GostBt.PowerShell.Commands.NewGostBtServerCommand'
        $problems[0].ErrorDetails.RecommendedAction | Should -Match '-Name'
    }

    Context 'the name "<Bad>"' -ForEach $names {
        It 'ends New-GostBtServer' {
            { New-GostBtServer -HostName vps.example.net -Port 6666 -Name $Bad -Force } | Should -Throw -ErrorId 'InvalidInput,GostBt.PowerShell.Commands.NewGostBtServerCommand'
        }

        It 'is an error about that name from <_>, and the next name has its turn' -ForEach 'Remove-GostBtServer', 'Start-GostBtTunnel', 'Stop-GostBtTunnel', 'Restart-GostBtTunnel', 'Test-GostBtPort', 'Get-GostBtServer' {
            $arguments = @{ ErrorAction = 'SilentlyContinue'; ErrorVariable = 'problems' }
            if ($_ -eq 'Remove-GostBtServer') { $arguments.Force = $true }
            $Bad, 'nowhere' | & $_ @arguments | Should -BeNullOrEmpty
            $type = (Get-Command $_).ImplementingType.FullName
            $problems.FullyQualifiedErrorId | Should -Be "InvalidInput,$type", "ProfileNotFound,$type"
            $problems[0].TargetObject | Should -Be $Bad
            $problems[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
            $problems[0].ErrorDetails.RecommendedAction | Should -Match 'lower-case letters'
            $problems[1].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        }

        It 'is an error from Set-GostBtSplitRoute' {
            { Set-GostBtSplitRoute $Bad -IPv4 Proxy -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidInput,*'
        }
    }

    Context 'the port "<Bad>"' -ForEach $ports {
        It 'ends New-GostBtServer' {
            { New-GostBtServer -HostName vps.example.net -Port $Bad -Force } | Should -Throw -ErrorId 'InvalidInput,GostBt.PowerShell.Commands.NewGostBtServerCommand'
        }

        It 'ends New-GostBtServer among good ones' {
            { New-GostBtServer -HostName vps.example.net -Port 6666, $Bad -Force } | Should -Throw -ErrorId 'InvalidInput,*' -ExpectedMessage "*$($Bad)*"
        }

        It 'ends Test-GostBtPort' {
            { Test-GostBtPort home -Port $Bad } | Should -Throw -ErrorId 'InvalidInput,GostBt.PowerShell.Commands.TestGostBtPortCommand'
        }
    }

    It 'the tunnel port <_> ends New-GostBtServer' -ForEach 0, 70000, -1 {
        { New-GostBtServer -HostName vps.example.net -Port 6666 -TunnelPort $_ -Force } | Should -Throw -ErrorId 'InvalidInput,*'
    }

    It 'the host "<Bad>" ends New-GostBtServer' -ForEach $hosts {
        { New-GostBtServer -HostName $Bad -Port 6666 -Force } | Should -Throw -ErrorId '*,GostBt.PowerShell.Commands.NewGostBtServerCommand'
    }

    It 'the host "<Bad>" of -From ends Test-GostBtPort' -ForEach $hosts {
        { Test-GostBtPort home -From $Bad } | Should -Throw -ErrorId '*,GostBt.PowerShell.Commands.TestGostBtPortCommand'
    }

    It '<_>, which is about the host of -From, ends Test-GostBtPort where there is none' -ForEach @(
        '-IdentityFile x', '-SshConfigFile x', '-JumpHost x', '-AcceptHostKey', '-HostKeyFingerprint SHA256:x'
    ) {
        $problem = @{ ErrorId = 'InvalidInput,GostBt.PowerShell.Commands.TestGostBtPortCommand'; ExpectedMessage = "$(($_ -split ' ')[0]) *-From*" }
        [scriptblock]::Create("Test-GostBtPort home $_") | Should -Throw @problem
    }

    It 'a published port equal to the tunnel port is refused' {
        { New-GostBtServer -HostName vps.example.net -Port 8443 -Force -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidInput,*'
    }

    It 'a protocol that is none is refused' {
        { New-GostBtServer -HostName vps.example.net -Port 6666 -Protocol None -Force } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'nothing to set ends Set-GostBtSplitRoute' {
        { Set-GostBtSplitRoute home } | Should -Throw -ErrorId 'InvalidInput,*' -ExpectedMessage 'Nothing to set.'
    }

    It 'an empty pipeline does nothing, and not the same as no name' {
        @() | Stop-GostBtTunnel | Should -BeNullOrEmpty
        { $null | Stop-GostBtTunnel } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
}

Describe 'A profile that cannot be read' {
    It 'is an error that names the line, and the others are shown' {
        Add-TestProfile good
        Add-TestProfile bad
        $file = [System.IO.Path]::Combine($env:GOSTBT_HOME, 'config', 'profiles', 'bad.yaml')
        Add-Content -LiteralPath $file -Value 'colour: red'
        try {
            $shown = Get-GostBtProfile -ErrorVariable problems -ErrorAction SilentlyContinue
            $shown.Name.Value | Should -Contain 'good'
            $problems.FullyQualifiedErrorId | Should -Be 'InvalidProfile,GostBt.PowerShell.Commands.GetGostBtProfileCommand'
            $problems[0].TargetObject | Should -Be 'bad'
            $problems[0].ToString() | Should -Match 'colour'
        }
        finally {
            Remove-Item -LiteralPath $file
        }
    }
}
