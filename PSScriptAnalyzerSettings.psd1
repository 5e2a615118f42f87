@{
    Severity     = @('Error', 'Warning', 'Information')
    ExcludeRules = @(
        # Pester's blocks share variables in a way this rule does not see: it reports every one of them.
        'PSUseDeclaredVarsMoreThanAssignments'
    )
    Rules        = @{
        # Of the module and the examples. Analyzer.Tests.ps1 leaves 5.1 out for what only pwsh runs.
        PSUseCompatibleSyntax      = @{ Enable = $true; TargetVersions = @('5.1', '7.4') }
        PSPlaceOpenBrace           = @{ Enable = $true; OnSameLine = $true; NewLineAfter = $true; IgnoreOneLineBlock = $true }
        PSPlaceCloseBrace          = @{ Enable = $true; NewLineAfter = $true; IgnoreOneLineBlock = $true; NoEmptyLineBefore = $false }
        PSUseConsistentIndentation = @{ Enable = $true; Kind = 'space'; IndentationSize = 4; PipelineIndentation = 'IncreaseIndentationForFirstPipeline' }
        PSUseConsistentWhitespace  = @{ Enable = $true; CheckOperator = $true; CheckSeparator = $true; IgnoreAssignmentOperatorInsideHashTable = $true }
    }
}
