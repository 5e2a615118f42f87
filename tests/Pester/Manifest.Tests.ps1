BeforeAll {
    $path = Join-Path $env:GOSTBT_TEST_MODULE 'GostBt.psd1'
    $manifest = Test-ModuleManifest -Path $path
    $data = Import-PowerShellDataFile -Path $path
}

Describe 'The manifest' {
    It 'is valid and names both editions and what they need' {
        $manifest.CompatiblePSEditions | Should -Be 'Desktop', 'Core'
        $manifest.PowerShellVersion | Should -Be '5.1'
        $manifest.DotNetFrameworkVersion | Should -Be '4.7.2'
    }

    It 'exports exactly the cmdlets, each by name, and nothing else' {
        Import-Module $env:GOSTBT_TEST_MODULE
        $data.CmdletsToExport | Should -Not -Match '[*?]'
        foreach ($kind in 'FunctionsToExport', 'AliasesToExport', 'VariablesToExport') { $data[$kind] | Should -HaveCount 0 }
        (Get-Command -Module GostBt).Name | Should -Be ($data.CmdletsToExport | Sort-Object)
    }

    It 'lists every cmdlet the assembly has' {
        Import-Module $env:GOSTBT_TEST_MODULE
        $inside = (Get-Command New-GostBtServer).ImplementingType.Assembly.GetTypes() |
            ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } |
            ForEach-Object { "$($_.VerbName)-$($_.NounName)" }
        $inside | Sort-Object | Should -Be ($data.CmdletsToExport | Sort-Object)
    }

    It 'carries what a gallery shows: description, tags without spaces, licence, release notes' {
        $manifest.Description.Length | Should -BeGreaterThan 40
        $manifest.Tags.Count | Should -BeGreaterThan 5
        $manifest.Tags | Should -Not -Match '\s'
        $manifest.LicenseUri | Should -Be 'https://opensource.org/license/mit'
        # As README and docs/servers.md have it.
        foreach ($word in 'Debian', 'sysvinit', 'iptables', 'Windows', '7.4', '5.1') { $manifest.ReleaseNotes | Should -Match ([regex]::Escape($word)) }
        $manifest.ReleaseNotes | Should -Not -Match 'Ubuntu'
    }

    It 'has the version of the assemblies' {
        foreach ($folder in 'net8.0', 'net472') {
            $file = [System.IO.Path]::Combine($env:GOSTBT_TEST_MODULE, 'bin', $folder, 'GostBt.Cmdlets.dll')
            $version = [System.Reflection.AssemblyName]::GetAssemblyName($file).Version
            '{0}.{1}.{2}' -f $version.Major, $version.Minor, $version.Build | Should -Be $manifest.Version.ToString()
        }
    }

    It 'brings the program for Linux and for Windows on x64' {
        foreach ($program in 'linux-x64/gostbt', 'win-x64/gostbt.exe') { "$env:GOSTBT_TEST_MODULE/bin/host/$program" | Should -Exist }
    }

    It 'names what it carries of others, with their licence' {
        $notices = Get-Content -Raw "$env:GOSTBT_TEST_MODULE/THIRD-PARTY-NOTICES.txt"
        $theirs = (Get-ChildItem "$env:GOSTBT_TEST_MODULE/bin/net8.0", "$env:GOSTBT_TEST_MODULE/bin/net472").Name | Where-Object { $_ -notlike 'GostBt.*' } | Sort-Object -Unique
        $theirs | Should -Contain 'YamlDotNet.dll'
        $names = @($theirs) + 'The .NET runtime', 'System.CommandLine', 'Permission is hereby granted, free of charge'
        foreach ($name in $names) { $notices | Should -Match ([regex]::Escape($name)) }
        "$env:GOSTBT_TEST_MODULE/LICENSE" | Should -Exist
        Get-Content -Raw "$env:GOSTBT_TEST_MODULE/THIRD-PARTY-NOTICES-dotnet.txt" | Should -Match '\.NET.* uses third-party libraries'
    }

    It 'brings the dependencies of each edition, and none that PowerShell has itself' {
        # SSH.NET's, where it could be restored: what .NET Framework lacks of them is in its folder alone.
        $ssh = 'BouncyCastle.Cryptography', 'GostBt.SshNet', 'Microsoft.Extensions.DependencyInjection.Abstractions', 'Microsoft.Extensions.Logging.Abstractions', 'Renci.SshNet'
        $desktop = @(
            'Microsoft.Bcl.AsyncInterfaces', 'Microsoft.Bcl.Cryptography', 'System.Buffers', 'System.Formats.Asn1', 'System.Memory', 'System.Numerics.Vectors'
            'System.Runtime.CompilerServices.Unsafe', 'System.Threading.Tasks.Extensions'
        )
        $loader = [GostBt.Loader.ModuleAssembly].Assembly.GetType('GostBt.Loader.ModuleFolder')
        $known = $loader.GetField('Ours', [System.Reflection.BindingFlags] 'Static, NonPublic').GetValue($null)
        foreach ($folder in 'net8.0', 'net472') {
            $files = (Get-ChildItem ([System.IO.Path]::Combine($env:GOSTBT_TEST_MODULE, 'bin', $folder))).BaseName
            $expected = @('GostBt.Cmdlets', 'GostBt.Core', 'GostBt.Loader', 'YamlDotNet')
            if ($files -contains 'GostBt.SshNet') { $expected += $ssh; if ($folder -eq 'net472') { $expected += $desktop } }
            $files | Sort-Object | Should -Be ($expected | Sort-Object)
            $files | Where-Object { $_ -ne 'GostBt.Loader' -and -not $known.Contains($_) } | Should -BeNullOrEmpty
        }
    }
}
