using GostBt.Model;
using GostBt.Processes;
using GostBt.Ssh;

namespace GostBt.Routing;

/// <summary>
/// Openings in whatever firewall this PC has (nftables, iptables of either kind, ufw, firewalld): rules in the chains that drop, which go with the tunnel. Nothing where no chain drops.
/// </summary>
internal static class LinuxFirewall
{
    // iptables' multiport takes 15 numbers a rule, a range being two of them.
    private const int RangesPerRule = 7;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Whether every chain that drops has the rules.</summary>
    public static async Task<bool> IsPresentAsync(FirewallOpening opening, CancellationToken cancellationToken) =>
        (await RunAsync(opening, "missing", cancellationToken).ConfigureAwait(false)).Output.Trim().Length == 0;

    /// <summary>Puts in what is missing, and takes out what an earlier opening of the device had besides.</summary>
    /// <exception cref="GostBtException">A chain that drops does not have the rules afterwards.</exception>
    public static async Task ApplyAsync(FirewallOpening opening, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync(opening, "pass", cancellationToken).ConfigureAwait(false);
        var missing = outcome.Output.Trim();
        if (missing.Length > 0)
        {
            var reason = outcome.Error.Trim() is { Length: > 0 } error ? error : "it is not there afterwards";
            throw new GostBtException(
                GostBtFailure.TunnelFailed,
                $"This PC's firewall drops what peers send, and the rule '{missing.Split('\n')[0]}' could not be added: {reason.Split('\n')[0]}.",
                missing.IndexOf("firewalld", StringComparison.Ordinal) >= 0
                    ? $"Run: firewall-cmd --zone=trusted --change-interface={opening.Interface}"
                    : $"Let the published ports in on {opening.Interface} in that chain.");
        }
    }

    /// <summary>Takes every rule of the device's openings out.</summary>
    /// <exception cref="GostBtException">One is still there afterwards.</exception>
    public static async Task UndoAsync(FirewallOpening opening, CancellationToken cancellationToken)
    {
        var left = (await RunAsync(opening, "unpass", cancellationToken).ConfigureAwait(false)).Output.Trim();
        if (left.Length > 0)
        {
            throw new GostBtException(GostBtFailure.TunnelFailed, $"A rule of this PC's firewall could not be removed: {left.Split('\n')[0].Trim()}.", "Run the same again as root.");
        }
    }

    /// <summary>The whole script.</summary>
    /// <param name="opening">What is let in.</param>
    /// <param name="verb">What <c>opening.sh</c> is to do.</param>
    internal static string Script(FirewallOpening opening, string verb) => string.Join(
        "\n",
        [
            Variable("DEVICE", opening.Interface),
            Variable("MARK", "gostbt at home on " + opening.Interface),
            Variable("TCP", Set(opening.TcpPorts)),
            Variable("UDP", Set(opening.UdpPorts)),
            Variable("TCP_CHUNKS", Chunks(opening.TcpPorts)),
            Variable("UDP_CHUNKS", Chunks(opening.UdpPorts)),
            Variable("VERB", verb),
            EmbeddedScript.Read("Server", "firewall-iptables.sh"),
            EmbeddedScript.Read("Server", "firewall-chains.sh"),
            EmbeddedScript.Read("Routing", "opening.sh"),
        ]);

    private static async Task<ProcessOutcome> RunAsync(FirewallOpening opening, string verb, CancellationToken cancellationToken)
    {
        try
        {
            return await ProcessRunner.RunAsync(new ProcessCommand("/bin/sh", ["-c", Script(opening, verb)]) { Deadline = Deadline }, cancellationToken).ConfigureAwait(false);
        }
        catch (ProcessStartException e)
        {
            throw new GostBtException(GostBtFailure.TunnelFailed, $"This PC's firewall cannot be looked at: {e.Message}", "Check whether this PC is short of memory or processes.", e);
        }
    }

    private static string Variable(string name, string value) => name + "=" + ShellQuote.Quote(value);

    // As nft lists it: a set of one is none.
    private static string Set(string ports) => ports.IndexOf(',') < 0 ? ports : "{ " + ports.Replace(",", ", ") + " }";

    private static string Chunks(string ports)
    {
        var ranges = ports.Split([','], StringSplitOptions.RemoveEmptyEntries);
        var chunks = ranges.Select((range, index) => (Text: range.Replace('-', ':'), Chunk: index / RangesPerRule)).GroupBy(range => range.Chunk, range => range.Text);
        return string.Join(" ", chunks.Select(chunk => string.Join(",", chunk)));
    }
}
