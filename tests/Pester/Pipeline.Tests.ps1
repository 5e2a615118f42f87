BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $env:GOSTBT_TEST_MODULE
    Add-TestProfile home
    Add-TestProfile nas
}

Describe 'The pipeline' {
    It 'may be ended from downstream' {
        (Get-GostBtProfile | Select-Object -First 1).Name.Value | Should -Be 'home'
    }

    It 'is given back in under a second at Ctrl+C, and the ssh that was waited for ends' {
        $before = $env:PATH
        # A machine that is busy for a moment has three turns; what takes longer each time is slow.
        $times = foreach ($turn in 1..3) {
            $process = "$TestDrive/pid-$turn"
            $ssh = Install-RecordingSsh "echo `$`$ >'$process.new'; mv '$process.new' '$process'; exec sleep 60"
            $shell = [powershell]::Create()
            try {
                $env:PATH = "${ssh}:$before"
                $null = $shell.AddScript("Import-Module '$env:GOSTBT_TEST_MODULE'; New-GostBtServer vps.example.net 6666 -Force")
                $running = $shell.BeginInvoke()
                $patience = [datetime]::UtcNow.AddSeconds(20)
                while (-not (Test-Path $process) -and [datetime]::UtcNow -lt $patience) { Start-Sleep -Milliseconds 50 }
                $process | Should -Exist
                $took = (Measure-Command { $shell.Stop() }).TotalMilliseconds
                $running.IsCompleted | Should -BeTrue
                $shell.InvocationStateInfo.State | Should -Be 'Stopped'
                $child = [int](Get-Content $process)
                $patience = [datetime]::UtcNow.AddSeconds(20)
                while ((Get-Process -Id $child -ErrorAction Ignore) -and [datetime]::UtcNow -lt $patience) { Start-Sleep -Milliseconds 50 }
                Get-Process -Id $child -ErrorAction Ignore | Should -BeNullOrEmpty
            }
            finally {
                $env:PATH = $before
                $shell.Dispose()
            }

            $took
            if ($took -lt 1000) { break }
        }

        ($times | Measure-Object -Minimum).Minimum | Should -BeLessThan 1000
    }

    It 'serves several runspaces of one process at a time' {
        $module = $env:GOSTBT_TEST_MODULE
        $results = 1..4 | ForEach-Object -Parallel {
            Import-Module $using:module
            (Get-GostBtProfile).Count
        }
        $results | Should -Be 2, 2, 2, 2
    }

    It 'draws a repeated step at most a few times a second, and a new step at once' {
        $throttle = (Get-ModuleType GostBt.PowerShell.Abstractions.ProgressThrottle).GetConstructors()[0]
        $now = [timespan]::Zero
        $clock = [Func[timespan]] { $now }
        $subject = $throttle.Invoke(@(, $clock))
        $passes = $subject.GetType().GetMethod('Passes')
        $shown = foreach ($millisecond in 0..999) {
            $now = [timespan]::FromMilliseconds($millisecond)
            if ($passes.Invoke($subject, @('Deploying', 'Uploading'))) { $millisecond }
        }
        $shown | Should -Be 0, 250, 500, 750
        $passes.Invoke($subject, @('Deploying', 'Checking')) | Should -BeTrue
    }
}
