BeforeAll {
    . $PSScriptRoot/Common.ps1
    $names = @'
[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -in 'YamlDotNet', 'GostBt.Core', 'GostBt.Cmdlets' } |
    ForEach-Object { '{0} {1} {2}' -f $_.GetName().Name, $_.GetName().Version.Major, [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name }
'@
}

Describe 'Importing the module' {
    BeforeEach { $fresh = Join-Path $TestDrive ([guid]::NewGuid().ToString('N')) }

    It 'works in a fresh shell, says nothing and writes nothing' {
        $child = Invoke-ChildShell '' @{ GOSTBT_HOME = $fresh }
        $child.ExitCode | Should -Be 0
        $child.Output | Should -BeNullOrEmpty
        $child.Errors | Should -BeNullOrEmpty
        $fresh | Should -Not -Exist
    }

    It 'keeps its cmdlets after <Name>' -ForEach @(
        @{ Name = 'Import-Module -Force'; Again = 'Import-Module $env:GOSTBT_TEST_MODULE -Force' }
        @{ Name = 'Remove-Module and Import-Module'; Again = 'Remove-Module GostBt; Import-Module $env:GOSTBT_TEST_MODULE' }
        @{ Name = 'Import-Module -Force in another scope'; Again = '& { Import-Module $env:GOSTBT_TEST_MODULE -Force }' }
    ) {
        $child = Invoke-ChildShell "$Again; (Get-Command -Module GostBt).Count; (Get-GostBtProfile | Measure-Object).Count" @{ GOSTBT_HOME = $fresh }
        $child.Errors | Should -BeNullOrEmpty
        $child.Output -split '\s+' | Should -Be "$((Import-PowerShellDataFile "$env:GOSTBT_TEST_MODULE/GostBt.psd1").CmdletsToExport.Count)", '0'
    }

    It 'is found by its name on PSModulePath, loaded by the first use of a cmdlet' {
        $path = (Split-Path $env:GOSTBT_TEST_MODULE) + [System.IO.Path]::PathSeparator + $env:PSModulePath
        $child = Invoke-ChildShell '(Get-GostBtProfile | Measure-Object).Count; (Get-Module GostBt).Name' @{ PSModulePath = $path; GOSTBT_HOME = $fresh } -WithoutModule
        $child.Errors | Should -BeNullOrEmpty
        $child.Output -split '\s+' | Should -Be '0', 'GostBt'
    }

    It 'leaves no YamlDotNet to others: it lives in a context of its own' {
        $env:GOSTBT_HOME | Should -Not -BeNullOrEmpty
        Add-TestProfile home
        $child = Invoke-ChildShell "(Get-GostBtProfile home).Ports.Count; $names"
        $child.Errors | Should -BeNullOrEmpty
        $child.Output -split "`r?`n" | Sort-Object | Should -Be '1', 'GostBt.Cmdlets 0 GostBt', 'GostBt.Core 0 GostBt', 'YamlDotNet 16 GostBt'
    }

    It 'is not disturbed by a foreign YamlDotNet of version <_> that was loaded first' -ForEach 1, 99 -Skip:([Environment]::Version.Major -lt 9) {
        Add-TestProfile home
        $foreign = Join-Path $TestDrive "foreign-$_"
        $null = New-Item -ItemType Directory -Path $foreign
        $name = [System.Reflection.AssemblyName]::new('YamlDotNet')
        $name.Version = [version]::new($_, 0)
        $builder = [System.Reflection.Emit.PersistedAssemblyBuilder]::new($name, [object].Assembly)
        $null = $builder.DefineDynamicModule('YamlDotNet').DefineType('YamlDotNet.Foreign', 'Public').CreateType()
        $builder.Save("$foreign/YamlDotNet.dll")
        $script = @"
`$null = [System.Reflection.Assembly]::LoadFrom('$foreign/YamlDotNet.dll')
Import-Module '$env:GOSTBT_TEST_MODULE'
(Get-GostBtProfile home).Ports.Count
$names
"@
        $child = Invoke-ChildShell $script -WithoutModule
        $child.Errors | Should -BeNullOrEmpty
        $lines = $child.Output -split "`r?`n"
        $lines | Should -Contain '1'
        $lines | Should -Contain "YamlDotNet $_ Default"
        $lines | Should -Contain 'YamlDotNet 16 GostBt'
    }

    It 'costs little more than that of an empty module' {
        $empty = Join-Path $TestDrive 'Empty'
        $null = New-Item -ItemType Directory -Path $empty
        Set-Content -LiteralPath "$empty/Empty.psm1" -Value ''
        New-ModuleManifest -Path "$empty/Empty.psd1" -RootModule 'Empty.psm1'
        # The aim is 150 ms. In processor time, and the least of it, which whatever else the machine does disturbs least; interleaved, so that it falls on both.
        $import = '$process = [System.Diagnostics.Process]::GetCurrentProcess(); $before = $process.TotalProcessorTime
            Import-Module ''{0}''
            $process.Refresh(); [int]($process.TotalProcessorTime - $before).TotalMilliseconds'
        $least = @{ $empty = [int]::MaxValue; $env:GOSTBT_TEST_MODULE = [int]::MaxValue }
        foreach ($round in 1..5) {
            foreach ($module in @($least.Keys)) {
                $least[$module] = [Math]::Min($least[$module], [int](Invoke-ChildShell ($import -f $module) -WithoutModule).Output)
            }
        }

        $cost = $least[$env:GOSTBT_TEST_MODULE] - $least[$empty]
        Write-Information "      $cost ms" -InformationAction Continue
        $cost | Should -BeLessThan 200
    }

    It 'is refused by PowerShell <Version> in words (<Edition>: <Refused>)' -ForEach @(
        @{ Edition = 'Core'; Version = '7.0.13'; Refused = $true }
        @{ Edition = 'Core'; Version = '7.3.12'; Refused = $true }
        @{ Edition = 'Core'; Version = '7.4.0'; Refused = $false }
        @{ Edition = 'Core'; Version = '7.10.0'; Refused = $false }
        @{ Edition = 'Desktop'; Version = '5.1.19041.1'; Refused = $false }
    ) {
        # The module's script where it finds itself in that PowerShell, without the assemblies that it loads next.
        $script = (Get-Content -Raw "$env:GOSTBT_TEST_MODULE/GostBt.psm1").Replace('$PSVersionTable', '$global:pretended')
        Set-Content -LiteralPath "$TestDrive/Old.psm1" -Value $script
        $type = if ($Edition -eq 'Core') { 'semver' } else { 'version' }
        $child = Invoke-ChildShell -WithoutModule @"
`$pretended = @{ PSEdition = '$Edition'; PSVersion = [$type] '$Version' }
try { Import-Module '$TestDrive/Old.psm1' } catch { `$_.Exception.Message }
"@
        # Where it is not refused, the assemblies are missed.
        $said = "$($child.Output) $($child.Errors)" -replace '\s+', ' '
        $said | Should -Match 'GostBt'
        ($said -match 'GostBt needs PowerShell 7\.4 or later, or Windows PowerShell 5\.1') | Should -Be $Refused
    }
}
