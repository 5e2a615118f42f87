# Add-, Remove- and Get-GostBtPort as far as no server is needed; what they do to one is in LabLife.Tests.ps1.
BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $env:GOSTBT_TEST_MODULE
    Add-TestProfile home '{ port: 6666, protocol: both }, { port: 443, inside: 6000, protocol: tcp }, { port: 7000, last: 7009, protocol: udp }'
    Add-TestProfile nas
}

Describe 'Get-GostBtPort' {
    It 'shows every port of a profile, outside and inside, in the order of the profile' {
        $ports = Get-GostBtPort home
        $ports | ForEach-Object { "$($_.Port)" } | Should -Be '6666/both', '443:6000/tcp', '7000-7009/udp'
        $ports.Inside | Should -Be '192.168.123.2:6666', '192.168.123.2:6000', '192.168.123.2:7000-7009'
        $ports[1].Port.InsidePort | Should -Be 6000
        $ports[2].Port.LastPort | Should -Be 7009
    }

    It 'shows all profiles without a name, and those that match' {
        (Get-GostBtPort).Name | Should -Be 'home', 'home', 'home', 'nas'
        (Get-GostBtPort n*).Name | Should -Be 'nas'
        (Get-GostBtProfile nas | Get-GostBtPort).Name | Should -Be 'nas'
    }

    It 'goes on to Test-GostBtPort with each port and protocol' {
        # No tunnel runs here: that is the finding, about each port.
        $results = Get-GostBtPort home | Where-Object Protocol -EQ Tcp | Test-GostBtPort
        $results.Port | Should -Be 443
        $results.InsidePort | Should -Be 6000
        $results.Protocol | Should -Be 'Tcp'
        $results.Stage | Should -Be 'Tunnel'
    }
}

Describe '<Command>' -ForEach @(@{ Command = 'Add-GostBtPort' }, @{ Command = 'Remove-GostBtPort' }) {
    It 'refuses <_> before ssh is asked' -ForEach '0', '70000', '6889-6881', '7000-7009:6000-6008', '6666/sctp', '6666;id' {
        $ssh = Install-RecordingSsh
        $child = Invoke-ChildShell "try { $Command '$_' -Name home -Force } catch { `$_.FullyQualifiedErrorId }" @{ PATH = "${ssh}:$env:PATH" }
        $child.Output | Should -Match '^InvalidInput,'
        "$ssh/calls" | Should -Not -Exist
    }

    It 'asks for the name where there are several profiles' {
        { & $Command 7001 -Force -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidInput,*' -ExpectedMessage '*more than one*'
    }
}

Describe 'Add-GostBtPort' {
    It 'refuses <Port> before ssh is asked: <Why>' -ForEach @(
        @{ Port = '22'; Why = 'ssh'; Says = '*ssh port*' }
        @{ Port = '8440-8450'; Why = 'the tunnel'; Says = '*8443*' }
        @{ Port = '9000:5522'; Why = 'the SOCKS5 inside'; Says = '*SOCKS5*' }
        @{ Port = '9000:6666'; Why = 'a port inside that is taken'; Says = '*same port of this PC*' }
        @{ Port = '443:6001/tcp'; Why = 'published elsewhere'; Says = '*443:6000/tcp*' }
    ) {
        $ssh = Install-RecordingSsh
        $before = $env:PATH
        try {
            $env:PATH = "${ssh}:$before"
            { Add-GostBtPort $Port -Name home -Force -ErrorAction Stop } | Should -Throw -ExpectedMessage $Says
        }
        finally { $env:PATH = $before }
        "$ssh/calls" | Should -Not -Exist
    }
}

Describe 'Remove-GostBtPort' {
    It 'refuses a port that is not published, with those that are' {
        Remove-GostBtPort 7010 -Name home -Force -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidInput,*'
        $problem[0].ErrorDetails.RecommendedAction | Should -BeLike '*7000-7009/udp*'
    }

    It 'closes only the protocol that a result of Test-GostBtPort is about' {
        # Both protocols are all that is published; one may go, which takes a look at the server.
        $ssh = Install-RecordingSsh
        $before = $env:PATH
        try {
            $env:PATH = "${ssh}:$before"
            $closed = Get-ModuleObject GostBt.Model.PortProbeResult @{ Name = 'nas'; Port = 6666; Protocol = 'Tcp' }
            $closed | Remove-GostBtPort -WhatIf -ErrorAction SilentlyContinue -ErrorVariable problem
        }
        finally { $env:PATH = $before }
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'HostUnreachable,*'
        "$ssh/calls" | Should -Exist
    }

    It 'refuses the last port and says what takes the whole server back' {
        Get-GostBtPort nas | Remove-GostBtPort -Force -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidInput,*'
        $problem[0].ErrorDetails.RecommendedAction | Should -BeLike '*Remove-GostBtServer -Name nas*'
    }

    It 'completes the ports that are published, ranges too' {
        $line = 'Remove-GostBtPort -Name home -Port '
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText | Should -Be '6666', '443', '7000-7009'
    }
}
