using GostBt.Processes;
using GostBt.Routing.Windows;

namespace GostBt.Core.Tests.Routing.Windows;

/// <summary>netsh and the registry's rules, in memory.</summary>
internal sealed class FakeFirewallRules : IFirewallRules
{
    public List<string> Calls { get; } = [];

    public List<string> Rules { get; } = ["v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Public|LPort=6666|Name=somebody else's|"];

    /// <summary>Whether netsh returns 0, says nothing and does nothing, as in Wine.</summary>
    public bool IsWine { get; set; }

    public Task<ProcessOutcome> NetshAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        Calls.Add(string.Join(' ', arguments));
        if (!IsWine)
        {
            var values = arguments.Where(argument => argument.Contains('=', StringComparison.Ordinal)).Select(argument => argument.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
            Rules.RemoveAll(rule => rule.Contains($"|Name={values["name"]}|", StringComparison.Ordinal));
            if (arguments[2] == "add")
            {
                var ports = string.Concat(values["localport"].Split(',').Select(port => (port.Contains('-', StringComparison.Ordinal) ? "LPort2_10=" : "LPort=") + port + "|"));
                var from = values.TryGetValue("remoteip", out var remote) ? Addresses("RA", remote) : string.Empty;
                var own = Addresses("LA", values["localip"]);
                Rules.Add($"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol={(values["protocol"] == "TCP" ? 6 : 17)}|{ports}{own}{from}Name={values["name"]}|");
            }
        }

        return Task.FromResult(new ProcessOutcome(0, IsWine ? string.Empty : "Ok.\r\n", string.Empty, false));
    }

    public IReadOnlyList<string> Read() => [.. Rules];

    private static string Addresses(string field, string addresses) =>
        string.Concat(addresses.Split(',').Select(address => $"{field}{(address.Contains(':', StringComparison.Ordinal) ? 6 : 4)}={address}|"));
}
