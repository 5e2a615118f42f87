using System.Globalization;
using GostBt.Model;
using GostBt.Processes;

namespace GostBt.Routing;

/// <summary>Makes and removes a <see cref="TunnelGuard"/> by <c>nft</c>.</summary>
internal static class LinuxGuard
{
    private const string Unguarded = "so whoever takes the server over can reach what else listens on this PC";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Whether the table is there with these rules, all of them and no others of ours; never where there is no <c>nft</c>.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.NotPrivileged"/>.</exception>
    public static async Task<bool> IsPresentAsync(TunnelGuard guard, CancellationToken cancellationToken)
    {
        if (await ListAsync(guard, cancellationToken).ConfigureAwait(false) is not { } table)
        {
            return false;
        }

        // A rule may be longer than a line; its handle comes last, as that of a chain or set does after its brace.
        var rules = table.Split('\n').Where(line => line.Contains(" # handle ") && !line.Contains("{ # handle ")).ToList();
        return rules.Count == guard.Count
            && rules.All(line => line.Contains($" comment \"{guard.Mark}\" # handle "))
            && table.Contains("hook prerouting")
            && !table.Contains("dormant");
    }

    /// <summary>Makes the table, or replaces it, in one step.</summary>
    /// <exception cref="GostBtException">There is no <c>nft</c>, the kernel refuses, or it is not there afterwards.</exception>
    public static async Task ApplyAsync(TunnelGuard guard, CancellationToken cancellationToken)
    {
        if (await IsPresentAsync(guard, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var outcome = await RunAsync(["-f", "-"], guard.Script(), cancellationToken).ConfigureAwait(false)
            ?? throw new GostBtException(GostBtFailure.UnsupportedSystem, $"The program 'nft' is missing, {Unguarded}.", "Install nftables (Debian: apt install nftables).");
        if (!await IsPresentAsync(guard, cancellationToken).ConfigureAwait(false))
        {
            throw new GostBtException(
                GostBtFailure.TunnelFailed,
                $"The {guard} could not be made ({FirstLine(outcome.Error, "it is not there afterwards")}), {Unguarded}.",
                "Check that the kernel has nftables ('nft list ruleset') and that nothing else removes tables.");
        }
    }

    /// <summary>Removes the table.</summary>
    /// <exception cref="GostBtException">It is still there afterwards.</exception>
    public static async Task UndoAsync(TunnelGuard guard, CancellationToken cancellationToken)
    {
        if (await ListAsync(guard, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }

        var outcome = await RunAsync(["delete", "table", "inet", guard.Table], input: null, cancellationToken).ConfigureAwait(false);
        if (await ListAsync(guard, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new GostBtException(GostBtFailure.TunnelFailed, $"The {guard} could not be removed: {FirstLine(outcome?.Error, "it is still there")}.", "Run the same again as root.");
        }
    }

    /// <summary>Lets the far end connect to a port of the tunnel's address for a while, where there is a table that would not. The kernel ends it.</summary>
    /// <exception cref="GostBtException">The kernel refuses.</exception>
    public static async Task LetInAsync(TunnelGuard guard, int port, TimeSpan time, CancellationToken cancellationToken)
    {
        if (await ListAsync(guard, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }

        var element = string.Format(CultureInfo.InvariantCulture, "{{ {0} timeout {1:0}s }}", port, Math.Ceiling(time.TotalSeconds));
        var outcome = await RunAsync(["add", "element", "inet", guard.Table, TunnelGuard.Measured, element], input: null, cancellationToken).ConfigureAwait(false);
        if (outcome is not { ExitCode: 0 })
        {
            throw new GostBtException(GostBtFailure.TunnelFailed, $"The {guard} does not let the server's connection in: {FirstLine(outcome?.Error, "nft is gone")}.", "Restart the tunnel, and test again as root.");
        }
    }

    // Null where there is no such table, or no nft.
    private static async Task<string?> ListAsync(TunnelGuard guard, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync(["-s", "-a", "list", "table", "inet", guard.Table], input: null, cancellationToken).ConfigureAwait(false);
        if (outcome is { ExitCode: not 0 } && outcome.Error.Contains("Operation not permitted"))
        {
            throw new GostBtException(GostBtFailure.NotPrivileged, "This PC's firewall may not be read.", "Run it as root.");
        }

        return outcome is { ExitCode: 0 } ? outcome.Output : null;
    }

    private static async Task<ProcessOutcome?> RunAsync(IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken)
    {
        var command = new ProcessCommand(Program(), arguments)
        {
            Deadline = Deadline,
            Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" },
        };
        try
        {
            return await ProcessRunner.RunAsync(input is null ? command : command.WithInput(input), cancellationToken).ConfigureAwait(false);
        }
        catch (ProcessStartException) when (!Path.IsPathRooted(command.FileName))
        {
            return null;
        }
        catch (ProcessStartException e)
        {
            throw new GostBtException(GostBtFailure.TunnelFailed, $"This PC's firewall cannot be looked at: {e.Message}", "Check whether this PC is short of memory or processes.", e);
        }
    }

    // A user's PATH often lacks the sbin folders.
    private static string Program() => new[] { "/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft" }.FirstOrDefault(File.Exists) ?? "nft";

    private static string FirstLine(string? text, string otherwise) => text?.Trim() is { Length: > 0 } said ? said.Split('\n')[0] : otherwise;
}
