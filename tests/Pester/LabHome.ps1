# A lab of this file's own, and its home: dot-sourced in BeforeAll, after Common.ps1. AfterAll lowers it with Close-Lab.

$lab = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'lab', 'lab.sh')
$env:GOSTBT_LAB = "ps$PID"
$null = & $lab up --owner $PID 2>&1
$facts = @{}
Get-Content -LiteralPath "/run/gostbt-lab/$env:GOSTBT_LAB/env" | ForEach-Object { $key, $value = $_ -split '=', 2; $facts[$key] = $value }
$server = "-HostName root@$($facts.VPS_NAME) -Name home -IdentityFile '$($facts.SSH_KEY)'"
$trusted = "$server -HostKeyFingerprint '$($facts.SSH_HOST_FINGERPRINT)'"

$modules = (Split-Path $env:GOSTBT_TEST_MODULE) + ':' + $env:PSModulePath

function Close-Lab {
    if ($env:GOSTBT_LAB) {
        $null = & $lab down 2>&1
        $env:GOSTBT_LAB = $null
    }
}

# What a user types at home, in a fresh shell; what it returns comes back as objects.
function Invoke-AtHome {
    param([Parameter(Mandatory)] [string] $Script, [string] $Folder = $env:GOSTBT_HOME)

    $file = Join-Path $TestDrive ([guid]::NewGuid().ToString('N') + '.ps1')
    Set-Content -LiteralPath $file -Value @"
`$ProgressPreference = 'SilentlyContinue'
`$WarningPreference = 'Continue'
Import-Module '$env:GOSTBT_TEST_MODULE'
try { `$output = & { $Script } 6>&1 } catch { `$caught = `$_ }
`$problems = @(`$Error | ForEach-Object { @{ Id = `$_.FullyQualifiedErrorId; Text = "`$_"; Remedy = "`$(`$_.ErrorDetails.RecommendedAction)" } })
[System.IO.File]::WriteAllText('$file.json', (@{ Output = @(`$output); Errors = `$problems } | ConvertTo-Json -Depth 6 -EnumsAsStrings))
"@
    $said = & $lab exec home env "GOSTBT_HOME=$Folder" "PSModulePath=$modules" NO_COLOR=1 pwsh -NoLogo -NoProfile -NonInteractive -File $file 2>&1 | Out-String
    $result = Get-Content -Raw -LiteralPath "$file.json" | ConvertFrom-Json
    $result | Add-Member -NotePropertyName Said -NotePropertyValue $said -PassThru
}

# A script of sh on the VPS, which must succeed; its output.
function Invoke-OnServer([string] $Script) {
    $output = & $lab exec vps sh -c $Script 2>&1 | Out-String
    if ($LASTEXITCODE) { throw "On the VPS: $Script`n$output" }
    $output
}
