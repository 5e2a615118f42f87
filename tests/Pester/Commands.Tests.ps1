BeforeDiscovery {
    Import-Module $env:GOSTBT_TEST_MODULE
    $all = Get-Command -Module GostBt | ForEach-Object { @{ Name = $_.Name; Verb = $_.Verb } }
}

Describe '<Name>' -ForEach $all {
    BeforeAll {
        $command = Get-Command $Name
        $attribute = $command.ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)
    }

    It 'says what it returns' {
        $command.OutputType | Should -Not -BeNullOrEmpty
    }

    It 'has an approved verb' {
        (Get-Verb -Verb $Verb).Verb | Should -Be $Verb
    }

    It 'is sealed and named after its verb and noun' {
        $command.ImplementingType.IsSealed | Should -BeTrue
        $command.ImplementingType.Name | Should -Be "$Verb$($command.Noun)Command"
    }

    It 'asks before it changes anything, and only then' {
        $attribute.SupportsShouldProcess | Should -Be ($Verb -notin 'Get', 'Test')
    }

    It 'asks about another machine unless told otherwise, about this one only on demand' {
        $expected = if ($Name -in 'New-GostBtServer', 'Remove-GostBtServer', 'Update-GostBtServer', 'Add-GostBtPort', 'Remove-GostBtPort') { 'High' } elseif ($Verb -in 'Get', 'Test') { 'None' } else { 'Medium' }
        $attribute.ConfirmImpact | Should -Be $expected
        # Where nothing is asked about, -Force has another meaning: to replace what is there.
        $command.Parameters.ContainsKey('Force') | Should -Be ($expected -eq 'High' -or $Verb -in 'Install', 'Import', 'Export')
    }

    It 'takes its profile from the pipeline by property name' {
        if ($Verb -in 'Install', 'Import') {
            # What is installed belongs to no profile, what is imported makes one.
            $command.Parameters.ContainsKey('Name') | Should -BeFalse
            return
        }

        $command.Parameters.Name.ParameterSets.Values.ValueFromPipelineByPropertyName | Should -BeTrue
    }

    It 'completes profile names' {
        if ($Verb -in 'Install', 'Import') { return }
        $env:GOSTBT_HOME | Should -Not -BeNullOrEmpty
        . $PSScriptRoot/Common.ps1
        Add-TestProfile home
        Add-TestProfile holiday-home
        $line = "$Name -Name ho"
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText | Should -Be 'holiday-home', 'home'
    }

    It 'has parameters whose names PowerShell users know: singular, in Pascal case' {
        $own = $command.Parameters.Keys | Where-Object { $_ -notin [System.Management.Automation.PSCmdlet]::CommonParameters }
        $own | Should -MatchExactly '^[A-Z][A-Za-z0-9]+$'
        $own | Where-Object { $_ -cmatch '[a-rt-z]s$' -and $_ -notin 'TimeoutSeconds', 'IncludeSecrets' } | Should -BeNullOrEmpty
    }
}
