# Get-GostBtTunnel -Watch: it goes on by itself, so what ends it is what is tested. No tunnel is needed to watch one.

BeforeDiscovery {
    $noTerminal = -not ($IsLinux -and (Get-Command script -CommandType Application -ErrorAction Ignore))
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Add-TestProfile watched
}

Describe 'Get-GostBtTunnel -Watch' {
    It 'is lines of text, one a second, for a command that reads on, and ends when that has enough' {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $result = Invoke-ChildShell '$clock = [Diagnostics.Stopwatch]::StartNew(); Get-GostBtTunnel watched -Watch | Select-Object -First 3; "took $($clock.ElapsedMilliseconds)"'
        $result.Errors | Should -BeNullOrEmpty
        $lines = $result.Output -split "`n"
        $lines | Should -HaveCount 4
        $lines[0..2] | Should -Match '\bwatched\b.*\bStopped\b'
        [int]($lines[3] -replace '\D') | Should -BeGreaterOrEqual 1900
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 60
    }

    It 'shows all profiles of the pipeline, each once, and one that cannot be read is an error once' {
        Add-TestProfile another
        Add-TestProfile broken
        $file = [System.IO.Path]::Combine($env:GOSTBT_HOME, 'config', 'profiles', 'broken.yaml')
        Add-Content -LiteralPath $file -Value 'colour: red'
        try {
            $result = Invoke-ChildShell '$ErrorActionPreference = ''SilentlyContinue''
                ''another'', ''broken'', ''watched'', ''w*'' | Get-GostBtTunnel -Watch | Select-Object -First 6; $Error.FullyQualifiedErrorId'
        }
        finally { Remove-Item -LiteralPath $file }
        $lines = $result.Output -split "`n"
        $lines | Should -HaveCount 7
        0..5 | ForEach-Object { $lines[$_] | Should -Match "\b$(('another', 'watched')[$_ % 2])\b.*\bStopped\b" }
        $lines[6] | Should -BeLike 'InvalidProfile,*'
    }

    It 'ends where there is no such profile, with an error' {
        $result = Invoke-ChildShell 'Get-GostBtTunnel nowhere -Watch -ErrorAction SilentlyContinue; $Error.FullyQualifiedErrorId'
        $result.Output | Should -BeLike 'ProfileNotFound,*'
    }

    It 'ends at once when its pipeline is stopped' {
        $result = Invoke-ChildShell '$shell = [powershell]::Create().AddScript({ param($module) Import-Module $module; Get-GostBtTunnel watched -Watch }).AddArgument($env:GOSTBT_TEST_MODULE)
            $output = [System.Management.Automation.PSDataCollection[psobject]]::new(); $running = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
            $patience = [datetime]::UtcNow.AddSeconds(30); while ($output.Count -lt 2 -and [datetime]::UtcNow -lt $patience) { [System.Threading.Thread]::Sleep(20) }
            $clock = [Diagnostics.Stopwatch]::StartNew(); $shell.Stop(); "$($output.Count -ge 2) $($shell.InvocationStateInfo.State) $($clock.ElapsedMilliseconds)"'
        $seen, $state, $took = $result.Output -split ' '
        $seen, $state | Should -Be 'True', 'Stopped'
        # The promise is a second; a busy machine has more.
        [int]$took | Should -BeLessThan 10000
    }

    It 'draws over itself on a terminal until Ctrl+C, which gives the prompt back' -Skip:$noTerminal {
        $file = Join-Path $TestDrive 'watch.ps1'
        Set-Content -LiteralPath $file -Value "Import-Module '$env:GOSTBT_TEST_MODULE'; Get-GostBtTunnel watched -Watch"
        # What a shell starts in the background ignores SIGINT, and hands that on.
        $start = [System.Diagnostics.ProcessStartInfo]::new((Get-Command script -CommandType Application)[0].Source)
        foreach ($argument in '-q', '-e', '-f', '-c', "stty rows 30 columns 100; exec env --default-signal=INT '$((Get-Process -Id $PID).Path)' -NoLogo -NoProfile -File '$file'", "$TestDrive/typescript") { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
        $start.Environment['TERM'] = 'xterm'
        $process = [System.Diagnostics.Process]::Start($start)
        try {
            $null = $process.StandardOutput.ReadToEndAsync()
            # What a terminal answers when it is asked where its cursor is.
            $answers = 0
            $patience = [datetime]::UtcNow.AddSeconds(40)
            do {
                Start-Sleep -Milliseconds 50
                $drawn = if (Test-Path "$TestDrive/typescript") { [System.IO.File]::ReadAllText("$TestDrive/typescript") } else { '' }
                for ($asked = [regex]::Matches($drawn, "`e\[6n").Count; $answers -lt $asked; $answers++) { $process.StandardInput.Write("`e[5;1R"); $process.StandardInput.Flush() }
                $times = [regex]::Matches($drawn, 'watched +Stopped ').Count
            } while ($times -lt 3 -and -not $process.HasExited -and [datetime]::UtcNow -lt $patience)
            $times | Should -BeGreaterOrEqual 3 -Because $drawn
            # In place: the cursor goes up to where the block began.
            $drawn | Should -Match "`e\[\d+;1H|`e\[H"
            $process.StandardInput.Write([char]3)
            $process.StandardInput.Flush()
            $process.WaitForExit(20000) | Should -BeTrue
        }
        finally {
            if (-not $process.HasExited) { $process.Kill($true) }
            $process.Dispose()
        }
    }
}
