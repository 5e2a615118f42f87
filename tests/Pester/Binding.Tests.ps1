BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $env:GOSTBT_TEST_MODULE
    Add-TestProfile home '{ port: 6666, protocol: both }, { port: 51413, protocol: tcp }'
    Add-TestProfile nas
}

Describe 'A profile' {
    It 'binds from <Name>' -ForEach @(
        @{ Name = 'a string'; Get = { Get-GostBtProfile home } }
        @{ Name = 'a string in the pipeline'; Get = { 'home' | Get-GostBtProfile } }
        @{ Name = 'an object with a Name, such as a row of Import-Csv'; Get = { [pscustomobject]@{ Name = 'home' } | Get-GostBtProfile } }
        @{ Name = 'a profile'; Get = { Get-GostBtProfile home | Get-GostBtProfile } }
        @{ Name = 'a profile as argument'; Get = { Get-GostBtProfile (Get-GostBtProfile home) } }
        @{ Name = 'a server'; Get = { Get-ModuleObject GostBt.Model.GostBtServer @{ Name = 'home' } | Get-GostBtProfile } }
        @{ Name = 'a tunnel'; Get = { Get-ModuleObject GostBt.Model.GostBtTunnel @{ Name = 'home' } | Get-GostBtProfile } }
        @{ Name = 'an autostart'; Get = { Get-ModuleObject GostBt.Model.GostBtAutoStart @{ Name = 'home' } | Get-GostBtProfile } }
        @{ Name = 'an autostart as argument'; Get = { Get-GostBtProfile -Name (Get-ModuleObject GostBt.Model.GostBtAutoStart @{ Name = 'home' }) } }
        @{ Name = 'a split route'; Get = { Get-ModuleObject GostBt.Model.GostBtSplitRoute @{ Name = 'home' } | Get-GostBtProfile } }
        @{ Name = 'a test result'; Get = { Get-ModuleObject GostBt.Model.PortProbeResult @{ Name = 'home' } | Get-GostBtProfile } }
        @{ Name = 'a server as argument'; Get = { Get-GostBtProfile -Name (Get-ModuleObject GostBt.Model.GostBtServer @{ Name = 'home' }) } }
        @{ Name = 'a wildcard'; Get = { Get-GostBtProfile h* } }
    ) {
        (& $Get).Name.Value | Should -Be 'home'
    }

    It 'binds several at once, in order' {
        (Get-GostBtProfile nas, home).Name.Value | Should -Be 'nas', 'home'
        ('nas', 'home' | Get-GostBtProfile).Name.Value | Should -Be 'nas', 'home'
    }

    It 'shows all without a name' {
        (Get-GostBtProfile).Name.Value | Should -Be 'home', 'nas'
    }

    It 'is not guessed among several by what acts on one' {
        { Stop-GostBtTunnel -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidInput,*' -ExpectedMessage '*more than one profile*'
    }
}

Describe 'A port' {
    BeforeAll {
        $specification = Get-ModuleType GostBt.PowerShell.Binding.PortSpecification
        function Resolve-Port($Value, $Protocol = 'Both') {
            $meant = [System.Management.Automation.LanguagePrimitives]::ConvertTo($Protocol, (Get-ModuleType GostBt.Model.PortProtocol))
            $ports = [System.Management.Automation.LanguagePrimitives]::ConvertTo($Value, $specification.MakeArrayType())
            $specification.GetMethods().Where({ $_.IsStatic -and $_.Name -eq 'Resolve' })[0].Invoke($null, @($ports, $meant)).ForEach({ $_.ToString() })
        }
    }

    It 'binds from <Given>, with -Protocol <Protocol>, as <Meant>' -ForEach @(
        @{ Given = 6666; Protocol = 'Both'; Meant = '6666/both' }
        @{ Given = 6666; Protocol = 'Udp'; Meant = '6666/udp' }
        @{ Given = '6666'; Protocol = 'Both'; Meant = '6666/both' }
        @{ Given = '6666/tcp'; Protocol = 'Both'; Meant = '6666/tcp' }
        @{ Given = '6666/UDP'; Protocol = 'Tcp'; Meant = '6666/udp' }
        @{ Given = '6666/tcp', '6666/udp'; Protocol = 'Tcp'; Meant = '6666/both' }
        @{ Given = '6881-6889/udp', '443:6666'; Protocol = 'Tcp'; Meant = '6881-6889/udp', '443:6666/tcp' }
        @{ Given = '443:6666/tcp', '443:6666/udp'; Protocol = 'Both'; Meant = '443:6666/both' }
        @{ Given = '443:6666/tcp', '443:7777/udp'; Protocol = 'Both'; Meant = '443:6666/tcp', '443:7777/udp' }
        @{ Given = 7000, '6666/udp'; Protocol = 'Tcp'; Meant = '7000/tcp', '6666/udp' }
    ) {
        Resolve-Port $Given $Protocol | Should -Be $Meant
    }

    It 'binds from the ports of another object' {
        Resolve-Port (Get-GostBtProfile home).Ports | Should -Be '6666/both', '51413/tcp'
    }

    It 'is completed from the profile that is named' {
        $line = 'Test-GostBtPort -Name home -Port '
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText | Should -Be '6666', '51413'
    }

    It 'is not completed from a profile that is not there' {
        $line = 'Test-GostBtPort -Name nowhere -Port 6'
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText | Should -Not -Contain '6666'
    }
}

Describe 'The name of a profile that is given none' {
    BeforeAll {
        $target = Get-ModuleType GostBt.Model.ServerTarget
        $names = Get-ModuleType GostBt.PowerShell.Binding.DefaultProfileName
        function Get-DefaultName($HostName) { $names.GetMethod('For').Invoke($null, @($target.GetMethod('Parse').Invoke($null, @($HostName)))).Value }
    }

    It 'for <HostName> is <Expected>' -ForEach @(
        @{ HostName = 'root@vps.example.net'; Expected = 'vps' }
        @{ HostName = 'VPS'; Expected = 'vps' }
        @{ HostName = 'root@my_box.example.net:2222'; Expected = 'my-box' }
        @{ HostName = 'a-very-long-label-of-a-host.example.net'; Expected = 'a-very-long-label-of' }
        @{ HostName = 'nineteen-letters-12-x.example.net'; Expected = 'nineteen-letters-12' }
        @{ HostName = '_'; Expected = 'default' }
        @{ HostName = 'root@198.51.100.10'; Expected = 'default' }
        @{ HostName = '[2001:db8::1]:22'; Expected = 'default' }
    ) {
        Get-DefaultName $HostName | Should -Be $Expected
    }

    It 'may be taken by the same host, in whatever case it is written, and by no other' {
        Add-TestProfile box -HostName box.example.net
        $paths = (Get-ModuleType GostBt.Profiles.GostBtPaths).GetMethod('ForCurrentUser').Invoke($null, @())
        $store = [System.Activator]::CreateInstance((Get-ModuleType GostBt.Profiles.ProfileStore), $paths)
        $unclaimed = { $names.GetMethod('Unclaimed').Invoke($null, @($target.GetMethod('Parse').Invoke($null, @($args[0])), $store)).Value }
        & $unclaimed 'root@BOX.Example.net' | Should -Be 'box'
        { & $unclaimed 'root@box.example.org' } | Should -Throw '*box.example.net*'
    }
}

Describe 'A transport' {
    It 'is taken however it is written' {
        $ssh = Install-RecordingSsh
        $update = 'Update-GostBtServer home -Transport TLS -Force -ErrorAction SilentlyContinue; $Error.FullyQualifiedErrorId'
        $child = Invoke-ChildShell $update @{ PATH = "${ssh}:$env:PATH" }
        $child.Output | Should -BeLike 'HostUnreachable,*'
    }
}

Describe 'Rows of a table in the pipeline to New-GostBtServer' {
    It 'have blank cells that are as if not given' {
        $ssh = Install-RecordingSsh
        $child = Invoke-ChildShell @'
$rows = 'HostName,Port,Name,Protocol,TunnelPort,PublicAddress,IdentityFile,SshConfigFile,JumpHost,HostKeyFingerprint',
    'one.example.net,6001/udp,first,Tcp,9001,198.51.100.7,,,,',
    'two.example.net,6002,,,,,,,,',
    'three.example.net,6003," "," "," "," "," "," "," "," "' | ConvertFrom-Csv
$rows | New-GostBtServer -Force -ErrorAction SilentlyContinue
$Error | ForEach-Object { "$($_.FullyQualifiedErrorId) $($_.TargetObject)" }
'@ @{ PATH = "${ssh}:$env:PATH" }
        $unreachable = 'HostUnreachable,GostBt.PowerShell.Commands.NewGostBtServerCommand'
        $child.Output -split "`r?`n" | Should -Be "$unreachable three.example.net", "$unreachable two.example.net", "$unreachable one.example.net"
    }
}

Describe 'Profiles in the pipeline to New-GostBtServer' {
    It 'bind every parameter that was kept' {
        $ssh = Install-RecordingSsh
        $child = Invoke-ChildShell 'Get-GostBtProfile home | New-GostBtServer -Confirm:$false -ErrorAction SilentlyContinue; $Error.FullyQualifiedErrorId; $Error[0].TargetObject' @{
            PATH = "${ssh}:$env:PATH"
        }
        $child.Output -split "`r?`n" | Select-Object -Last 1 | Should -Be 'root@vps.example.net'
        $child.Output | Should -Not -Match 'Parameter'
        "$ssh/calls" | Should -Exist
    }
}
