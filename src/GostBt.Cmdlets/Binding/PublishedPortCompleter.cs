using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.PowerShell.Binding;

/// <summary>Completes the published ports of the profile given by <c>-Name</c>, or of the only profile.</summary>
public sealed class PublishedPortCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var begun = wordToComplete ?? string.Empty;
        return PortsOf(fakeBoundParameters)
            .Select(port => port.OutsideText)
            .Distinct()
            .Where(port => port.StartsWith(begun, StringComparison.Ordinal))
            .Select(port => new CompletionResult(port));
    }

    private static IReadOnlyList<PublishedPort> PortsOf(IDictionary given)
    {
        try
        {
            var profiles = new ProfileStore(GostBtPaths.ForCurrentUser());
            var name = given["Name"]?.ToString() is { Length: > 0 } text ? new ProfileName(text) : ProfileSelection.TheOnlyOne(profiles);
            return profiles.Load(name).Ports;
        }
        catch (GostBtException)
        {
            // A completer has nobody to tell; the cmdlet will.
            return [];
        }
    }
}
