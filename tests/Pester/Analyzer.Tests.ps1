BeforeDiscovery {
    $missing = -not (Get-Module -ListAvailable -Name PSScriptAnalyzer)
    $root = [System.IO.Path]::Combine($PSScriptRoot, '..', '..')
    # What Windows PowerShell 5.1 runs too, and what only pwsh runs.
    $files = foreach ($folder in 'module', 'examples', 'tests/Pester', 'demo') {
        foreach ($file in Get-ChildItem (Join-Path $root $folder) -File | Where-Object Extension -In '.ps1', '.psm1', '.psd1') {
            @{ Name = $file.Name; File = $file.FullName; Everywhere = $folder -in 'module', 'examples' }
        }
    }
}

Describe 'PSScriptAnalyzer' -Skip:$missing {
    BeforeAll { $path = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'PSScriptAnalyzerSettings.psd1') }

    It 'finds nothing in <Name>' -ForEach $files {
        $settings = Import-PowerShellDataFile -LiteralPath $path
        if (-not $Everywhere) { $settings.Rules.PSUseCompatibleSyntax.TargetVersions = @($settings.Rules.PSUseCompatibleSyntax.TargetVersions) -ne '5.1' }
        Invoke-ScriptAnalyzer -Path $File -Settings $settings | ForEach-Object { "$($_.Line): $($_.RuleName): $($_.Message)" } | Should -BeNullOrEmpty
    }

    It 'knows what Windows PowerShell 5.1 cannot read' {
        $settings = Import-PowerShellDataFile -LiteralPath $path
        (Invoke-ScriptAnalyzer -ScriptDefinition '$a ?? $b' -Settings $settings).RuleName | Should -Contain 'PSUseCompatibleSyntax'
    }
}
