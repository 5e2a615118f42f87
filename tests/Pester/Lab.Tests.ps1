# The main job through PowerShell, on the lab's real parts: a booted VPS and a home behind symmetric NAT. Raises a lab of its own and lowers it.

BeforeDiscovery {
    $lab = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'lab', 'lab.sh')
    $missing = -not ($IsLinux -and (id -u) -eq 0 -and (Test-Path -LiteralPath $lab) -and (Get-Command systemd-nspawn -ErrorAction Ignore) -and
        (Test-Path -LiteralPath "$env:GOSTBT_TEST_MODULE/bin/host/linux-x64/gostbt"))
}

Describe 'In the lab' -Tag Lab -Skip:$missing {
    BeforeAll {
        . $PSScriptRoot/Common.ps1
        . $PSScriptRoot/LabHome.ps1

        # Everything of the server that GostBt could change, but for what any login changes.
        function Get-ServerState {
            & $lab exec vps sh -c 'find /etc /usr/local /var/lib -xdev -type f ! -name "*-" ! -path "/var/lib/systemd/*" -exec sha256sum {} + | sort -k 2
                getent passwd; systemctl list-unit-files --no-legend --no-pager; nft list ruleset; sysctl net.ipv4.ip_forward; ip -o link | cut -d: -f 2' | Out-String
        }

        $before = Get-ServerState
    }

    AfterAll {
        Close-Lab
    }

    It 'refuses a server seen for the first time when nobody can be asked, and says its fingerprint' {
        $result = Invoke-AtHome "New-GostBtServer $server -Port 6666 -Force -ErrorAction Stop"
        $result.Errors.Id | Should -Be 'HostKeyUnknown,GostBt.PowerShell.Commands.NewGostBtServerCommand'
        $result.Errors.Remedy | Should -BeLike "*$($facts.SSH_HOST_FINGERPRINT)*"
    }

    It 'refuses another key than the one expected' {
        $result = Invoke-AtHome "New-GostBtServer $server -Port 6666 -Force -HostKeyFingerprint SHA256:$('A' * 43) -ErrorAction Stop"
        $result.Errors.Id | Should -Be 'HostKeyChanged,GostBt.PowerShell.Commands.NewGostBtServerCommand'
    }

    It 'shows the plan with -WhatIf and touches nothing, here or there' {
        $result = Invoke-AtHome "New-GostBtServer $trusted -Port 6666 -WhatIf"
        $result.Errors | Should -BeNullOrEmpty
        $result.Said | Should -Match 'What if: home on root@vps\.lab\.test'
        $result.Said | Should -Match 'publish 6666/both'
        Get-ServerState | Should -Be $before
        "$env:GOSTBT_HOME/config/profiles/home.yaml" | Should -Not -Exist
    }

    It 'asks a person at a terminal about the unknown key, then once about the plan, and a no changes nothing' -Skip:(-not (Get-Command script -CommandType Application -ErrorAction Ignore)) {
        $file = Join-Path $TestDrive 'asked.ps1'
        # No progress: drawing it asks the terminal where the cursor is, and this terminal never answers.
        Set-Content -LiteralPath $file -Value "`$ProgressPreference = 'SilentlyContinue'; Import-Module GostBt; New-GostBtServer $server -Port 6666; 'ended'"
        $screen = "y`nn" | & $lab exec home env "GOSTBT_HOME=$TestDrive/asked" "PSModulePath=$modules" TERM=dumb script -qec "pwsh -NoLogo -NoProfile -File '$file'" /dev/null 2>&1 | Out-String
        $screen | Should -Match 'seen for the first time'
        $screen -replace '\s' | Should -Match ([regex]::Escape($facts.SSH_HOST_FINGERPRINT))
        $screen | Should -Match 'publish 6666/both'
        ([regex]::Matches($screen, '\[Y\] Yes')).Count | Should -Be 2
        $screen | Should -Match 'ended'
        Get-ServerState | Should -Be $before
        "$TestDrive/asked/config/profiles" | Should -Not -Exist
    }

    It 'makes a server, a tunnel, a split route and a proof of it in one pipeline' {
        $result = Invoke-AtHome "New-GostBtServer $trusted -Port 6666 -Force | Start-GostBtTunnel | Set-GostBtSplitRoute -IPv4 Proxy -IPv6 Direct | Test-GostBtPort"
        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Protocol | Should -Be 'Tcp', 'Udp'
        foreach ($probe in $result.Output) {
            $probe.Port | Should -Be 6666
            $probe.Open | Should -BeTrue
            $probe.SourcePreserved | Should -BeTrue
            $probe.SourceSeen | Should -Be $probe.SourceExpected
            $probe.SourceSeen | Should -Not -Match '^(192\.168\.123\.|127\.)'
        }
    }

    It 'shows what stands' {
        $result = Invoke-AtHome 'Get-GostBtServer; Get-GostBtTunnel; Get-GostBtSplitRoute'
        $stands, $tunnel, $split = $result.Output
        $stands.State | Should -Be 'Running'
        $stands.PublicAddress | Should -Be $facts.VPS_ADDRESS
        $tunnel.State | Should -Be 'Up'
        $tunnel.Proxy | Should -Be '192.168.123.2:5522'
        $split.IPv4, $split.IPv6, $split.Applied | Should -Be 'Proxy', 'Direct', $true
    }

    It 'shows the engine of the server, compared with the one that comes with the module' {
        $result = Invoke-AtHome 'Get-GostBtServer | Get-GostBtEngine'
        $result.Errors | Should -BeNullOrEmpty
        $result.Output | Should -HaveCount 1
        $result.Output.Kind | Should -Be 'Bundled'
        $result.Output.Preferred | Should -BeTrue
        $result.Output.Verified | Should -BeTrue
        $result.Output.Path | Should -Match '^/usr/local/lib/gostbt/[0-9a-f]{16}/gostbt$'
    }

    It 'changes nothing in a second run, in three round trips at most, and from the stored profile' {
        $result = Invoke-AtHome "New-GostBtServer $server -Port 6666 -Force; Get-GostBtProfile | New-GostBtServer -Confirm:`$false"
        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Changed | Should -Be $false, $false
        $result.Output.RoundTrips | ForEach-Object { $_ | Should -BeLessOrEqual 3 }
    }

    It 'changes only the split route that is given, at once' {
        $result = Invoke-AtHome 'Set-GostBtSplitRoute -IPv6 Proxy; Get-GostBtTunnel | Set-GostBtSplitRoute -IPv6 Direct'
        $result.Output.IPv4 | Should -Be 'Proxy', 'Proxy'
        $result.Output.IPv6 | Should -Be 'Proxy', 'Direct'
        $result.Output.Applied | Should -Be $true, $true
    }

    It 'tests one port and protocol, as a Boolean for scripts, and again what it found' {
        $result = Invoke-AtHome 'Test-GostBtPort -Port 6666/udp; Test-GostBtPort -Quiet; Test-GostBtPort -Protocol Tcp | Test-GostBtPort'
        $result.Errors | Should -BeNullOrEmpty
        $result.Output[0].Protocol | Should -Be 'Udp'
        $result.Output[1] | Should -BeTrue
        $result.Output[2].Protocol | Should -Be 'Tcp'
        $result.Output | Should -HaveCount 3
    }

    It 'tests from any other host that ssh reaches, and sees that host''s own address' {
        # The VPS's files serve as the other host's too; what runs is a second sshd in the other node.
        $root = $facts.VPS_ROOT
        $other = "mount --rbind /dev '$root/dev'; mount -t proc proc '$root/proc'; mkdir -p '$root/run/sshd'; "
        $other += "exec chroot '$root' /usr/sbin/sshd -D -o ListenAddress=$($facts.PEER1_ADDRESS) -o PidFile=none -o UsePAM=no"
        $sshd = Start-Process -PassThru -FilePath $lab -ArgumentList 'exec', 'peer1', 'unshare', '-m', 'sh', '-c', "`"$other`""
        try {
            $patience = [datetime]::UtcNow.AddSeconds(10)
            do { & $lab exec home bash -c "true 2>/dev/null >/dev/tcp/$($facts.PEER1_ADDRESS)/22" } while ($LASTEXITCODE -and [datetime]::UtcNow -lt $patience)
            $from = "-From root@peer1.lab.test -IdentityFile '$($facts.SSH_KEY)'"
            $result = Invoke-AtHome "Test-GostBtPort $from -ErrorAction SilentlyContinue; Test-GostBtPort $from -AcceptHostKey"
            $result.Errors.Id | Should -Be 'HostKeyUnknown,GostBt.PowerShell.Commands.TestGostBtPortCommand'
            $result.Output.Open | Should -Be $true, $true
            $result.Output.SourcePreserved | Should -Be $true, $true
            $result.Output.SourceSeen | Should -BeLike "$($facts.PEER1_ADDRESS):*"
            $result.Output.From | Should -BeLike '*peer1.lab.test*'
        }
        finally {
            Stop-Process -Id $sshd.Id -ErrorAction SilentlyContinue
        }
    }

    It 'refuses to test a port that is not published' {
        (Invoke-AtHome 'Test-GostBtPort -Port 7777').Errors.Id | Should -Be 'InvalidInput,GostBt.PowerShell.Commands.TestGostBtPortCommand'
    }

    It 'runs the example of a scheduled task to exit code 0' {
        $example = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'examples', 'ScheduledTask.ps1')
        & $lab exec home env "GOSTBT_HOME=$env:GOSTBT_HOME" "PSModulePath=$modules" pwsh -NoLogo -NoProfile -NonInteractive -File $example -Name home
        $LASTEXITCODE | Should -Be 0
    }

    It 'names the stage when the tunnel is stopped, and is False for scripts' {
        $result = Invoke-AtHome 'Stop-GostBtTunnel; Test-GostBtPort; Test-GostBtPort -Quiet'
        $result.Output[0].State | Should -Be 'Stopped'
        $result.Output[1].Open | Should -BeFalse
        $result.Output[1].Stage | Should -Be 'Tunnel'
        $result.Output[1].Remedy | Should -Match 'Start-GostBtTunnel'
        $result.Output[-1] | Should -BeFalse
    }

    It 'runs the example of the scheduled task again, which starts what was stopped' {
        $example = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'examples', 'ScheduledTask.ps1')
        & $lab exec home env "GOSTBT_HOME=$env:GOSTBT_HOME" "PSModulePath=$modules" pwsh -NoLogo -NoProfile -NonInteractive -File $example -Name home
        $LASTEXITCODE | Should -Be 0
        (Invoke-AtHome 'Get-GostBtTunnel').Output.State | Should -Be 'Up'
    }

    It 'shows with -WhatIf what would be removed' {
        (Invoke-AtHome 'Remove-GostBtServer home -WhatIf').Said | Should -Match 'What if: home on root@vps\.lab\.test'
    }

    It 'takes everything back: the server as it was before, home without the tunnel' {
        $result = Invoke-AtHome 'Stop-GostBtTunnel | Remove-GostBtServer -Force; (Get-GostBtServer).State'
        $result.Errors | Should -BeNullOrEmpty
        $result.Output | Should -Be 'Absent'
        Get-ServerState | Should -Be $before
        & $lab exec home ip -o link | Out-String | Should -Not -Match 'gost_tun'
        & $lab exec home ip rule | Out-String | Should -Not -Match '192\.168\.123'
    }

    It 'asks nobody about a server where nothing is left' -Skip:(-not (Get-Command script -CommandType Application -ErrorAction Ignore)) {
        $file = Join-Path $TestDrive 'again.ps1'
        Set-Content -LiteralPath $file -Value "`$ProgressPreference = 'SilentlyContinue'; Import-Module GostBt; Remove-GostBtServer home; 'ended'"
        $terminal = 'script', '-qec', "pwsh -NoLogo -NoProfile -File '$file'", '/dev/null'
        $screen = '' | & $lab exec home env "GOSTBT_HOME=$env:GOSTBT_HOME" "PSModulePath=$modules" TERM=dumb @terminal 2>&1 | Out-String
        $screen | Should -Not -Match '\[Y\] Yes'
        $screen | Should -Match 'ended'
    }

    It 'forgets the profile' {
        $result = Invoke-AtHome 'Remove-GostBtProfile home; Get-GostBtProfile'
        $result.Errors | Should -BeNullOrEmpty
        $result.Output | Should -BeNullOrEmpty
        Get-ChildItem -LiteralPath "$env:GOSTBT_HOME/config/profiles" | Should -BeNullOrEmpty
    }

    Context 'the examples, with the key in an ssh agent' {
        BeforeAll {
            $agent = ssh-agent -s | Out-String
            $env:SSH_AUTH_SOCK = [regex]::Match($agent, 'SSH_AUTH_SOCK=([^;]+)').Groups[1].Value
            ssh-add -q $facts.SSH_KEY
            $examples = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'examples')
        }

        AfterAll {
            Stop-Process -Id ([regex]::Match($agent, 'SSH_AGENT_PID=(\d+)').Groups[1].Value)
            $env:SSH_AUTH_SOCK = $null
        }

        It 'QuickStart opens a port, under the name of the host' {
            $result = Invoke-AtHome "`$ConfirmPreference = 'None'; & '$examples/QuickStart.ps1' -HostName root@$($facts.VPS_NAME)"
            $result.Errors | Should -BeNullOrEmpty
            $result.Output.Name | Should -Be 'vps', 'vps'
            $result.Output.Open | Should -Be $true, $true
        }

        It 'removing a server under its running tunnel is done, with a warning' {
            $result = Invoke-AtHome 'Remove-GostBtServer vps -Force; Stop-GostBtTunnel | Remove-GostBtProfile'
            $result.Errors | Should -BeNullOrEmpty
            $result.Said | Should -Match 'WARNING: The tunnel ''vps'' still runs'
        }

        It 'SeveralPorts publishes each with its protocol, and Cleanup leaves nothing' {
            $result = Invoke-AtHome "`$null = & '$examples/SeveralPorts.ps1' -HostName root@$($facts.VPS_NAME); (Get-GostBtServer).Ports | ForEach-Object ToString; Test-GostBtPort -Quiet"
            $result.Errors | Should -BeNullOrEmpty
            $result.Output | Should -Be '6666/both', '6881/tcp', '51413/both', $true
            $result = Invoke-AtHome "`$ConfirmPreference = 'None'; & '$examples/Cleanup.ps1'; Get-GostBtProfile"
            $result.Errors | Should -BeNullOrEmpty
            $result.Output | Should -BeNullOrEmpty
            Get-ServerState | Should -Be $before
        }
    }
}
