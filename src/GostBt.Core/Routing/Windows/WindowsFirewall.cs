using System.Globalization;
using GostBt.Model;
using GostBt.Processes;

namespace GostBt.Routing.Windows;

/// <summary>
/// Inbound rules for the published ports, one a protocol, on every profile, because Windows takes the tunnel's adapter for a public network; bound to the tunnel's own
/// addresses, so that the ports stay as they are on every other network. Each is looked for in the registry afterwards. And one for the port of a throughput
/// test, while it lasts.
/// </summary>
internal sealed class WindowsFirewall(IFirewallRules rules)
{
    /// <summary>Whether exactly the opening's rules are there.</summary>
    public bool IsPresent(FirewallOpening opening)
    {
        var there = rules.Read();
        return Wanted(opening).All(wanted => wanted.Ports.Length == 0 ? !Named(there, wanted.Name).Any() : IsThere(there, wanted));
    }

    /// <param name="opening">What to let in.</param>
    /// <param name="addresses">The tunnel's own addresses.</param>
    /// <param name="cancellationToken">Ends netsh.</param>
    /// <exception cref="GostBtException">A rule is not there afterwards.</exception>
    public async Task ApplyAsync(FirewallOpening opening, IReadOnlyList<string> addresses, CancellationToken cancellationToken)
    {
        foreach (var wanted in Wanted(opening))
        {
            await RemoveAsync(wanted.Name, cancellationToken).ConfigureAwait(false);
            if (wanted.Ports.Length > 0)
            {
                await AddAsync(wanted, addresses, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes the opening, and what a throughput test that was killed left.</summary>
    /// <exception cref="GostBtException">A rule is still there afterwards.</exception>
    public async Task UndoAsync(FirewallOpening opening, CancellationToken cancellationToken)
    {
        foreach (var wanted in Wanted(opening))
        {
            await RemoveAsync(wanted.Name, cancellationToken).ConfigureAwait(false);
        }

        await ShutAsync(opening.Interface, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets one address connect to a TCP port of another, until <see cref="ShutAsync"/>; in the place of what was let in so before.</summary>
    /// <param name="device">The tunnel's device.</param>
    /// <param name="port">The port.</param>
    /// <param name="own">The address of this PC.</param>
    /// <param name="from">The other.</param>
    /// <param name="cancellationToken">Ends netsh.</param>
    /// <exception cref="GostBtException">The rule is not there afterwards.</exception>
    public async Task LetInAsync(string device, int port, string own, string from, CancellationToken cancellationToken)
    {
        var wanted = Measured(device) with { Ports = port.ToString(CultureInfo.InvariantCulture), From = from };
        await RemoveAsync(wanted.Name, cancellationToken).ConfigureAwait(false);
        await AddAsync(wanted, [own], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends <see cref="LetInAsync"/>.</summary>
    /// <exception cref="GostBtException">The rule is still there afterwards.</exception>
    public Task ShutAsync(string device, CancellationToken cancellationToken) => RemoveAsync(Measured(device).Name, cancellationToken);

    private async Task AddAsync(Rule wanted, IReadOnlyList<string> addresses, CancellationToken cancellationToken)
    {
        var outcome = await rules.NetshAsync(
            [
                "advfirewall", "firewall", "add", "rule", "name=" + wanted.Name, "dir=in", "action=allow", "enable=yes", "profile=any",
                "protocol=" + wanted.Protocol, "localport=" + wanted.Ports, "localip=" + string.Join(",", addresses),
                .. wanted.From is null ? Array.Empty<string>() : ["remoteip=" + wanted.From],
            ],
            cancellationToken).ConfigureAwait(false);
        if (!IsThere(rules.Read(), wanted))
        {
            throw Failed(
                $"The Windows Firewall has no rule '{wanted.Name}' after it was added{Said(outcome)}.",
                $"Let {wanted.Protocol} {wanted.Ports} in by hand ('Windows Defender Firewall with Advanced Security'), or start its service (mpssvc).");
        }
    }

    private async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        if (!Named(rules.Read(), name).Any())
        {
            return;
        }

        var outcome = await rules.NetshAsync(["advfirewall", "firewall", "delete", "rule", "name=" + name], cancellationToken).ConfigureAwait(false);
        if (Named(rules.Read(), name).Any())
        {
            throw Failed($"The Windows Firewall still has the rule '{name}' after it was removed{Said(outcome)}.", "Remove it in 'Windows Defender Firewall with Advanced Security', inbound rules.");
        }
    }

    // All of that name: netsh adds a second one beside what is there, which may let in more.
    private static bool IsThere(IReadOnlyList<string> there, Rule wanted) =>
        Named(there, wanted.Name).ToList() is { Count: > 0 } named && named.All(rule => Is(rule, wanted));

    private static bool Is(string rule, Rule wanted) =>
        Has(rule, "Action=Allow")
        && Has(rule, "Active=TRUE")
        && Has(rule, "Dir=In")
        && Has(rule, FormattableString.Invariant($"Protocol={wanted.Number}"))
        && rule.IndexOf("|Profile=", StringComparison.Ordinal) < 0

        // One that names no address of this PC counts for every network, one that names no other for everybody.
        && Values(rule, "LA").Any()
        && Values(rule, "RA").Any() == (wanted.From is not null)

        // A single port is LPort=6666, a range LPort2_10=6881-6889; neither less nor more than wanted.
        && new HashSet<string>(Values(rule, "LPort")).SetEquals(wanted.Ports.Split(','));

    private static IEnumerable<string> Values(string rule, string field) =>
        rule.Split('|').Where(part => part.StartsWith(field, StringComparison.Ordinal)).Select(part => part.Substring(part.IndexOf('=') + 1));

    private static IEnumerable<string> Named(IReadOnlyList<string> there, string name) => there.Where(rule => Has(rule, "Name=" + name));

    private static bool Has(string rule, string field) => rule.IndexOf("|" + field + "|", StringComparison.OrdinalIgnoreCase) >= 0;

    private static Rule[] Wanted(FirewallOpening opening) =>
    [
        new($"GostBt-{opening.Interface}-TCP", "TCP", 6, opening.TcpPorts),
        new($"GostBt-{opening.Interface}-UDP", "UDP", 17, opening.UdpPorts),
    ];

    private static Rule Measured(string device) => new($"GostBt-{device}-test", "TCP", 6, string.Empty);

    private static string Said(ProcessOutcome outcome)
    {
        var said = (outcome.Output + " " + outcome.Error).Trim();
        return said.Length == 0 ? FormattableString.Invariant($": netsh ended with {outcome.ExitCode} and said nothing") : ": " + string.Join(" ", said.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    private static GostBtException Failed(string message, string remedy) => new(GostBtFailure.TunnelFailed, message, remedy);

    /// <param name="Name">By which it is found again.</param>
    /// <param name="Protocol">As netsh names it.</param>
    /// <param name="Number">As the registry does.</param>
    /// <param name="Ports">Of this PC.</param>
    /// <param name="From">Who may connect; null for everybody.</param>
    private sealed record Rule(string Name, string Protocol, int Number, string Ports, string? From = null);
}
