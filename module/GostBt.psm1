# The manifest can demand one version of both editions only.
if ($PSVersionTable.PSEdition -eq 'Core' -and $PSVersionTable.PSVersion -lt '7.4') {
    throw "GostBt needs PowerShell 7.4 or later, or Windows PowerShell 5.1; this is PowerShell $($PSVersionTable.PSVersion)."
}

# Which build of the module's assemblies this edition of PowerShell takes; everything else is in them.
$folder = if ($PSVersionTable.PSEdition -eq 'Core') { 'net8.0' } else { 'net472' }
$null = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Combine($PSScriptRoot, 'bin', $folder, 'GostBt.Loader.dll'))
$cmdlets = Import-Module -Assembly ([GostBt.Loader.ModuleAssembly]::Load()) -PassThru

# Import-Module -Force hands back the cached assembly module without giving its cmdlets to this one (PowerShell issue 20710).
$add = [System.Management.Automation.PSModuleInfo].GetMethod('AddExportedCmdlet', [System.Reflection.BindingFlags] 'Instance, NonPublic')
foreach ($cmdlet in $cmdlets.ExportedCmdlets.Values) {
    if (-not $ExecutionContext.SessionState.Module.ExportedCmdlets.ContainsKey($cmdlet.Name)) {
        $null = $add.Invoke($ExecutionContext.SessionState.Module, @($cmdlet))
    }
}
