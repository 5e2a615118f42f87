using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using GostBt.Gost.Supply;
using GostBt.Profiles;

namespace GostBt.PowerShell.Binding;

/// <summary>Completes the versions of gost that are known without asking anybody: the one GostBt is tested with, and those installed.</summary>
public sealed class GostVersionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var begun = (wordToComplete ?? string.Empty).Trim('\'', '"');
        return new GostStore(GostBtPaths.ForCurrentUser().Engines).List().Select(gost => gost.Version)
            .Concat([GostVersion.Default])
            .Select(version => version.Text)
            .Distinct(StringComparer.Ordinal)
            .Where(version => version.StartsWith(begun, StringComparison.Ordinal))
            .Select(version => new CompletionResult(version));
    }
}
