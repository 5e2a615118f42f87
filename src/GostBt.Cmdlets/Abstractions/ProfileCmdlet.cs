using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Binding;

namespace GostBt.PowerShell.Abstractions;

/// <summary>A cmdlet that does one thing to each profile named, or to the only profile when none is named.</summary>
public abstract class ProfileCmdlet : AskingCmdlet
{
    // The same for all profiles of the pipeline: some remember what they did.
    private UseCases? _use;

    /// <summary>The profiles.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProfileNameCompleter))]
    [ValidateNotNullOrEmpty]
    public virtual ProfileIdentity[]? Name { get; set; }

    /// <summary>Does it.</summary>
    private protected abstract Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken);

    /// <summary>What is left to do about a profile it could not be done to, after the error.</summary>
    private protected virtual void AfterFailure()
    {
    }

    /// <inheritdoc/>
    protected sealed override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var use = _use ??= new UseCases(Log);
        foreach (var text in Name?.Select(identity => identity.Text) ?? [null])
        {
            var done = await TryItemAsync(
                text,
                () => ProcessProfileAsync(text is null ? ProfileSelection.TheOnlyOne(use.Profiles) : new ProfileName(text), use, cancellationToken)).ConfigureAwait(false);
            if (!done)
            {
                AfterFailure();
            }
        }
    }
}
