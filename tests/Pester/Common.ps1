# What the test files share: dot-sourced in BeforeAll. Each file has profiles of its own.

$env:GOSTBT_HOME = Join-Path $TestDrive 'home'

# Runs a script in a fresh pwsh, because an assembly once loaded stays, and returns what it wrote: Output (standard output), Errors (standard error), ExitCode.
# A shell that does not end in time is ended, with all that it started, and is an error.
function Invoke-ChildShell {
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Script,
        [hashtable] $Environment = @{},
        [switch] $WithoutModule,
        [string[]] $Options = @('-NonInteractive'),
        [int] $TimeoutSeconds = 60
    )

    $file = Join-Path $TestDrive ('child-' + [guid]::NewGuid().ToString('N') + '.ps1')
    $import = if ($WithoutModule) { '' } else { "Import-Module '$env:GOSTBT_TEST_MODULE'" }
    Set-Content -LiteralPath $file -Value ('$ProgressPreference = ''SilentlyContinue''', '$PSStyle.OutputRendering = ''PlainText''', $import, $Script)
    $start = [System.Diagnostics.ProcessStartInfo]::new((Get-Process -Id $PID).Path)
    foreach ($argument in @('-NoLogo', '-NoProfile') + $Options + @('-File', $file)) { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    foreach ($variable in $Environment.Keys) { $start.Environment[$variable] = $Environment[$variable] }
    $process = [System.Diagnostics.Process]::Start($start)
    try {
        $process.StandardInput.Close()
        $errors = $process.StandardError.ReadToEndAsync()
        $output = $process.StandardOutput.ReadToEndAsync()
        # What it started may hold its output open after it has ended.
        $ending = [System.Threading.Tasks.Task]::WhenAll([System.Threading.Tasks.Task[]]@($process.WaitForExitAsync(), $errors, $output))
        if (-not $ending.Wait([timespan]::FromSeconds($TimeoutSeconds))) {
            $process.Kill($true)
            throw "The shell, or what it started, did not end in $TimeoutSeconds seconds: $Script"
        }

        [pscustomobject]@{ Output = $output.Result.Trim(); Errors = $errors.Result.Trim(); ExitCode = $process.ExitCode }
    }
    finally {
        $process.Dispose()
    }
}

# The type of that name from the module's own load context, where a type literal does not reach.
function Get-ModuleType {
    param([Parameter(Mandatory)] [string] $Name)

    $cmdlets = (Get-Command -Name Get-GostBtProfile).ImplementingType.Assembly
    $context = [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($cmdlets)
    $core = $context.LoadFromAssemblyName([System.Reflection.AssemblyName]::new('GostBt.Core'))
    foreach ($assembly in $cmdlets, $core) {
        if ($type = $assembly.GetType($Name)) { return $type }
    }

    throw "The module has no type $Name."
}

# An object of the module with these properties.
function Get-ModuleObject {
    param([Parameter(Mandatory)] [string] $Type, [hashtable] $Property = @{})

    $object = [System.Activator]::CreateInstance((Get-ModuleType $Type))
    foreach ($name in $Property.Keys) { $object.$name = $Property[$name] }
    $object
}

# Writes a profile into the GOSTBT_HOME of the test.
function Add-TestProfile {
    param([Parameter(Mandatory)] [string] $Name, [string] $Ports = '{ port: 6666, protocol: both }', [string] $HostName = 'vps.example.net')

    $folder = [System.IO.Path]::Combine($env:GOSTBT_HOME, 'config', 'profiles')
    $null = New-Item -ItemType Directory -Path $folder -Force
    Set-Content -LiteralPath (Join-Path $folder "$Name.yaml") -Value @"
version: 1
name: $Name
server: { host: $HostName, user: root }
ports: [ $Ports ]
"@
}

# A folder with an ssh that only notes that it was called, for PATH: what fails before anything is touched must not even log in.
function Install-RecordingSsh {
    param([string] $Behaviour = 'exit 255')

    $folder = Join-Path $TestDrive ('ssh-' + [guid]::NewGuid().ToString('N'))
    $null = New-Item -ItemType Directory -Path $folder
    foreach ($program in 'ssh', 'ssh-keyscan') {
        $file = Join-Path $folder $program
        Set-Content -LiteralPath $file -Value "#!/bin/sh`necho `"`$0 `$*`" >>'$folder/calls'`n$Behaviour"
        chmod +x $file
    }

    $folder
}
