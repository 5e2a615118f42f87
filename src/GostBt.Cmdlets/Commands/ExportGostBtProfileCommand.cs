using System.Management.Automation;
using System.Security;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.PowerShell.Commands;

/// <summary>Writes profiles to files, with their secrets only when asked, and then sealed with a passphrase.</summary>
[Cmdlet(VerbsData.Export, "GostBtProfile", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(FileInfo))]
public sealed class ExportGostBtProfileCommand : ProfileCmdlet
{
    /// <summary>The file, or a folder.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Also what another PC needs to take the server over.</summary>
    [Parameter]
    public SwitchParameter IncludeSecrets { get; set; }

    /// <summary>What the secrets are sealed with.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void CheckParameters()
    {
        if (IncludeSecrets && Passphrase is null)
        {
            throw new GostBtException(GostBtFailure.InvalidInput, "Secrets are exported only under a passphrase.", "Give one: -Passphrase (Read-Host -AsSecureString).");
        }

        if (!IncludeSecrets && Passphrase is not null)
        {
            throw new GostBtException(GostBtFailure.InvalidInput, "A profile without secrets is exported as plain text; there is nothing for a passphrase to protect.", "Give -IncludeSecrets too, or leave -Passphrase out.");
        }

        if (Passphrase is { Length: < ProfileBackup.ShortestPassphrase })
        {
            throw new GostBtException(
                GostBtFailure.InvalidInput,
                FormattableString.Invariant($"The passphrase has less than {ProfileBackup.ShortestPassphrase} characters."),
                "Give a longer one, such as four words: whoever finds the file can try as many as he likes.");
        }

        base.CheckParameters();
    }

    private protected override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        var path = await UserPathAsync(Path, cancellationToken).ConfigureAwait(false);
        var what = IncludeSecrets ? "with its secrets, sealed with the passphrase" : "without its secrets";
        if (await ConfirmAsync($"Write the profile '{name}' {what}, to '{path}'.", "Write it?", cancellationToken).ConfigureAwait(false))
        {
            using var passphrase = Passphrase is null ? null : SshPassword.From(Passphrase);
            Output(new FileInfo(use.Backups.Export(name, path!, passphrase, Force)));
        }
    }
}
