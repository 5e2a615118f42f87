BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $env:GOSTBT_TEST_MODULE
    $published = (Get-ModuleType GostBt.Model.PublishedPort)
    $ports = [Array]::CreateInstance($published, 3)
    0..2 | ForEach-Object { $ports[$_] = $published.GetConstructors()[0].Invoke(@((65533 + $_), (Get-ModuleType GostBt.Model.PortProtocol)::Both)) }
    $longName = 'a' * 20
    $server = Get-ModuleObject GostBt.Model.GostBtServer @{
        Name = $longName; HostName = 'administrator@a-rather-long-name.region.provider.example.net'; PublicAddress = '198.51.100.210'; TunnelPort = 65535
        Ports = $ports; State = 'Running'; Changed = $true; Engine = 'gostbt 0.1.0'
    }
    $range = $published.GetMethod('Parse').Invoke($null, @('65001-65010:55001-55010/both', (Get-ModuleType GostBt.Model.PortProtocol)::Both))
    $port = Get-ModuleObject GostBt.Model.GostBtPort @{ Name = $longName; Port = $range; Outside = '198.51.100.210:65001-65010'; Inside = '192.168.123.254:55001-55010' }
    $tunnel = Get-ModuleObject GostBt.Model.GostBtTunnel @{
        Name = $longName; State = 'Connecting'; Since = [datetimeoffset]::UtcNow; Address = '192.168.123.254'; Proxy = '192.168.123.254:65535'; RoundTripMilliseconds = 1234.56
        LossPercent = 100.0; ReceivedBytesPerSecond = 1250000000L; SentBytesPerSecond = 1250000000L; ReceivedBytes = 5000000000000L; SentBytes = 17L
        Restarts = 12345678; Engine = 'gostbt'; EngineVersion = '0.1.0'
    }
    $split = Get-ModuleObject GostBt.Model.GostBtSplitRoute @{ Name = $longName; IPv4 = 'Proxy'; IPv6 = 'Direct' }
    $open = Get-ModuleObject GostBt.Model.PortProbeResult @{
        Name = $longName; Port = 65535; Protocol = 'Tcp'; Open = $true; From = 'server'; Answered = 'GostBt'; SourceSeen = '100.100.100.100:65535'
        SourcePreserved = $true; RoundTripMilliseconds = 123.456
    }
    $closed = Get-ModuleObject GostBt.Model.PortProbeResult @{
        Name = $longName; Port = 6666; Protocol = 'Udp'; Open = $false; From = 'server'; Stage = 'LocalFirewall'
        Detail = 'What arrived from the tunnel was dropped here.'; Remedy = 'Let UDP 6666 in on gost_tun.'
    }
    $engine = Get-ModuleObject GostBt.Model.GostBtEngine @{
        Name = $longName; Kind = 'Bundled'; Version = '3.2.7-nightly.20261122'; Platform = 'windows-amd64'; Verified = $false; Preferred = $true
        Path = '/home/somebody/.local/share/gostbt/engines/gost-3.2.7-nightly.20261122-linux-amd64/gost'; Hash = 'a' * 64
    }

    $registered = Get-ModuleObject GostBt.Model.GostBtAutoStart @{
        Name = $longName; Registered = $true; Entry = "gostbt-agent-$longName.service"; Account = 'A-LONG-PC-NAME\administrator'; Program = '/usr/local/lib/gostbt-agent/home/0123456789ab/gostbt'
    }

    $finding = Get-ModuleType GostBt.Model.ServerFinding
    $findings = [Array]::CreateInstance($finding, 2)
    0..1 | ForEach-Object {
        $findings[$_] = $finding.GetConstructors()[0].Invoke(@('FileChanged', (Get-ModuleType GostBt.Model.FindingSeverity)::Error, "/etc/gostbt/$longName/firewall.nft is not as GostBt made it.", 'Deploy it again.'))
    }

    $well = Get-ModuleObject GostBt.Model.GostBtServerHealth @{ Name = $longName; HostName = 'administrator@a-rather-long-name.region.provider.example.net'; Findings = [Array]::CreateInstance($finding, 0) }
    $ill = Get-ModuleObject GostBt.Model.GostBtServerHealth @{ Name = $longName; HostName = 'root@vps.example.net'; Findings = $findings }
    $flaw = Get-ModuleType GostBt.Model.TunnelFinding
    $flaws = [Array]::CreateInstance($flaw, 1)
    $flaws[0] = $flaw.GetConstructors()[0].Invoke(@('LossHigh', (Get-ModuleType GostBt.Model.FindingSeverity)::Warning, '12 % of the requests had no answer.', 'Check this PC''s connection.'))
    $tested = Get-ModuleObject GostBt.Model.GostBtTunnelTest @{
        Name = $longName; State = (Get-ModuleType GostBt.Model.TunnelState)::Up; RoundTripMilliseconds = 1234.56; LossPercent = 100.0; PathMtu = 1420
        DownBitsPerSecond = 9876543210; UpBitsPerSecond = 123456789; Findings = $flaws
    }
    Add-TestProfile $longName
    $stored = Get-GostBtProfile $longName
}

Describe 'The default view' {
    It 'of <Of> is a table of at most <Width> columns that cuts nothing off' -ForEach @(
        'server', 'engine', 'registered', 'port', 'well', 'ill', 'tested', 'split', 'open', 'closed', 'stored' | ForEach-Object { @{ Of = $_; Width = 80 } }
        @{ Of = 'tunnel'; Width = 100 }
    ) {
        $value = Get-Variable -Name $Of -ValueOnly
        $lines = ($value | Out-String -Width $Width) -replace "`e\[[0-9;]*m" -split "`r?`n"
        ($lines | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual $Width
        $lines | Where-Object { $_ -match '^ *-+( +-+)+\s*$' } | Should -HaveCount 1
        $lines -match "$([char]0x2026)|\.\.\." | Should -BeNullOrEmpty
    }

    It 'of a closed port says which part broke and what to do' {
        ($closed | Out-String -Width 100) -replace '\s+', ' ' | Should -Match 'LocalFirewall'
        (($closed | Out-String -Width 400) -replace '\s+', ' ') | Should -Match 'Let UDP 6666 in on gost_tun\.'
    }

    It 'of a tunnel shows state, since when, proxy, round trip, loss, rates and restarts' {
        $text = ($tunnel | Out-String -Width 100) -replace "`e\[[0-9;]*m"
        foreach ($part in 'Connecting', '\d\d-\d\d \d\d:\d\d', '192\.168\.123\.254:65535', '1234[.,]6', '100[.,]0', '1250000[.,]0', '12345678') { $text | Should -Match $part }
    }

    It 'of a server shows its ports as one would type them' {
        ($server | Out-String -Width 200) | Should -Match '65533/both'
    }

    It 'of a server that is not well says what is wrong and what to do' {
        $ill.Healthy | Should -BeFalse
        $well.Healthy | Should -BeTrue
        (($ill | Out-String -Width 400) -replace '\s+', ' ') | Should -Match 'firewall\.nft is not as GostBt made it\. Deploy it again\.'
    }

    It 'of a tested tunnel shows what was measured and found' {
        $tested.Healthy | Should -BeTrue
        $text = ($tested | Out-String -Width 400) -replace '\s+', ' '
        foreach ($part in 'True', '1234[.,]6', '100[.,]0', '1420', '9876[.,]5', '123[.,]5', '12 % of the requests had no answer\. Check this PC') { $text | Should -Match $part }
    }

    It 'exists for every type the cmdlets return' {
        $views = ([xml](Get-Content -Raw (Join-Path $env:GOSTBT_TEST_MODULE 'GostBt.Format.ps1xml'))).Configuration.ViewDefinitions.View.ViewSelectedBy.TypeName
        $returned = (Get-Command -Module GostBt).OutputType.Name | Where-Object { $_ -like 'GostBt.*' } | Sort-Object -Unique
        $returned | Should -Be ($views | Sort-Object)
    }

    It 'uses only properties that are there' {
        $configuration = ([xml](Get-Content -Raw (Join-Path $env:GOSTBT_TEST_MODULE 'GostBt.Format.ps1xml'))).Configuration
        foreach ($view in $configuration.ViewDefinitions.View) {
            $type = Get-ModuleType $view.ViewSelectedBy.TypeName
            $known = @($type.GetProperties().Name) + @((Get-TypeData -TypeName $type.FullName).Members.Keys)
            $used = @($view.SelectNodes('.//PropertyName').InnerText)
            $used += [regex]::Matches($view.InnerXml, '\$_\.(\w+)').ForEach({ $_.Groups[1].Value })
            $used | Where-Object { $_ -and $_ -notin $known } | Should -BeNullOrEmpty -Because $type.Name
        }
    }
}
