using System.Management.Automation;
using System.Security;
using GostBt.PowerShell.Abstractions;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.PowerShell.Commands;

/// <summary>Takes over profiles from files that Export-GostBtProfile wrote.</summary>
[Cmdlet(VerbsData.Import, "GostBtProfile", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Profile))]
public sealed class ImportGostBtProfileCommand : AskingCmdlet
{
    /// <summary>The files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>What their secrets are sealed with.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <summary>Replaces a profile of the same name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var use = new UseCases(Log);
        foreach (var path in Path)
        {
            await TryItemAsync(path, () => ImportAsync(path, use, cancellationToken)).ConfigureAwait(false);
        }
    }

    private async Task ImportAsync(string path, UseCases use, CancellationToken cancellationToken)
    {
        using var passphrase = Passphrase is { Length: > 0 } ? SshPassword.From(Passphrase) : null;
        var imported = use.Backups.Read((await UserPathAsync(path, cancellationToken).ConfigureAwait(false))!, passphrase);
        var profile = imported.Profile;
        var what = imported.Secrets is null ? "without secrets: New-GostBtServer makes new ones" : "with its secrets";
        if (!await ConfirmAsync($"Store the profile '{profile.Name}' of {profile.Server.Host}, {what}.", "Store it?", cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        await use.Backups.StoreAsync(imported, Force, cancellationToken).ConfigureAwait(false);
        Output(profile);
    }
}
