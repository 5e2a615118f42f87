# Test-GostBtTunnel over a real tunnel in the lab: its figures are those of a link that is made worse on purpose, and what is broken here is found with its remedy.

BeforeDiscovery {
    $lab = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'lab', 'lab.sh')
    $missing = -not ($IsLinux -and (id -u) -eq 0 -and (Test-Path -LiteralPath $lab) -and (Get-Command systemd-nspawn -ErrorAction Ignore) -and
        (Test-Path -LiteralPath "$env:GOSTBT_TEST_MODULE/bin/host/linux-x64/gostbt"))
}

Describe 'Test-GostBtTunnel' -Tag Lab -Skip:$missing {
    BeforeAll {
        . $PSScriptRoot/Common.ps1
        . $PSScriptRoot/LabHome.ps1
        $result = Invoke-AtHome "New-GostBtServer $trusted -Port 6666 -Force | Start-GostBtTunnel"
        if ($result.Output.State -ne 'Up') { throw "$($result.Said) $($result.Errors.Text)" }
        $agent = $result.Output.AgentProcessId

        # With the agent frozen what is broken stays so, and its last word is that the tunnel is up.
        function Test-WhileBroken([string] $Break, [string] $Mend = 'true') {
            & /bin/kill -STOP $agent
            try {
                $null = & $lab exec home sh -c $Break 2>&1
                (Invoke-AtHome 'Test-GostBtTunnel -SkipThroughput; Test-GostBtTunnel -Quiet').Output
            }
            finally {
                $null = & $lab exec home sh -c $Mend 2>&1
                & /bin/kill -CONT $agent
            }
        }

        # Until a state holds.
        function Wait-Tunnel([scriptblock] $Until, [int] $Seconds) {
            $patience = [datetime]::UtcNow.AddSeconds($Seconds)
            do { $now = (Invoke-AtHome 'Get-GostBtTunnel').Output } until ((. $Until $now) -or [datetime]::UtcNow -gt $patience)
            $now
        }
    }

    AfterAll { Close-Lab }

    It 'finds nothing wrong with a tunnel that is well, and measures it' {
        $result = Invoke-AtHome 'Test-GostBtTunnel -Duration 1'
        $result.Errors | Should -BeNullOrEmpty
        $test = $result.Output[0]
        $test.Findings.Message | Should -BeNullOrEmpty
        $test.Healthy | Should -BeTrue
        $test.RoundTripMilliseconds | Should -BeGreaterThan 0
        $test.JitterMilliseconds | Should -BeGreaterOrEqual 0
        $test.LossPercent | Should -Be 0
        $test.PathMtu | Should -Be 1420
        # No less than a poor DSL line has, no more than memory moves.
        foreach ($rate in $test.DownBitsPerSecond, $test.UpBitsPerSecond) { $rate | Should -BeGreaterThan 1MB; $rate | Should -BeLessThan 1TB }
        Write-Information "      round trip $($test.RoundTripMilliseconds) ms, jitter $($test.JitterMilliseconds) ms, down $([int]($test.DownBitsPerSecond / 1e6)) and up $([int]($test.UpBitsPerSecond / 1e6)) Mbit/s" -InformationAction Continue
        # What was let in for it is nobody's for long, and nothing listens there any more.
        & $lab exec home nft list table inet gostbt_guard_gost_tun | Out-String | Should -Not -Match 'elements = \{ \d+ timeout ([5-9]\d|\d{3,})s '
    }

    It 'measures the loss and the longest packet of a path that loses each fourth request and drops what is longer than 1300 bytes' {
        $null = Invoke-OnServer 'nft "add table inet worse; add chain inet worse in { type filter hook prerouting priority -400; };
            add rule inet worse in iifname gbt-home meta length > 1300 drop; add rule inet worse in iifname gbt-home icmp type echo-request meta length < 500 numgen inc mod 4 0 drop"'
        try { $test = (Invoke-AtHome 'Test-GostBtTunnel -SkipThroughput').Output[0] }
        finally { $null = Invoke-OnServer 'nft delete table inet worse' }
        # The agent's own requests are among those that are counted there.
        $test.LossPercent | Should -BeGreaterOrEqual 10
        $test.LossPercent | Should -BeLessOrEqual 40
        $test.PathMtu | Should -Be 1300
        $test.Findings.Id | Should -Contain 'LossHigh'
        $test.Findings.Id | Should -Contain 'PathMtuSmall'
        ($test.Findings | Where-Object Id -EQ PathMtuSmall).Message | Should -Match '1300'
        $test.Findings.Remedy | Should -Not -BeNullOrEmpty
    }

    It 'finds, each with its remedy: <Name>' -ForEach @(
        @{ Name = 'address, rule and routes gone'; Break = 'ip address del 192.168.123.2/24 dev gost_tun; ip rule del priority 5200'; Ids = 'AddressMissing', 'RuleMissing', 'RouteMissing' }
        @{
            Name = 'a firewall that drops, and the guard gone'
            Ids = 'OpeningMissing', 'GuardMissing'
            Break = 'nft delete table inet gostbt_guard_gost_tun; nft "add table inet mine; add chain inet mine in { type filter hook input priority 0; policy drop; }; add rule inet mine in ct state established,related accept"'
            Mend = 'nft delete table inet mine'
        }
        @{ Name = 'an engine that hangs'; Ids = @('FarEndSilent'); Break = 'kill -STOP $(pgrep -f -- "-C $GOSTBT_HOME/state/home/engine.yaml")'; Mend = 'kill -CONT $(pgrep -f -- "-C $GOSTBT_HOME/state/home/engine.yaml")' }
        @{ Name = 'the device gone'; Ids = @('DeviceMissing'); Break = 'ip link del gost_tun' }
    ) {
        $output = Test-WhileBroken $Break ((Get-Variable -Name Mend -ValueOnly -ErrorAction Ignore) ?? 'true')
        $Ids | ForEach-Object { $output[0].Findings.Id | Should -Contain $_ }
        $output[0].Findings.Remedy | Should -Not -BeNullOrEmpty
        $output[1] | Should -BeExactly $output[0].Healthy
        (Wait-Tunnel { $args[0].State -in 'Up', 'Degraded' } 30).State | Should -BeIn 'Up', 'Degraded'
    }

    It 'and the agent find a published port that is shut on the server, and that it is open again' {
        $null = Invoke-AtHome 'Restart-GostBtTunnel'
        $null = Invoke-OnServer 'nft flush chain inet gostbt_home prerouting'
        try {
            $shut = Wait-Tunnel { $args[0].LastError -match 'does not answer from outside' } 75
            $shut.State | Should -Be 'Degraded'
            $shut.LastError | Should -Match '198\.51\.100\.10:6666 does not answer from outside'
            $test = (Invoke-AtHome 'Test-GostBtTunnel -SkipThroughput; Test-GostBtPort -Quiet').Output
            ($test[0].Findings | Where-Object Id -EQ Degraded).Message | Should -Match 'does not answer from outside'
            $test[1] | Should -BeFalse
        }
        finally { $null = Invoke-OnServer 'nft -f /etc/gostbt/home/firewall.nft' }
        (Wait-Tunnel { $args[0].State -eq 'Up' } 60).State | Should -Be 'Up'
    }

    It 'says of a tunnel that is stopped what to do' {
        $result = Invoke-AtHome 'Stop-GostBtTunnel; Test-GostBtTunnel'
        $result.Output[1].Findings.Id | Should -Be 'NotUp'
        $result.Output[1].Findings.Remedy | Should -Be 'Start-GostBtTunnel home'
        $result.Output[1].Healthy | Should -BeFalse
    }
}
