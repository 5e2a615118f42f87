using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;
using GostBt.PowerShell.Binding;

namespace GostBt.PowerShell.Commands;

/// <summary>Shows the engines of this computer, or of servers.</summary>
[Cmdlet(VerbsCommon.Get, "GostBtEngine")]
[OutputType(typeof(GostBtEngine))]
public sealed class GetGostBtEngineCommand : AskingCmdlet
{
    /// <summary>The profiles whose servers are looked at; this computer when not given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Server")]
    [ArgumentCompleter(typeof(ProfileNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public ProfileIdentity[]? Name { get; set; }

    private protected override bool LogsIn => true;

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var use = new UseCases(Log);
        if (Name is null)
        {
            foreach (var engine in await use.LocalEngines.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                Output(engine);
            }

            return;
        }

        foreach (var identity in Name)
        {
            await TryItemAsync(identity.Text, () => QueryAsync(identity.Text, use, cancellationToken)).ConfigureAwait(false);
        }
    }

    private async Task QueryAsync(string text, UseCases use, CancellationToken cancellationToken)
    {
        foreach (var name in ProfileSelection.Matching(text, use.Profiles))
        {
            await TryItemAsync(name.Value, async () =>
            {
                var profile = use.Profiles.Load(name);
                foreach (var engine in await use.ServerEngines.GetAsync(profile, SshFor(profile), cancellationToken).ConfigureAwait(false))
                {
                    Output(engine);
                }
            }).ConfigureAwait(false);
        }
    }
}
