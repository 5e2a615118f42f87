BeforeDiscovery {
    $root = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
    $readmes = 'README.md', 'README.zh-CN.md' | ForEach-Object { @{ Name = $_; Root = $root; File = Join-Path $root $_ } }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Code.ps1
    Import-Module $env:GOSTBT_TEST_MODULE

    # The blocks of code in a language, as they stand.
    function Get-Block([string] $File, [string] $Language) {
        [regex]::Matches((Get-Content -Raw $File), "(?ms)^[ ]*``````$Language\n(.*?)^[ ]*``````") | ForEach-Object { $_.Groups[1].Value }
    }

    # Code between backquotes in the text.
    function Get-Inline([string] $File) {
        $text = [regex]::Replace((Get-Content -Raw $File), '(?ms)^[ ]*```.*?^[ ]*```', '')
        [regex]::Matches($text, '`([^`\n]+)`') | ForEach-Object { $_.Groups[1].Value }
    }

    # How Add-GostBtPort ends with ports, for a profile that publishes 6666, where no server answers.
    function Test-PortAddition([string] $Ports) {
        $ssh = Install-RecordingSsh
        $before = $env:PATH
        try {
            $env:PATH = "${ssh}:$before"
            . ([scriptblock]::Create("Add-GostBtPort -Port $Ports -Name home -Force -ErrorAction SilentlyContinue -ErrorVariable problems"))
            [string]$problems[0].FullyQualifiedErrorId
        }
        finally { $env:PATH = $before }
    }

    # What is said is in the reader's language, what is typed is not.
    function Get-Typed([string] $Block) {
        $Block -split "`n" | ForEach-Object { ($_ -replace '(^|\s+)#.*$', '').Trim() } | Where-Object { $_ }
    }
}

Describe '<Name>' -ForEach $readmes {
    It 'has PowerShell that uses commands and parameters that exist' {
        $blocks = Get-Block $File powershell
        $blocks.Count | Should -BeGreaterThan 4
        $blocks | ForEach-Object { Get-CodeProblem $_ } | Should -BeNullOrEmpty
    }

    It 'adds ports that the profile of the quick start can have' {
        # What is refused is refused before ssh is asked.
        Add-TestProfile home
        $added = Get-Block $File powershell | ForEach-Object { Get-ArgumentText $_ Add-GostBtPort Port }
        $added | Should -Not -BeNullOrEmpty
        foreach ($ports in $added) { Test-PortAddition $ports | Should -BeLike 'HostUnreachable,*' -Because $ports }
    }

    It 'imports the file that it exports, in a folder that nobody made for it' {
        Add-TestProfile home
        $code = @(Get-Block $File powershell) -match 'Export-GostBtProfile' | Select-Object -First 1
        $user = Join-Path $TestDrive ([guid]::NewGuid().ToString('N'))
        $null = New-Item -ItemType Directory $user
        $exported, $imported = ('Export', 'Import').ForEach({ (Get-ArgumentText $code "$_-GostBtProfile" Path) -replace '^~', $user })
        (Export-GostBtProfile home $exported).FullName | Should -Be $imported
        (Import-GostBtProfile $imported -Force).Name.Value | Should -Be 'home'
    }

    It 'names commands and parameters that exist' {
        $code = Get-Inline $File
        $names = $code | ForEach-Object { [regex]::Matches($_, '\b[A-Z][a-z]+-GostBt[A-Za-z]+') } | ForEach-Object Value | Sort-Object -Unique
        $names.Count | Should -BeGreaterThan 2
        $names | Where-Object { -not (Get-Command $_ -Module GostBt -ErrorAction Ignore) } | Should -BeNullOrEmpty
        $known = (Get-Command -Module GostBt).Parameters.Keys | Sort-Object -Unique
        $parameters = $code + (Get-Block $File powershell) | ForEach-Object { [regex]::Matches($_, '(?<![\w-])-([A-Z][A-Za-z0-9]+)') } | ForEach-Object { $_.Groups[1].Value } | Sort-Object -Unique
        $parameters.Count | Should -BeGreaterThan 5
        # Of PowerShell's own Read-Host and Set-ExecutionPolicy.
        $parameters | Where-Object { $_ -notin $known -and $_ -notin 'AsSecureString', 'Scope' } | Should -BeNullOrEmpty
    }

    It 'names verbs and options of gostbt that exist' {
        $program = Get-ChildItem $env:GOSTBT_TEST_MODULE -Recurse -File | Where-Object { $_.FullName -match 'linux-x64.gostbt$' } | Select-Object -First 1
        $calls = @(Get-Block $File sh | ForEach-Object { Get-Typed $_ }) + @(Get-Inline $File) | Where-Object { $_ -match '^gostbt [a-z]' }
        $calls.Count | Should -BeGreaterThan 4
        foreach ($call in $calls) {
            $verb = ($call -split ' ')[1]
            $help = & $program.FullName $verb --help 2>&1 | Out-String
            $LASTEXITCODE | Should -Be 0 -Because $call
            $help | Should -Match "gostbt $verb" -Because $call
            [regex]::Matches($call, '--[a-z-]+') | ForEach-Object { $help | Should -Match "(?<!\S)$($_.Value)\b" -Because $call }
        }
    }

    It 'leads to files that are there' {
        $links = [regex]::Matches((Get-Content -Raw $File), '\]\(([^)#:]+)\)') | ForEach-Object { $_.Groups[1].Value }
        $links.Count | Should -BeGreaterThan 4
        $links | Where-Object { -not (Test-Path (Join-Path $Root $_)) } | Should -BeNullOrEmpty
    }
}

Describe 'The page of Add-GostBtPort' {
    It 'adds ports that the profile of the quick start can have' {
        Add-TestProfile home
        $page = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'docs', 'Add-GostBtPort.md')
        $added = Get-Block $page powershell | ForEach-Object { Get-ArgumentText $_ Add-GostBtPort Port }
        $added.Count | Should -BeGreaterThan 2
        foreach ($ports in $added) { Test-PortAddition $ports | Should -BeLike 'HostUnreachable,*' -Because $ports }
    }
}

Describe 'Both READMEs' {
    It 'have the same to type, and the same links' {
        $english, $chinese = 'README.md', 'README.zh-CN.md' | ForEach-Object { [System.IO.Path]::Combine($PSScriptRoot, '..', '..', $_) }
        foreach ($language in 'powershell', 'sh', 'yaml') {
            Get-Block $chinese $language | ForEach-Object { Get-Typed $_ } | Should -Be @(Get-Block $english $language | ForEach-Object { Get-Typed $_ })
        }
        $links = $english, $chinese | ForEach-Object { , ([regex]::Matches((Get-Content -Raw $_), '\]\(([^)]+)\)') | ForEach-Object { $_.Groups[1].Value } | Where-Object { $_ -notlike 'README*' }) }
        $links[1] | Should -Be $links[0]
    }
}
