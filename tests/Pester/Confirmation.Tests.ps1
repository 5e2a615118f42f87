BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $env:GOSTBT_TEST_MODULE
    Add-TestProfile home
}

Describe 'A session where nobody can be asked' {
    BeforeAll { $ssh = Install-RecordingSsh }

    It 'ends <Command> at once and says what to do (<Name>)' -ForEach @(
        @{ Command = 'New-GostBtServer vps.example.net 6666'; Name = '-NonInteractive'; Options = @('-NonInteractive') }
        @{ Command = 'New-GostBtServer vps.example.net 6666'; Name = 'no standard input'; Options = @() }
        @{ Command = 'Remove-GostBtServer home'; Name = '-NonInteractive'; Options = @('-NonInteractive') }
        @{ Command = 'New-GostBtServer vps.example.net 6666 -Force -Confirm'; Name = '-Confirm stands above -Force'; Options = @('-NonInteractive') }
        @{ Command = '$ConfirmPreference = ''Medium''; Stop-GostBtTunnel home'; Name = 'a lower $ConfirmPreference'; Options = @('-NonInteractive') }
    ) {
        $child = Invoke-ChildShell "try { $Command } catch { `$_.FullyQualifiedErrorId; `$_.ErrorDetails.RecommendedAction }" @{ PATH = "${ssh}:$env:PATH" } -Options $Options
        $child.Output | Should -Match '^ConfirmationRequired,'
        $child.Output | Should -Match '-Force or -Confirm:\$false'
        "$ssh/calls" | Should -Not -Exist
    }

    It 'goes on with <_>' -ForEach '-Force', '-Confirm:$false' {
        $child = Invoke-ChildShell "New-GostBtServer vps.example.net 6666 $_ -ErrorAction SilentlyContinue; `$Error.FullyQualifiedErrorId" @{ PATH = "${ssh}:$env:PATH" }
        $child.Output | Should -Match ',GostBt.PowerShell.Commands.NewGostBtServerCommand'
        $child.Output | Should -Not -Match 'ConfirmationRequired'
        "$ssh/calls" | Should -Exist
        Remove-Item "$ssh/calls"
    }

    It 'goes on with $ConfirmPreference None' {
        $child = Invoke-ChildShell '$ConfirmPreference = ''None''; New-GostBtServer vps.example.net 6666 -ErrorAction SilentlyContinue; $Error.FullyQualifiedErrorId' @{ PATH = "${ssh}:$env:PATH" }
        $child.Output | Should -Not -Match 'ConfirmationRequired'
    }
}

Describe 'The arguments of PowerShell' {
    It 'say that nobody can be asked: <Argument> is <Said>' -ForEach @(
        @{ Argument = '-NonInteractive'; Said = $true }
        @{ Argument = '-noni'; Said = $true }
        @{ Argument = '/NonInter'; Said = $true }
        @{ Argument = '--noninteractive'; Said = $true }
        @{ Argument = '-----'; Said = $false }
        @{ Argument = '-non'; Said = $false }
        @{ Argument = '-NonInteractively'; Said = $false }
        @{ Argument = 'noninteractive'; Said = $false }
    ) {
        (Get-ModuleType GostBt.PowerShell.Abstractions.Prompts).GetMethod('IsNonInteractive').Invoke($null, @($Argument)) | Should -Be $Said
    }
}

Describe '-WhatIf' {
    It 'prints what <Command> would do, stronger than -Force, and does nothing' -ForEach @(
        @{ Command = 'Stop-GostBtTunnel home'; Plan = 'Stop the tunnel ''home''' }
        @{ Command = 'Restart-GostBtTunnel home'; Plan = 'Restart the tunnel ''home''' }
        @{ Command = 'Start-GostBtTunnel home'; Plan = 'gost_tun with 192.168.123.2' }
        @{ Command = 'Unregister-GostBtAutoStart home'; Plan = 'Have the tunnel ''home'' come up with this computer no more' }
        @{ Command = 'Set-GostBtSplitRoute home -IPv4 Direct'; Plan = 'IPv4 Direct, IPv6 Direct' }
    ) {
        $before = Get-Content -Raw "$env:GOSTBT_HOME/config/profiles/home.yaml"
        $child = Invoke-ChildShell "$Command -WhatIf"
        $child.Errors | Should -BeNullOrEmpty
        $child.Output | Should -Match '^What if: '
        $child.Output | Should -Match $Plan
        Get-Content -Raw "$env:GOSTBT_HOME/config/profiles/home.yaml" | Should -Be $before
        Join-Path $env:GOSTBT_HOME 'state' | Should -Not -Exist
    }

    It 'keeps no key of a server that is seen for the first time, which -Force does' {
        $shows = @'
for argument do
    case $argument in
        -G) printf 'hostname vps.example.net\nport 22\n'; exit ;;
        UserKnownHostsFile=*)
            file=${argument#*=\"}
            key=AAAAC3NzaC1lZDI1NTE5AAAAIGVkMjU1MTkga2V5IG9mIGEgdGVzdCwgbm90IGEgcmVhbA==
            case " $* " in *PreferredAuthentications=none*) echo "vps.example.net ssh-ed25519 $key" >"${file%\"}" ;; esac
            ;;
    esac
done
exit 255
'@
        $environment = @{ PATH = "$(Install-RecordingSsh $shows):$env:PATH" }
        $known = [System.IO.Path]::Combine($env:GOSTBT_HOME, 'config', 'known_hosts')
        foreach ($command in 'New-GostBtServer vps.example.net 6666', 'Remove-GostBtServer home', 'Update-GostBtServer home', 'Add-GostBtPort 7000 home') {
            $fingerprint = if ($command -like 'New-*') { '-AcceptHostKey' }
            $child = Invoke-ChildShell "$command $fingerprint -WhatIf -ErrorAction SilentlyContinue; `$Error.FullyQualifiedErrorId" $environment
            $child.Output | Should -Match ($fingerprint ? '^HostUnreachable,' : '^HostKeyUnknown,')
            $known | Should -Not -Exist
        }

        $null = Invoke-ChildShell 'New-GostBtServer vps.example.net 6666 -AcceptHostKey -Force -ErrorAction SilentlyContinue' $environment
        $known | Should -Exist
    }

    It 'is honoured as $WhatIfPreference' {
        (Invoke-ChildShell '$WhatIfPreference = $true; Stop-GostBtTunnel home').Output | Should -Match '^What if: '
    }
}

Describe 'A person at a terminal' -Skip:(-not (Get-Command script -CommandType Application -ErrorAction Ignore)) {
    BeforeAll {
        # A terminal of its own for the shell, with what the person types; the prompts come back with the rest.
        function Invoke-Terminal([string] $Command, [string] $Typed) {
            $file = Join-Path $TestDrive ('typed-' + [guid]::NewGuid().ToString('N') + '.ps1')
            Set-Content -LiteralPath $file -Value "`$ProgressPreference = 'SilentlyContinue'; Import-Module '$env:GOSTBT_TEST_MODULE'; $Command; 'ended'"
            $shell = (Get-Process -Id $PID).Path
            $Typed | env TERM=dumb timeout 60 script -qec "'$shell' -NoLogo -NoProfile -File '$file'" /dev/null 2>&1 | Out-String
        }
    }

    It 'is asked once, with the plan, and a no does nothing' {
        Add-TestProfile home
        $screen = Invoke-Terminal 'Stop-GostBtTunnel home -Confirm' 'n'
        ([regex]::Matches($screen, '\[Y\] Yes')).Count | Should -Be 1
        $screen | Should -Match 'Stop the tunnel ''home'''
        $screen | Should -Match 'ended'
        $screen | Should -Not -Match 'Stopped'
    }

    It 'who says yes gets the result' {
        $screen = Invoke-Terminal 'Stop-GostBtTunnel home -Confirm' 'y'
        $screen | Should -Match 'Stopped'
        $screen | Should -Match 'ended'
    }
}
