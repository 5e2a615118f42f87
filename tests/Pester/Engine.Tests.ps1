BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $env:GOSTBT_TEST_MODULE

    # A release as gost publishes it, of a program that answers as gost does, behind a mirror on this computer.
    $release = Join-Path $TestDrive 'release'
    $null = New-Item -ItemType Directory -Path $release
    Set-Content -LiteralPath (Join-Path $release 'gost') -NoNewline -Value "#!/bin/sh`necho 'gost v3.2.5 (go1.24.0 linux/amd64)'`n"
    'LICENSE', 'README.md', 'README_en.md' | ForEach-Object { Set-Content -LiteralPath (Join-Path $release $_) -Value 'text' }
    $processor = if ([System.Runtime.InteropServices.RuntimeInformation]::OSArchitecture -eq 'Arm64') { 'arm64' } else { 'amd64' }
    $asset = "gost_3.2.5_linux_$processor.tar.gz"
    tar -czf (Join-Path $release $asset) -C $release LICENSE README.md README_en.md gost
    $checksum = (Get-FileHash -LiteralPath (Join-Path $release $asset)).Hash

    $port = 20000 + $PID % 20000
    $listener = [System.Net.HttpListener]::new()
    while (-not $listener.IsListening) {
        try {
            $listener.Prefixes.Add("http://127.0.0.1:$port/")
            $listener.Start()
        }
        catch {
            $port++
            $listener = [System.Net.HttpListener]::new()
        }
    }

    $mirror = "http://127.0.0.1:$port/"
    $asked = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
    $server = [powershell]::Create().AddScript({
            param($listener, $release, $asked)
            while ($listener.IsListening) {
                try { $context = $listener.GetContext() } catch { return }
                $asked.Enqueue($context.Request.Url.AbsolutePath)
                $file = Join-Path $release ($context.Request.Url.Segments[-1])
                if ($context.Request.Url.AbsolutePath -like '*v3.2.1/*') { continue } # never answers
                if (Test-Path -LiteralPath $file) {
                    $bytes = [System.IO.File]::ReadAllBytes($file)
                    $context.Response.ContentLength64 = $bytes.Length
                    $context.Response.OutputStream.Write($bytes, 0, $bytes.Length)
                }
                else { $context.Response.StatusCode = 404 }
                $context.Response.Close()
            }
        }).AddArgument($listener).AddArgument($release).AddArgument($asked)
    $null = $server.BeginInvoke()
    $engines = Join-Path $env:GOSTBT_HOME 'engines'
}

AfterAll {
    $listener.Stop()
    $server.Dispose()
}

Describe 'Get-GostBtEngine' {
    It 'shows the engine that comes with the module' {
        $bundled = Get-GostBtEngine | Where-Object Kind -EQ Bundled
        $bundled.Source | Should -Be 'module'
        $bundled.Preferred | Should -BeTrue
        $bundled.Hash | Should -Be (Get-FileHash -LiteralPath $bundled.Path).Hash
    }

    It 'says of an unknown profile that it is unknown, and shows the others' {
        Get-GostBtEngine -Name nobody -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'ProfileNotFound*'
        $failures[0].TargetObject | Should -Be 'nobody'
    }
}

Describe 'Install-GostBtEngine' {
    It 'shows with -WhatIf what it would do, and neither asks the mirror nor writes' {
        $result = Invoke-ChildShell "Install-GostBtEngine -Version 3.2.5 -Mirror $mirror -WhatIf" @{ GOSTBT_HOME = $env:GOSTBT_HOME }
        $result.Output | Should -Match ([regex]::Escape("download ${mirror}https://github.com/go-gost/gost/releases/download/v3.2.5/$asset"))
        $result.ExitCode | Should -Be 0
        $asked.Count | Should -Be 0
        $engines | Should -Not -Exist
    }

    It 'refuses other bytes than those demanded' {
        Install-GostBtEngine -Version 3.2.5 -Mirror $mirror -Checksum ('a' * 64) -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'ChecksumMismatch*'
        $failures[0].CategoryInfo.Category | Should -Be 'SecurityError'
        $failures[0].CategoryInfo.TargetName | Should -Be '3.2.5'
        Get-GostBtEngine | Where-Object Version -EQ '3.2.5' | Should -BeNullOrEmpty
    }

    It 'installs from a mirror what has the checksum, and shows it' {
        $installed = Install-GostBtEngine -Version 3.2.5 -Mirror $mirror -Checksum $checksum -PassThru
        $installed.Version | Should -Be '3.2.5'
        $installed.Verified | Should -BeTrue
        $installed.Hash | Should -Be (Get-FileHash -LiteralPath (Join-Path $release 'gost')).Hash
        $installed.Path | Should -Exist
        (Get-GostBtEngine | Where-Object Path -EQ $installed.Path).Preferred | Should -BeTrue
    }

    It 'fetches nothing again, unless forced' {
        $before = $asked.Count
        Install-GostBtEngine -Version 3.2.5 -Mirror $mirror -Checksum $checksum | Should -BeNullOrEmpty
        $asked.Count | Should -Be $before
        Install-GostBtEngine -Version 3.2.5 -Mirror $mirror -Checksum $checksum -Force
        $asked.Count | Should -BeGreaterThan $before
    }

    It 'takes versions from the pipeline, and one that fails does not stop the others' {
        $done = '3.2.4', '3.2.5' | ForEach-Object { [pscustomobject]@{ Version = $_ } } |
            Install-GostBtEngine -Mirror $mirror -Checksum $checksum -PassThru -ErrorVariable failures -ErrorAction SilentlyContinue
        $done.Version | Should -Be '3.2.5'
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'DownloadFailed*'
        $failures[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'takes a file at the user''s word, relative to where the user is' {
        Push-Location -LiteralPath $release
        try { $installed = Install-GostBtEngine -Path ./gost -Force -PassThru }
        finally { Pop-Location }
        $installed.Verified | Should -BeFalse
        $installed.Source | Should -Be (Join-Path $release 'gost')
    }

    It 'warns of a program that was changed, and no longer calls it verified' {
        Install-GostBtEngine -Version 3.2.5 -Mirror $mirror -Checksum $checksum -Force
        $path = (Get-GostBtEngine | Where-Object Version -EQ '3.2.5').Path
        Add-Content -LiteralPath $path -Value '# more'
        $shown = Get-GostBtEngine -WarningVariable warnings -WarningAction SilentlyContinue | Where-Object Path -EQ $path
        $shown.Verified | Should -BeFalse
        "$warnings" | Should -Match 'Install-GostBtEngine'
    }

    It 'ends at once when it is stopped' {
        $shell = [powershell]::Create().AddScript("Import-Module '$env:GOSTBT_TEST_MODULE'; Install-GostBtEngine -Version 3.2.1 -Mirror $mirror -Checksum $checksum")
        $before = $asked.Count
        $null = $shell.BeginInvoke()
        $deadline = [datetime]::UtcNow.AddSeconds(30)
        while ($asked.Count -eq $before -and [datetime]::UtcNow -lt $deadline) { Start-Sleep -Milliseconds 20 }
        $asked.Count | Should -BeGreaterThan $before
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $watch.ElapsedMilliseconds | Should -BeLessThan 10000
        $shell.Dispose()
    }

    It 'ends at once on a command line that cannot be meant: <_>' -ForEach '-Version 2.11.5', '-Path x -Mirror https://m.example/', '-Mirror ftp://m.example/', '-Checksum abc' {
        [scriptblock]::Create("Install-GostBtEngine $_") | Should -Throw -ErrorId 'InvalidInput*'
    }

    It 'completes versions without asking anybody' {
        $line = 'Install-GostBtEngine -Version 3.'
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText | Should -Contain '3.2.6'
    }
}

Describe 'New-GostBtServer -Engine' {
    It 'ends at once on a command line that cannot be meant: <_>' -ForEach '-Engine Bundled -EngineVersion 3.2.6', '-EngineVersion latest', '-EngineMirror m', '-EngineChecksum abc' {
        [scriptblock]::Create("New-GostBtServer -HostName vps.example.net -Port 6666 $_ -Force") | Should -Throw -ErrorId 'InvalidInput*'
    }

    It 'knows two engines' {
        { New-GostBtServer -HostName vps.example.net -Port 6666 -Engine Auto -Force } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
}

Describe 'A module that was unpacked without the permission to run anything, as from the PowerShell Gallery on Linux' {
    It 'gives it to its program once that is to run' -Skip:(-not ($IsLinux -and (Test-Path -LiteralPath "$env:GOSTBT_TEST_MODULE/bin/host/linux-x64/gostbt"))) {
        $copy = Join-Path $TestDrive 'unpacked/GostBt'
        $null = New-Item -ItemType Directory -Path (Split-Path $copy)
        cp -r $env:GOSTBT_TEST_MODULE $copy
        $program = "$copy/bin/host/linux-x64/gostbt"
        chmod 644 $program

        # Nothing answers there; ssh's question for the password is the program's to answer.
        $shell = Invoke-ChildShell -WithoutModule -Environment @{ GOSTBT_HOST = '' } -Script @"
Import-Module '$copy'
(Get-GostBtEngine | Where-Object Kind -EQ Bundled).Path
(Get-Item -LiteralPath '$program').UnixMode
`$secret = [pscredential]::new('root', (ConvertTo-SecureString -AsPlainText -Force 'secret'))
try { New-GostBtServer -HostName 127.0.0.1:1 -Name unpacked -Port 6666 -Force -AcceptHostKey -Credential `$secret -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId }
(Get-Item -LiteralPath '$program').UnixMode
"@
        $shell.Output -split "`n" | Should -Be @($program, '-rw-r--r--', 'HostUnreachable,GostBt.PowerShell.Commands.NewGostBtServerCommand', '-rwxr-xr-x')
    }
}
