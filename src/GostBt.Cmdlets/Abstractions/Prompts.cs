using System.Management.Automation;
using System.Management.Automation.Host;

namespace GostBt.PowerShell.Abstractions;

/// <summary>Knows whether anybody can be asked: a question in a scheduled task would hang, or end in PowerShell's own unclear error.</summary>
internal static class Prompts
{
    private const string ConsoleHostName = "ConsoleHost";
    private const string NoUserInterfaceHostName = "Default Host";
    private const int ShortestNonInteractive = 4;

    /// <summary>Whether a question put to this host can be answered by a person.</summary>
    public static bool CanAsk(PSHost host)
    {
        if (host.UI is null || string.Equals(host.Name, NoUserInterfaceHostName, StringComparison.Ordinal))
        {
            return false;
        }

        return !string.Equals(host.Name, ConsoleHostName, StringComparison.Ordinal)
            || (Environment.UserInteractive && !Console.IsInputRedirected && !Environment.GetCommandLineArgs().Any(IsNonInteractive));
    }

    /// <summary>Whether PowerShell would ask before an action of this impact.</summary>
    /// <param name="confirm">The value of <c>-Confirm</c>, null when it was not given.</param>
    /// <param name="preference">The value of <c>$ConfirmPreference</c>.</param>
    /// <param name="impact">The action's impact.</param>
    public static bool WouldAsk(bool? confirm, ConfirmImpact preference, ConfirmImpact impact) =>
        confirm ?? (preference != ConfirmImpact.None && impact >= preference);

    /// <summary>Whether an argument of PowerShell is its <c>-NonInteractive</c>: any beginning from <c>-noni</c> on; it keeps the parsed value to itself.</summary>
    public static bool IsNonInteractive(string argument)
    {
        var name = argument.TrimStart('-', '/');
        return name.Length >= ShortestNonInteractive && name.Length < argument.Length && "NonInteractive".StartsWith(name, StringComparison.OrdinalIgnoreCase);
    }
}
