BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $env:GOSTBT_TEST_MODULE
    $records = Get-ModuleType GostBt.PowerShell.Errors.ErrorRecords
    $failure = Get-ModuleType GostBt.Model.GostBtFailure
    $exception = Get-ModuleType GostBt.Model.GostBtException
    $static = [System.Reflection.BindingFlags] 'Static, Public, NonPublic'
    function Get-Record($Exception, $Target) { $records.GetMethod('From', $static).Invoke($null, @($Exception, $Target)) }
}

Describe 'Error records' {
    It 'give every known failure its own id and a category that says something' {
        foreach ($name in [enum]::GetNames($failure)) {
            $record = Get-Record ($exception.GetConstructors()[0].Invoke(@($failure::$name, 'It broke.', 'Mend it.', $null))) 'thing'
            $record.FullyQualifiedErrorId | Should -Be $name
            $record.TargetObject | Should -Be 'thing'
            $record.ErrorDetails.RecommendedAction | Should -Be 'Mend it.'
            $record.ToString() | Should -Match '^It broke\.'
            if ($name -ne 'Unexpected') { $record.CategoryInfo.Category | Should -Not -Be 'NotSpecified' -Because $name }
        }
    }

    It 'give what is not known a stable id too, and keep the cause' {
        $record = Get-Record ([System.IO.IOException]::new('disk full')) $null
        $record.FullyQualifiedErrorId | Should -Be 'Unexpected'
        $record.ToString() | Should -Match 'disk full'
        $record.Exception.InnerException.GetType().Name | Should -Be 'IOException'
        # Windows PowerShell 5.1 has no Get-Error.
        $record.ErrorDetails.RecommendedAction | Should -BeLike '*$Error`[0`] | Format-List `* -Force*'
    }

    It 'of a profile stop the pipeline only where the user says so' {
        Add-TestProfile home
        { 'nowhere', 'home' | Get-GostBtProfile -ErrorAction Stop } | Should -Throw -ErrorId 'ProfileNotFound,*'
        ('nowhere', 'home' | Get-GostBtProfile -ErrorAction SilentlyContinue).Name.Value | Should -Be 'home'
    }

    It 'do not keep a Boolean from a script that asked for one' {
        'nowhere', 'a;b' | Test-GostBtPort -Quiet -ErrorVariable problems -ErrorAction SilentlyContinue | Should -Be $false, $false
        $problems.FullyQualifiedErrorId | Should -Be 'ProfileNotFound,GostBt.PowerShell.Commands.TestGostBtPortCommand', 'InvalidInput,GostBt.PowerShell.Commands.TestGostBtPortCommand'
    }

    It 'tell the remedy on the screen' {
        $child = Invoke-ChildShell 'Get-GostBtProfile nowhere'
        $child.Errors | Should -Match 'There is no profile ''nowhere'''
        $child.Errors | Should -Match 'Profiles here: home'
    }
}
