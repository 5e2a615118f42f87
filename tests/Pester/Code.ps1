# Checks that code for people to copy uses commands and parameters that exist: dot-sourced by the tests of examples and help.

function Get-CodeProblem {
    param([Parameter(Mandatory)] [string] $Code)

    $tokens = $problems = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref] $tokens, [ref] $problems)
    $problems | ForEach-Object { "does not parse: $($_.Message)" }
    $own = $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.FunctionDefinitionAst] }, $true).Name
    foreach ($call in $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
        $name = $call.GetCommandName()
        if (-not $name -or $name -in $own) { continue }
        $command = Get-Command -Name $name -ErrorAction Ignore
        if (-not $command) {
            "there is no command $name"
            continue
        }

        # A native program's arguments are its own affair.
        if ($command.CommandType -eq 'Application') { continue }
        $names = @($command.Parameters.Keys) + @($command.Parameters.Values.Aliases)
        $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] -and $_.ParameterName -notin $names } |
            ForEach-Object { "$name has no parameter -$($_.ParameterName)" }
    }
}

# What each call of a command in code gives to one of its parameters, as it stands there.
function Get-ArgumentText {
    param([Parameter(Mandatory)] [string] $Code, [Parameter(Mandatory)] [string] $Command, [Parameter(Mandatory)] [string] $Parameter)

    $tree = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref] $null, [ref] $null)
    foreach ($call in $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
        if ($call.GetCommandName() -ne $Command) { continue }
        [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($call).BoundParameters[$Parameter].Value.Extent.Text
    }
}
