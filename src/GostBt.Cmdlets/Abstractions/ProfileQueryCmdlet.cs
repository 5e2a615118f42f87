using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Binding;

namespace GostBt.PowerShell.Abstractions;

/// <summary>A cmdlet that shows something of each profile: those named, with wildcards, or all.</summary>
public abstract class ProfileQueryCmdlet : AskingCmdlet
{
    /// <summary>The profiles; all when not given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProfileNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public ProfileIdentity[]? Name { get; set; }

    /// <summary>What is shown of one profile: an object or a list of them.</summary>
    private protected abstract Task<object> QueryAsync(ProfileName name, UseCases use, CancellationToken cancellationToken);

    /// <summary>Shows all of the profiles that names, with wildcards, stand for.</summary>
    private protected virtual async Task QueryAllAsync(IReadOnlyList<string> names, UseCases use, CancellationToken cancellationToken)
    {
        var selected = new List<ProfileName>();
        foreach (var text in names)
        {
            await TryItemAsync(
                text,
                () =>
                {
                    selected.AddRange(ProfileSelection.Matching(text, use.Profiles));
                    return Task.CompletedTask;
                }).ConfigureAwait(false);
        }

        foreach (var name in selected)
        {
            await TryItemAsync(name.Value, async () => OutputEach(await QueryAsync(name, use, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected sealed override Task ProcessRecordAsync(CancellationToken cancellationToken) =>
        QueryAllAsync(Name?.Select(identity => identity.Text).ToList() ?? ["*"], new UseCases(Log), cancellationToken);
}
