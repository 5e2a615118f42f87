using System.CommandLine;
using GostBt.Model;

namespace GostBt.Host.Commands;

/// <summary><c>gostbt split</c>: which trackers are reached through the server.</summary>
internal static class SplitCommand
{
    public static Command Create()
    {
        var name = Arguments.ProfileName();
        var ipv4 = Via("--ipv4", "IPv4");
        var ipv6 = Via("--ipv6", "IPv6");
        var command = new Command("split", "Sets which tracker traffic goes through the server; shows it when nothing is set. Takes effect at once.") { name, ipv4, ipv6 };
        command.Run(async (result, cancellationToken) =>
        {
            var splits = result.Services().Splits;
            var profile = result.Name(name);
            var split = result.GetValue(ipv4) is null && result.GetValue(ipv6) is null
                ? await splits.GetAsync(profile, cancellationToken).ConfigureAwait(false)
                : await splits.SetAsync(profile, result.GetValue(ipv4), result.GetValue(ipv6), cancellationToken).ConfigureAwait(false);
            await Console.Out.WriteLineAsync($"{split.Name}: IPv4 {Text(split.IPv4)}, IPv6 {Text(split.IPv6)}, {(split.Applied ? "in force" : "from the next start on")}").ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static Option<RouteVia?> Via(string option, string family) =>
        new(option) { Description = $"{family} destinations: proxy (through the server) or direct.", HelpName = "proxy|direct" };

    private static string Text(RouteVia via) => via.ToString().ToLowerInvariant();
}
