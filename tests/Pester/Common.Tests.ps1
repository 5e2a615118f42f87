BeforeAll {
    . $PSScriptRoot/Common.ps1
}

Describe 'Invoke-ChildShell' {
    It 'ends a shell that hangs, with what it started, and says so' -Skip:(-not $IsLinux) {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        { Invoke-ChildShell "(Start-Process -PassThru /bin/sleep 600).Id | Set-Content '$TestDrive/pid'; Start-Sleep 600" -WithoutModule -TimeoutSeconds 15 } |
            Should -Throw '*did not end in 15 seconds*'
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 45
        # Gone, or dead and not yet collected by init.
        "$(& /bin/ps -o stat= -p (Get-Content "$TestDrive/pid"))" | Should -Match '^(Z.*)?$'
    }
}
