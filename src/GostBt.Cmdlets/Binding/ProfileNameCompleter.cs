using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using GostBt.Profiles;

namespace GostBt.PowerShell.Binding;

/// <summary>Completes the names of this user's profiles.</summary>
public sealed class ProfileNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var begun = (wordToComplete ?? string.Empty).Trim('\'', '"');
        return new ProfileStore(GostBtPaths.ForCurrentUser()).List()
            .Where(name => name.Value.StartsWith(begun, StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name.Value));
    }
}
