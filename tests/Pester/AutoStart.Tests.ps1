BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $env:GOSTBT_TEST_MODULE

    # A profile whose server is deployed, as far as this computer knows.
    function Add-DeployedProfile([string] $Name) {
        Add-TestProfile $Name
        $file = [System.IO.Path]::Combine($env:GOSTBT_HOME, 'config', 'profiles', "$Name.secrets")
        Set-Content -LiteralPath $file -Value "username: relay-user`npassword: hunter2-hunter2`ncertificate: |`n  -----BEGIN CERTIFICATE-----`n  abc`n  -----END CERTIFICATE-----"
    }

    function Get-AutoStartError([string] $Command) {
        $child = Invoke-ChildShell "try { $Command -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId; `$_.Exception.Message; `$_.ErrorDetails.RecommendedAction }"
        $child.Output
    }
}

Describe 'Register-GostBtAutoStart' {
    It 'shows the unit with -WhatIf, without the profile''s secrets, and makes nothing' {
        Add-DeployedProfile home
        $child = Invoke-ChildShell 'Register-GostBtAutoStart home -WhatIf'
        $child.Errors | Should -BeNullOrEmpty
        $child.Output | Should -Match 'What if: '
        $child.Output | Should -Match 'ExecStart="/usr/local/lib/gostbt-agent/home/[0-9a-f]{12}/gostbt" "agent" "--profile" "home"'
        $child.Output | Should -Match ([regex]::Escape("$env:GOSTBT_HOME/config"))
        $child.Output | Should -Not -Match 'hunter2'
        '/usr/local/lib/gostbt-agent/home' | Should -Not -Exist
        '/etc/systemd/system/gostbt-agent-home.service' | Should -Not -Exist
    }

    It 'refuses a profile that does not exist' {
        Get-AutoStartError 'Register-GostBtAutoStart nobody' | Should -Match '^ProfileNotFound,'
    }

    It 'refuses a profile whose server is not deployed, also with -WhatIf' {
        Add-TestProfile bare
        foreach ($command in 'Register-GostBtAutoStart bare', 'Register-GostBtAutoStart bare -WhatIf') {
            Get-AutoStartError $command | Should -Match '(?s)^InvalidProfile,.*not deployed.*New-GostBtServer'
        }
    }

    It 'refuses a system without systemd and says what to do, with nothing left' -Skip:(Test-Path /run/systemd/system) {
        Add-DeployedProfile home
        Get-AutoStartError 'Register-GostBtAutoStart home' | Should -Match '(?s)^UnsupportedSystem,.*systemd.*gostbt agent --profile NAME'
        '/usr/local/lib/gostbt-agent/home' | Should -Not -Exist
    }
}

Describe 'Unregister-GostBtAutoStart' {
    It 'says of what was never registered that it is not, also where there is no such profile' {
        $child = Invoke-ChildShell 'Unregister-GostBtAutoStart never | Select-Object Name, Registered, Entry | ConvertTo-Json -Compress'
        $child.Errors | Should -BeNullOrEmpty
        $child.Output | Should -Be '{"Name":"never","Registered":false,"Entry":"gostbt-agent-never.service"}'
    }
}
