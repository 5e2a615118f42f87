# Export- and Import-GostBtProfile, here only; taking over a server is in LabLife.Tests.ps1.
BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $env:GOSTBT_TEST_MODULE
    Add-TestProfile home
    Add-TestProfile nas
    $folder = [System.IO.Path]::Combine($env:GOSTBT_HOME, 'config', 'profiles')
    $secret = 'relay-s3cret-of-a-test'
    Set-Content -LiteralPath "$folder/home.secrets" -Value "username: someone`npassword: $secret`ncertificate: `"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`""
    function ConvertTo-Secure([string] $Text) {
        $secure = [securestring]::new()
        foreach ($character in $Text.ToCharArray()) { $secure.AppendChar($character) }
        $secure
    }

    $passphrase = ConvertTo-Secure 'four words are good'
    $null = New-Item -ItemType Directory "$TestDrive/out"
}

Describe 'Export-GostBtProfile' {
    It 'writes plain YAML without secrets to a file or a folder, each profile of the pipeline' {
        $files = Get-GostBtProfile | Export-GostBtProfile -Path "$TestDrive/out"
        $files.Name | Should -Be 'home.yaml', 'nas.yaml'
        Get-Content -Raw $files[0] | Should -Match 'host: vps\.example\.net'
        Get-Content -Raw $files[0] | Should -Not -Match $secret
    }

    It 'writes to a path relative to the current location' {
        Push-Location $TestDrive
        try { (Export-GostBtProfile home relative.yaml).FullName | Should -Be (Join-Path (Get-Location).ProviderPath 'relative.yaml') }
        finally { Pop-Location }
    }

    It 'seals the secrets, and shows them neither in the file nor in any stream' {
        $said = Export-GostBtProfile home "$TestDrive/out" -IncludeSecrets -Passphrase $passphrase -Verbose *>&1 | Out-String
        $said | Should -Not -Match $secret
        $said | Should -Not -Match 'four words'
        $text = Get-Content -Raw "$TestDrive/out/home.gostbt"
        $text | Should -Match '^gostbt-sealed 1\n'
        $text | Should -Not -Match $secret
        if ($IsLinux) { (Get-Item "$TestDrive/out/home.gostbt").UnixFileMode | Should -Be 'UserWrite, UserRead' }
    }

    It 'refuses: <Why>' -ForEach @(
        @{ Why = 'secrets without a passphrase'; Given = @{ IncludeSecrets = $true }; Says = '*only under a passphrase*' }
        @{ Why = 'a passphrase for nothing'; Given = @{ Passphrase = 'long enough' }; Says = '*nothing for a passphrase*' }
        @{ Why = 'a short passphrase'; Given = @{ IncludeSecrets = $true; Passphrase = 'short' }; Says = '*less than 8*' }
        @{ Why = 'a folder that is not there'; Given = @{ Path = 'no/such/folder/x.yaml' }; Says = '*cannot be written*' }
    ) {
        if ($Given.Passphrase) { $Given.Passphrase = ConvertTo-Secure $Given.Passphrase }
        if (-not $Given.Path) { $Given.Path = "$TestDrive/refused" }
        { Export-GostBtProfile -Name home @Given -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidInput,*' -ExpectedMessage $Says
        "$TestDrive/refused" | Should -Not -Exist
    }

    It 'does not write one profile over another, whatever -Force says' {
        $file = Get-GostBtProfile | Export-GostBtProfile -Path "$TestDrive/all.yaml" -Force -ErrorAction SilentlyContinue -ErrorVariable problems
        $file.FullName | Should -Be "$TestDrive/all.yaml"
        Get-Content -Raw $file | Should -Match 'name: home'
        $problems.FullyQualifiedErrorId | Should -Be 'Conflict,GostBt.PowerShell.Commands.ExportGostBtProfileCommand'
        $problems[0].TargetObject | Should -Be 'nas'
        $problems[0].ErrorDetails.RecommendedAction | Should -Match 'folder'
        # The next command may.
        Export-GostBtProfile nas "$TestDrive/all.yaml" -Force | Should -Not -BeNullOrEmpty
    }

    It 'replaces a file only with -Force, and writes nothing with -WhatIf' {
        { Export-GostBtProfile nas "$TestDrive/out" -ErrorAction Stop } | Should -Throw -ErrorId 'Conflict,*'
        Export-GostBtProfile nas "$TestDrive/out" -Force | Should -Not -BeNullOrEmpty
        Export-GostBtProfile nas "$TestDrive/what-if.yaml" -WhatIf | Should -BeNullOrEmpty
        "$TestDrive/what-if.yaml" | Should -Not -Exist
    }
}

Describe 'Import-GostBtProfile' {
    BeforeAll {
        $before = $env:GOSTBT_HOME
        $backup = (Export-GostBtProfile home "$TestDrive/backup.gostbt" -IncludeSecrets -Passphrase $passphrase).FullName
        $env:GOSTBT_HOME = Join-Path $TestDrive 'elsewhere'
        $profiles = [System.IO.Path]::Combine($env:GOSTBT_HOME, 'config', 'profiles')
    }

    AfterAll { $env:GOSTBT_HOME = $before }

    It 'refuses <Why>, says so plainly, and writes nothing' -ForEach @(
        @{ Why = 'a wrong passphrase'; Passphrase = 'four words are bad'; Says = '*passphrase is another one*' }
        @{ Why = 'no passphrase'; Passphrase = $null; Says = '*protected by a passphrase*' }
        @{ Why = 'a file cut off'; Passphrase = 'four words are good'; Change = { param($text) $text.Substring(0, $text.Length - 30) }; Says = '*damaged*' }
        @{ Why = 'a changed byte'; Passphrase = 'four words are good'; Change = { param($text) $text -replace '(aes-256-cbc \S+ .{20}).', '$1+' }; Says = '*file was changed*' }
        @{ Why = 'a later version'; Passphrase = 'four words are good'; Change = { param($text) $text -replace '^gostbt-sealed 1', 'gostbt-sealed 9' }; Says = '*version*' }
        @{ Why = 'a file that is none'; Passphrase = $null; Change = { 'hello' }; Says = '*' }
        @{ Why = 'a name that is a path'; Passphrase = $null; Change = { "version: 1`nname: ../../evil`nserver: { host: v }`nports: [ { port: 6666 } ]" }; Says = '*../../evil*' }
    ) {
        $file = Join-Path $TestDrive 'bad.gostbt'
        $text = Get-Content -Raw $backup
        Set-Content -NoNewline -LiteralPath $file -Value $(if ($Change) { & $Change $text } else { $text })
        $given = @{ Path = $file }
        if ($Passphrase) { $given.Passphrase = ConvertTo-Secure $Passphrase }
        { Import-GostBtProfile @given -ErrorAction Stop } | Should -Throw -ErrorId 'Invalid*' -ExpectedMessage $Says
        $profiles | Should -Not -Exist
    }

    It 'takes a sealed profile over, once, and again with -Force' {
        $said = Get-Item $backup | Import-GostBtProfile -Passphrase $passphrase -Verbose *>&1
        $said[-1].Name.Value | Should -Be 'home'
        $said | Out-String | Should -Not -Match $secret
        Get-Content -Raw "$profiles/home.secrets" | Should -Match $secret
        { Import-GostBtProfile $backup -Passphrase $passphrase -ErrorAction Stop } | Should -Throw -ErrorId 'Conflict,*'
        (Import-GostBtProfile $backup -Passphrase $passphrase -Force).Name.Value | Should -Be 'home'
    }

    It 'warns of a key of the old computer that is not here' {
        Set-Content -LiteralPath "$TestDrive/key.yaml" -Value "version: 1`nname: key`nserver: { host: v, identityFile: /no/such/key }`nports: [ { port: 6666 } ]"
        $null = Import-GostBtProfile "$TestDrive/key.yaml" -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -Match '/no/such/key'
    }
}

Describe 'Remove-GostBtProfile' {
    It 'removes one that cannot be read any more, and says so' {
        Add-TestProfile broken
        Add-Content -LiteralPath "$folder/broken.yaml" -Value 'colour: red'
        Set-Content -LiteralPath "$folder/broken.secrets" -Value 'x'
        $child = Invoke-ChildShell 'Remove-GostBtProfile broken -WhatIf; Remove-GostBtProfile broken'
        $child.Errors | Should -BeNullOrEmpty
        ($child.Output -replace '\s+', ' ') | Should -Match 'cannot be read .*colour.* stays as it is'
        "$folder/broken.yaml", "$folder/broken.secrets" | ForEach-Object { $_ | Should -Not -Exist }
    }

    It 'says what stays on the server' {
        $env:GOSTBT_HOME | Should -Not -BeNullOrEmpty
        Add-TestProfile deployed
        Add-Content -LiteralPath "$folder/deployed.yaml" -Value 'tunnel: { port: 8443 }'
        (Get-Content -Raw "$folder/deployed.yaml") -replace 'user: root', 'user: root, publicAddress: 198.51.100.10' | Set-Content -LiteralPath "$folder/deployed.yaml"
        $child = Invoke-ChildShell 'Remove-GostBtProfile deployed -WhatIf; Remove-GostBtProfile deployed -Verbose'
        ($child.Output -replace '\s+', ' ') | Should -Match 'root@vps\.example\.net stays as it is.*Remove-GostBtServer.*root@vps\.example\.net stays as it is'
        "$folder/deployed.yaml" | Should -Not -Exist
    }
}
