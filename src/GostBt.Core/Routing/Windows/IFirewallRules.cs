using GostBt.Processes;

namespace GostBt.Routing.Windows;

/// <summary>The rules of the Windows Firewall: changed by <c>netsh advfirewall</c>, read from the registry, whose text is the same in every language (MS-GPFAS, 2.2.2).</summary>
internal interface IFirewallRules
{
    /// <summary>Runs netsh. Its exit code alone proves nothing.</summary>
    Task<ProcessOutcome> NetshAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken);

    /// <summary>Every rule, as <c>v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=6666|Name=…|</c>.</summary>
    IReadOnlyList<string> Read();
}
