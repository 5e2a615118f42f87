BeforeDiscovery {
    Import-Module $env:GOSTBT_TEST_MODULE
    $commands = Get-Command -Module GostBt | ForEach-Object { @{ Name = $_.Name } }
}

BeforeAll {
    . $PSScriptRoot/Code.ps1
    Import-Module $env:GOSTBT_TEST_MODULE
    $docs = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'docs')
}

Describe 'Get-Help <Name>' -ForEach $commands {
    BeforeAll {
        $help = Get-Help $Name -Full
        $command = Get-Command $Name
        $own = $command.Parameters.Values | Where-Object { $_.Name -notin [System.Management.Automation.PSCmdlet]::CommonParameters }
    }

    It 'has a synopsis, a description, inputs, outputs and links, from its page' {
        $help.Synopsis.Trim() | Should -Match '^[A-Z].*\.$'
        ($help.description | Out-String).Trim().Length | Should -BeGreaterThan 60
        $help.returnValues.returnValue.type.name | Should -Be $command.OutputType.Name
        $help.inputTypes.inputType | Should -Not -BeNullOrEmpty
        $help.relatedLinks.navigationLink.linkText | Where-Object { -not (Get-Command $_ -ErrorAction Ignore) } | Should -BeNullOrEmpty
        [System.IO.Path]::Combine($docs, "$Name.md") | Should -Exist
    }

    It 'has examples that use what exists' {
        $help.examples.example.Count | Should -BeGreaterOrEqual 1
        foreach ($example in $help.examples.example) {
            Get-CodeProblem $example.code | Should -BeNullOrEmpty -Because $example.title
            ($example.remarks | Out-String).Trim() | Should -Not -BeNullOrEmpty
        }
    }

    It 'describes exactly the parameters there are' {
        $help.parameters.parameter.name | Sort-Object | Should -Be ($own.Name | Sort-Object)
        $help.syntax.syntaxItem.parameter.name | Sort-Object | Should -Be ($own.Name | Sort-Object)
    }

    It 'tells the truth about each parameter' {
        foreach ($parameter in $own) {
            $described = $help.parameters.parameter | Where-Object name -EQ $parameter.Name
            $set = $parameter.ParameterSets.Values | Select-Object -First 1
            $because = "-$($parameter.Name)"
            ($described.description | Out-String).Trim() | Should -Not -BeNullOrEmpty -Because $because
            $described.required | Should -Be $set.IsMandatory.ToString().ToLowerInvariant() -Because $because
            $described.position | Should -Be ($set.Position -lt 0 ? 'named' : "$($set.Position)") -Because $because
            $pipeline = @(if ($set.ValueFromPipeline) { 'ByValue' }; if ($set.ValueFromPipelineByPropertyName) { 'ByPropertyName' })
            $described.pipelineInput | Should -Be ($pipeline ? "True ($($pipeline -join ', '))" : 'False') -Because $because
            $described.aliases | Should -Be ($parameter.Aliases ? $parameter.Aliases -join ', ' : 'none') -Because $because
            $wildcards = [bool]($parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.SupportsWildcardsAttribute] })
            $described.globbing | Should -Be $wildcards.ToString().ToLowerInvariant() -Because $because
            $type = ([Nullable]::GetUnderlyingType($parameter.ParameterType) ?? $parameter.ParameterType).Name
            $described.type.name | Should -Be $type -Because $because
        }
    }

    It 'tells the true defaults' {
        $fresh = [System.Activator]::CreateInstance($command.ImplementingType)
        foreach ($described in $help.parameters.parameter | Where-Object { $_.defaultValue -notin 'None', 'False' }) {
            "$($fresh.($described.name))" | Should -Be $described.defaultValue
        }
    }
}

Describe 'about_GostBt' {
    It 'is found by Get-Help and fits a terminal' {
        $text = Get-Help about_GostBt | Out-String
        $text | Should -Match 'New-GostBtServer'
        ($text -split "`r?`n" | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual 80
    }

    It 'names every error id there is' {
        . $PSScriptRoot/Common.ps1
        $text = Get-Content -Raw (Join-Path $docs 'about_GostBt.md')
        [enum]::GetNames((Get-ModuleType GostBt.Model.GostBtFailure)) | Where-Object { $text -notmatch "``$_``" } | Should -BeNullOrEmpty
    }
}
