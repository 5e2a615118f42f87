# Logins by password through PowerShell, on the lab's real parts: a VPS whose root may log in by password, a user who may sudo with one, and a home.
# Raises a lab of its own and lowers it.

BeforeDiscovery {
    $lab = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'lab', 'lab.sh')
    $missing = -not ($IsLinux -and (id -u) -eq 0 -and (Test-Path -LiteralPath $lab) -and (Get-Command systemd-nspawn -ErrorAction Ignore) -and
        (Test-Path -LiteralPath "$env:GOSTBT_TEST_MODULE/bin/host/linux-x64/gostbt"))
    $withoutSshNet = -not (Test-Path -LiteralPath "$env:GOSTBT_TEST_MODULE/bin/net8.0/Renci.SshNet.dll")
}

Describe 'A login by password' -Tag Lab -Skip:$missing {
    BeforeAll {
        . $PSScriptRoot/Common.ps1
        $lab = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'lab', 'lab.sh')
        $env:GOSTBT_LAB = "pl$PID"
        $null = & $lab up --owner $PID 2>&1
        $facts = @{}
        Get-Content -LiteralPath "/run/gostbt-lab/$env:GOSTBT_LAB/env" | ForEach-Object { $key, $value = $_ -split '=', 2; $facts[$key] = $value }
        $modules = (Split-Path $env:GOSTBT_TEST_MODULE) + ':' + $env:PSModulePath

        $password = 'Pester''s "$(id)" 4f7a'
        "root:$password", "worker:$password" | & $lab exec vps sh -c 'useradd --create-home --shell /bin/bash worker
            printf ''worker ALL=(ALL) ALL\n'' >/etc/sudoers.d/worker
            chpasswd
            printf ''Port 2222\nPidFile none\nUsePAM yes\nPermitRootLogin yes\nHostKey /etc/ssh/ssh_host_ed25519_key\n'' >/root/sshd
            systemd-run --quiet --unit=sshd-password /usr/sbin/sshd -D -f /root/sshd
            for i in $(seq 100); do ss -Hltn "sport = 2222" | grep -q . && exit; sleep 0.1; done; exit 1'

        # What a user types at home, in a fresh shell. The password comes as a user's own script would have it: read from a private file.
        $secret = Join-Path $TestDrive 'password'
        Set-Content -LiteralPath $secret -Value $password -NoNewline
        function Invoke-AtHome([string] $Script, [string] $Path = $env:PATH) {
            $file = Join-Path $TestDrive ([guid]::NewGuid().ToString('N') + '.ps1')
            Set-Content -LiteralPath $file -Value @"
`$ProgressPreference = 'SilentlyContinue'
Import-Module '$env:GOSTBT_TEST_MODULE'
`$secret = ConvertTo-SecureString -AsPlainText -Force (Get-Content -Raw -LiteralPath '$secret')
`$wrong = ConvertTo-SecureString -AsPlainText -Force 'not this one'
function Credential(`$User, `$Password = `$secret) { [pscredential]::new(`$User, `$Password) }
try { `$output = & { $Script } 4>&1 6>&1 } catch { `$caught = `$_ }
`$problems = @(`$Error | ForEach-Object { @{ Id = `$_.FullyQualifiedErrorId; Text = "`$_"; Remedy = "`$(`$_.ErrorDetails.RecommendedAction)" } })
[System.IO.File]::WriteAllText('$file.json', (@{ Output = @(`$output); Errors = `$problems } | ConvertTo-Json -Depth 6 -EnumsAsStrings))
"@
            $said = & $lab exec home env "GOSTBT_HOME=$env:GOSTBT_HOME" "PATH=$Path" "PSModulePath=$modules" NO_COLOR=1 pwsh -NoLogo -NoProfile -NonInteractive -File $file 2>&1 | Out-String
            $result = Get-Content -Raw -LiteralPath "$file.json" | ConvertFrom-Json
            $said + (Get-Content -Raw -LiteralPath "$file.json") | Should -Not -Match ([regex]::Escape($password))
            $result | Add-Member -NotePropertyName Said -NotePropertyValue $said -PassThru
        }

        function Get-ServerState {
            & $lab exec vps sh -c 'find /etc /usr/local -xdev -type f ! -name "*-" -exec sha256sum {} + | sort -k 2
                getent passwd; systemctl list-unit-files --no-legend --no-pager; nft list ruleset; sysctl net.ipv4.ip_forward' | Out-String
        }

        $server = "-HostName $($facts.VPS_NAME):2222 -Name home -Port 6666 -Force -HostKeyFingerprint '$($facts.SSH_HOST_FINGERPRINT)'"
        $before = Get-ServerState
    }

    AfterAll {
        if ($env:GOSTBT_LAB) {
            $null = & $lab down 2>&1
            $env:GOSTBT_LAB = $null
        }
    }

    It 'of root makes a server, shows it and takes it back' {
        $result = Invoke-AtHome "New-GostBtServer $server -Credential (Credential root); Get-GostBtServer -Credential (Credential root)"
        $result.Errors | Should -BeNullOrEmpty
        $result.Output.State | Should -Be 'Running', 'Running'
        Get-Content -Raw "$env:GOSTBT_HOME/config/profiles/home.yaml" | Should -Match 'user: root'
        $files = Get-ChildItem -Recurse -File -LiteralPath $env:GOSTBT_HOME
        Select-String -SimpleMatch $password -LiteralPath $files.FullName | Should -BeNullOrEmpty

        (Invoke-AtHome 'Remove-GostBtServer home -Force -Credential (Credential root); Remove-GostBtProfile home -Confirm:$false').Errors | Should -BeNullOrEmpty
        Get-ServerState | Should -Be $before
    }

    # What cleans up after Ctrl+C logs in itself, when the prompt is long back.
    It 'that Ctrl+C breaks off while the server is checked leaves profile and server of one mind' {
        $slow = Join-Path $TestDrive 'slow'
        $null = New-Item -ItemType Directory -Path $slow
        Set-Content -LiteralPath "$slow/ssh" -Value "#!/bin/sh`nsleep 1.5`nexec $((Get-Command ssh).Source) `"`$@`""
        chmod 755 "$slow/ssh"
        try {
            $profileFile = "$env:GOSTBT_HOME/config/profiles/home.yaml"
            $broken = Invoke-AtHome "`$null = New-GostBtServer $server -Credential (Credential root)
                `$shell = [powershell]::Create().AddScript({ param(`$module, `$login) Import-Module `$module; Update-GostBtServer -Port 6666, 7070 -Credential `$login -Force }).
                    AddArgument('$env:GOSTBT_TEST_MODULE').AddArgument((Credential root))
                `$running = `$shell.BeginInvoke(); `$patience = [datetime]::UtcNow.AddSeconds(60)
                while (-not `$running.IsCompleted -and [datetime]::UtcNow -lt `$patience -and -not (Select-String -Quiet '7070' '$profileFile')) { [System.Threading.Thread]::Sleep(5) }
                `$shell.Stop(); `"`$(`$shell.InvocationStateInfo.State)`"
                `$clock = [System.Diagnostics.Stopwatch]::StartNew()
                Update-GostBtServer -Port 6666, 7171 -Credential (Credential root) -Force
                `$clock.Elapsed.TotalSeconds
                Test-GostBtServer -Credential (Credential root)" "${slow}:$env:PATH"
            $broken.Errors | Should -BeNullOrEmpty
            $broken.Output[0] | Should -Be 'Stopped'
            $broken.Output[1].Changed | Should -BeTrue
            $broken.Output[2] | Should -BeLessThan 50 -Because 'nothing of the first is waited for until it gives up'
            $broken.Output[3].Findings.Message | Should -BeNullOrEmpty
        }
        finally {
            $null = Invoke-AtHome 'Remove-GostBtServer home -Force -Credential (Credential root); Remove-GostBtProfile home -Confirm:$false'
        }

        Get-ServerState | Should -Be $before
    }

    It 'of a user is sudo''s too' {
        $result = Invoke-AtHome "New-GostBtServer $server -Credential (Credential worker); Remove-GostBtServer home -Force -Credential (Credential worker); Remove-GostBtProfile home -Confirm:`$false"
        $result.Errors | Should -BeNullOrEmpty
        $result.Output.HostName | Should -Be "worker@$($facts.VPS_NAME):2222"
        Get-ServerState | Should -Be $before
    }

    It 'is not of another user than the one the host''s name says' {
        $result = Invoke-AtHome "New-GostBtServer $($server -replace '-HostName ', '-HostName root@') -Credential (Credential worker) -ErrorAction Stop"
        $result.Errors.Id | Should -Be 'InvalidInput,GostBt.PowerShell.Commands.NewGostBtServerCommand'
    }

    It 'that is wrong fails at once, and so does a wrong one for sudo' {
        $result = Invoke-AtHome "New-GostBtServer $server -Credential (Credential root `$wrong); New-GostBtServer $server -Credential (Credential worker) -SudoPassword `$wrong"
        $result.Errors[1].Id | Should -Be 'AuthenticationFailed,GostBt.PowerShell.Commands.NewGostBtServerCommand'
        $result.Errors[0].Id | Should -Be 'NotPrivileged,GostBt.PowerShell.Commands.NewGostBtServerCommand'
        $result.Errors[0].Remedy | Should -Match 'SudoPassword'
        Get-ServerState | Should -Be $before
    }

    It 'goes by SSH.NET where ssh is too old for it' -Skip:$withoutSshNet {
        $old = Install-RecordingSsh 'echo OpenSSH_8.1p1 >&2'
        $result = Invoke-AtHome "New-GostBtServer $server -Credential (Credential worker) -Verbose; Remove-GostBtServer home -Force -Credential (Credential worker); Remove-GostBtProfile home -Confirm:`$false" "${old}:$env:PATH"
        $result.Errors | Should -BeNullOrEmpty
        @($result.Output.Message) -match 'SSH\.NET' | Should -Not -BeNullOrEmpty
        Get-Content "$old/calls" | Select-Object -Unique | Should -Be "$old/ssh -V"
        Get-ServerState | Should -Be $before
    }
}

Describe 'The parameters of a login' {
    BeforeAll { Import-Module $env:GOSTBT_TEST_MODULE }

    It 'are the same on every cmdlet that has one of them, and on those that log in' {
        # An autostart's credential is an account of this computer.
        $having = Get-Command -Module GostBt | Where-Object { $_.Name -ne 'Register-GostBtAutoStart' -and $_.Parameters.Keys -match '^(Credential|SudoPassword|KeyPassphrase)$' }
        $having.Name | Should -Contain 'New-GostBtServer'
        $having.Name | Should -Contain 'Get-GostBtServer'
        $having.Name | Should -Contain 'Remove-GostBtServer'
        $having.Name | Should -Contain 'Test-GostBtPort'
        foreach ($command in $having) {
            $command.Parameters.Credential.ParameterType | Should -Be ([pscredential])
            $command.Parameters.SudoPassword.ParameterType | Should -Be ([securestring])
            $command.Parameters.KeyPassphrase.ParameterType | Should -Be ([securestring])
        }
    }

    It 'are not on those that do not' {
        (Get-Command Get-GostBtProfile).Parameters.Keys | Should -Not -Contain 'Credential'
        (Get-Command Start-GostBtTunnel).Parameters.Keys | Should -Not -Contain 'Credential'
    }
}
