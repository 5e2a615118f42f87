# Runs the Pester tests over the built module (build/build-module.sh) and ends with the line `N passed, N failed, N skipped`.
# pwsh -NoProfile -File tests/Pester/run.ps1 [-Module PATH] [-Path FILE,FILE] [-Tag TAG,TAG] [-ExcludeTag TAG,TAG]
[CmdletBinding()]
param(
    [string] $Module = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'artifacts', 'module', 'GostBt'),
    [string[]] $Path = $PSScriptRoot,
    [string[]] $Tag = @(),
    [string[]] $ExcludeTag = @()
)

$ErrorActionPreference = 'Stop'
# Pester 6 is another one.
$pester = Import-Module -Name Pester -MinimumVersion 5.5 -MaximumVersion 5.999 -PassThru -ErrorAction Ignore
if (-not $pester) {
    Write-Warning 'Pester 5.5 or later, but not 6, is not on PSModulePath. build/find-pwsh.sh fetches it.'
    exit 2
}

if (-not (Test-Path -LiteralPath (Join-Path $Module 'GostBt.psd1'))) {
    Write-Warning "There is no module at $Module. Build it with build/build-module.sh."
    exit 2
}

"PowerShell $($PSVersionTable.PSVersion) in $PSHOME, Pester $($pester.Version) in $($pester.ModuleBase)"
# Every test and every process it starts finds the module, and files of its own, by these.
$env:GOSTBT_TEST_MODULE = (Resolve-Path -LiteralPath $Module).ProviderPath
$scratch = Join-Path ([System.IO.Path]::GetTempPath()) ('gostbt-pester-' + [guid]::NewGuid().ToString('N'))
$env:GOSTBT_HOME = Join-Path $scratch 'home'

try {
    $configuration = New-PesterConfiguration
    # -File hands over a list as one text.
    $configuration.Run.Path = @($Path -split ',')
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Detailed'
    $configuration.Output.RenderMode = 'Plaintext'
    $configuration.TestRegistry.Enabled = $false
    if ($Tag) { $configuration.Filter.Tag = @($Tag -split ',') }
    if ($ExcludeTag) { $configuration.Filter.ExcludeTag = @($ExcludeTag -split ',') }
    $result = Invoke-Pester -Configuration $configuration

    # Real machines and clocks meet in these: a few that failed are run once more, by themselves (as test.sh does with xunit's).
    $recovered = @()
    $unstable = if ($result -and $result.FailedBlocksCount + $result.FailedContainersCount -eq 0) { @($result.Failed) }
    if ($unstable.Count -ge 1 -and $unstable.Count -le 5) {
        $configuration.Run.Path = @($unstable.ScriptBlock.File | Sort-Object -Unique)
        $configuration.Filter.Line = @($unstable | ForEach-Object { '{0}:{1}' -f $_.ScriptBlock.File, $_.StartLine })
        $passed = @((Invoke-Pester -Configuration $configuration).Passed.ExpandedPath)
        $recovered = @($unstable.ExpandedPath | Where-Object { $_ -in $passed })
        foreach ($name in $recovered) { "UNSTABLE failed, and passed when run again: $name" }
    }
}
finally {
    if (Test-Path -LiteralPath $scratch) { Remove-Item -LiteralPath $scratch -Recurse -Force }
}

if (-not $result) { exit 2 }
foreach ($skipped in $result.Skipped) { "SKIPPED  $($skipped.ExpandedPath)" }
# A file or block that breaks before its tests run has no failed test of its own; it must not pass for success.
$failed = [Math]::Max($result.FailedCount, $result.FailedBlocksCount + $result.FailedContainersCount) - $recovered.Count
'{0} passed, {1} failed, {2} skipped' -f ($result.PassedCount + $recovered.Count), $failed, $result.SkippedCount
exit [int]($failed -gt 0 -or $result.PassedCount + $result.SkippedCount -eq 0)
