using System.Globalization;
using GostBt.Model;
using GostBt.Processes;

namespace GostBt.Routing;

/// <summary>Routing by iproute2's <c>ip</c> (busybox has the same words), openings by <see cref="LinuxFirewall"/>, the guard by <see cref="LinuxGuard"/>.</summary>
internal sealed class LinuxRouteManager : IRouteManager
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);
    private static readonly char[] Blanks = [' ', '\t'];

    /// <inheritdoc/>
    public async Task<bool> IsPresentAsync(RouteStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case TunDevice device:
                return LinuxTun.Exists(device.Interface);
            case DeviceLink link:
                var links = await ReadAsync(["-o", "link", "show", "dev", link.Interface], cancellationToken).ConfigureAwait(false);
                return links.Any(words => words[2].Trim('<', '>').Split(',').Contains("UP") && After(words, "mtu") == Text((uint)link.Mtu));
            case FirewallOpening opening:
                return await LinuxFirewall.IsPresentAsync(opening, cancellationToken).ConfigureAwait(false);
            case TunnelGuard guard:
                return await LinuxGuard.IsPresentAsync(guard, cancellationToken).ConfigureAwait(false);
            case SourceRule rule:
                var rules = await ReadAsync([Family(step), "rule", "show"], cancellationToken).ConfigureAwait(false);
                return rules.Any(words => words[0] == Text(rule.Priority) + ":" && After(words, "from") == rule.Address && After(words, "lookup") == Text(rule.Table));
            case ThrowRoute end:
                var ends = await ReadAsync([Family(step), "route", "show", "table", "main"], cancellationToken).ConfigureAwait(false);
                return ends.Any(words => words[0] == "throw" && After(words, "throw") == "default" && After(words, "metric") == Text(end.Metric));
            case DefaultRoute route:
                var table = route.Table is { } number ? Text(number) : "main";
                var routes = await ReadAsync([Family(step), "route", "show", "table", table], cancellationToken).ConfigureAwait(false);
                return routes.Any(words => words[0] == "default" && After(words, "dev") == route.Interface && (Number(After(words, "metric")) ?? 0) == (route.Metric ?? 0));
            case DeviceAddress address:
                var addresses = await ReadAsync([Family(step), "-o", "address", "show", "dev", address.Interface], cancellationToken).ConfigureAwait(false);
                return addresses.Any(words => After(words, step.IsIPv6 ? "inet6" : "inet") == Text(address));
            default:
                throw Unknown(step);
        }
    }

    /// <inheritdoc/>
    public async Task ApplyAsync(RouteStep step, CancellationToken cancellationToken)
    {
        if (step is FirewallOpening opening)
        {
            await LinuxFirewall.ApplyAsync(opening, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (step is TunnelGuard guard)
        {
            await LinuxGuard.ApplyAsync(guard, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (await IsPresentAsync(step, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (step is TunDevice device)
        {
            LinuxTun.Make(device.Interface);
            return;
        }

        var outcome = await RunAsync(Arguments(step, "add"), cancellationToken).ConfigureAwait(false);
        if (!await IsPresentAsync(step, cancellationToken).ConfigureAwait(false))
        {
            throw new GostBtException(
                GostBtFailure.TunnelFailed,
                $"The route '{step}' could not be added: {Reason(outcome, "it is not there afterwards")}.",
                "Check that the kernel has policy routing and that nothing else removes routes.");
        }
    }

    /// <inheritdoc/>
    public async Task UndoAsync(RouteStep step, CancellationToken cancellationToken)
    {
        if (step is FirewallOpening opening)
        {
            await LinuxFirewall.UndoAsync(opening, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (step is TunnelGuard guard)
        {
            await LinuxGuard.UndoAsync(guard, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (step is DeviceLink || !await IsPresentAsync(step, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (step is TunDevice device)
        {
            // The tunnel's own engines have ended before: who holds it is somebody else, and so is the device.
            if (await LinuxTun.IsHeldAfterRemovingAsync(device.Interface, cancellationToken).ConfigureAwait(false))
            {
                throw new GostBtException(GostBtFailure.Conflict, $"The device {device.Interface} is held by another program, and stays.", "End that program, or give the profile another interface name.");
            }

            return;
        }

        var outcome = await RunAsync(Arguments(step, "del"), cancellationToken).ConfigureAwait(false);
        if (await IsPresentAsync(step, cancellationToken).ConfigureAwait(false))
        {
            throw new GostBtException(
                GostBtFailure.TunnelFailed,
                $"The route '{step}' could not be removed: {Reason(outcome, "it is still there")}.",
                "Run the same again as root.");
        }
    }

    private static List<string> Arguments(RouteStep step, string verb)
    {
        switch (step)
        {
            case DeviceLink link:
                return ["link", "set", "dev", link.Interface, "mtu", Text((uint)link.Mtu), "up"];
            case SourceRule rule:
                return [Family(step), "rule", verb, "from", rule.Address, "lookup", Text(rule.Table), "priority", Text(rule.Priority)];
            case ThrowRoute end:
                return [Family(step), "route", verb, "throw", "default", "metric", Text(end.Metric)];
            case DefaultRoute route:
                List<string> arguments = [Family(step), "route", verb, "default", "dev", route.Interface];
                if (route.Table is { } table)
                {
                    arguments.AddRange(["table", Text(table)]);
                }

                if (route.Metric is { } metric)
                {
                    arguments.AddRange(["metric", Text(metric)]);
                }

                return arguments;
            case DeviceAddress address:
                // Nobody else is on a tunnel: no need to ask whether the address is taken.
                List<string> words = [Family(step), "address", verb, Text(address), "dev", address.Interface];
                return verb == "add" && step.IsIPv6 ? [.. words, "nodad"] : words;
            default:
                throw Unknown(step);
        }
    }

    private static async Task<IReadOnlyList<string[]>> ReadAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync(arguments, cancellationToken).ConfigureAwait(false);

        // A table that was never used is reported as an error; it is an empty table.
        if (outcome.ExitCode != 0 && outcome.Error.IndexOf("does not exist", StringComparison.Ordinal) < 0)
        {
            throw new GostBtException(GostBtFailure.TunnelFailed, $"The routes cannot be read: {Reason(outcome, "ip failed")}.", "Run 'ip rule show' and 'ip route show' to see why.");
        }

        return [.. outcome.Output.Split('\n').Select(line => line.Split(Blanks, StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 0)];
    }

    private static async Task<ProcessOutcome> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await ProcessRunner.RunAsync(new ProcessCommand(Program(), arguments) { Deadline = Deadline }, cancellationToken).ConfigureAwait(false);
        }
        catch (ProcessStartException e) when (Path.IsPathRooted(Program()))
        {
            throw new GostBtException(GostBtFailure.TunnelFailed, e.Message, "Check whether this PC is short of memory or processes.", e);
        }
        catch (ProcessStartException e)
        {
            throw new GostBtException(GostBtFailure.UnsupportedSystem, "The program 'ip' is missing.", "Install iproute2.", e);
        }
    }

    // A user's PATH often lacks the sbin folders.
    private static string Program() => new[] { "/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip" }.FirstOrDefault(File.Exists) ?? "ip";

    private static string? After(string[] words, string word)
    {
        var at = Array.IndexOf(words, word);
        return at >= 0 && at + 1 < words.Length ? words[at + 1] : null;
    }

    private static uint? Number(string? text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Family(RouteStep step) => step.IsIPv6 ? "-6" : "-4";

    private static string Text(DeviceAddress address) => string.Format(CultureInfo.InvariantCulture, "{0}/{1}", address.Address, address.PrefixLength);

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Reason(ProcessOutcome outcome, string otherwise) => outcome.Error.Trim() is { Length: > 0 } error ? error : otherwise;

    private static ArgumentException Unknown(RouteStep step) => new($"{step.GetType()} is not a step of Linux.", nameof(step));
}
