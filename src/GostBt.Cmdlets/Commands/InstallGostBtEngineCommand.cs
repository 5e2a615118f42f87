using System.Management.Automation;
using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;
using GostBt.PowerShell.Binding;

namespace GostBt.PowerShell.Commands;

/// <summary>Installs gost on this computer.</summary>
[Cmdlet(VerbsLifecycle.Install, "GostBtEngine", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(GostBtEngine))]
public sealed class InstallGostBtEngineCommand : AskingCmdlet
{
    /// <summary>The release.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(GostVersionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>A prefix before GitHub's addresses.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Mirror { get; set; }

    /// <summary>A file instead of a download.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The SHA-256 that the archive or file must have.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Checksum { get; set; }

    /// <summary>Windows: Wintun's archive or DLL, instead of a download.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WintunPath { get; set; }

    /// <summary>Replaces one that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes what was installed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void CheckParameters()
    {
        if (Path is not null && Mirror is not null)
        {
            throw new GostBtException(GostBtFailure.InvalidInput, "A file that is here needs no mirror.", "Give -Path or -Mirror, not both.");
        }

        if (WintunPath is not null && GostPlatform.Local.System != "windows")
        {
            throw new GostBtException(GostBtFailure.InvalidInput, "Wintun is for Windows; this system has a TUN of its own.", "Leave -WintunPath off.");
        }

        _ = Request(Path, WintunPath);
        base.CheckParameters();
    }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => TryItemAsync(Version ?? Path ?? GostVersion.Default.Text, async () =>
    {
        var use = new UseCases(Log);
        var plan = use.GostInstaller.Plan(Request(
            await UserPathAsync(Path, cancellationToken).ConfigureAwait(false), await UserPathAsync(WintunPath, cancellationToken).ConfigureAwait(false)));
        if ((plan.HasChanges || IsWhatIf) && !await ConfirmAsync(plan.ToString(), "Install it so?", cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var installed = await use.GostInstaller.InstallAsync(plan, cancellationToken).ConfigureAwait(false);
        if (PassThru)
        {
            Output(await use.LocalEngines.DescribeAsync(installed, cancellationToken).ConfigureAwait(false));
        }
    });

    private GostInstallRequest Request(string? file, string? wintun) => new()
    {
        Version = Version is null ? null : GostVersion.Parse(Version),
        Platform = GostPlatform.Local,
        Mirror = GostRelease.Mirror(Mirror),
        File = file,
        Wintun = wintun,
        Checksum = Checksum,
        Force = Force,
    };
}
