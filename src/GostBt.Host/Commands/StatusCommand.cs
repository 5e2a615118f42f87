using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GostBt.Model;

namespace GostBt.Host.Commands;

/// <summary><c>gostbt status</c>: one tunnel, or every profile's.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var name = Arguments.ProfileName();
        name.Arity = ArgumentArity.ZeroOrOne;
        name.Description += " Without it, every profile.";
        var json = Arguments.Json();
        var command = new Command("status", "Shows how tunnels stand; the exit code is 0 when they are up, 3 when one is not.") { name, json };
        command.Run(async (result, cancellationToken) =>
        {
            var services = result.Services();
            var names = result.GetValue(name) is { } one ? [new ProfileName(one)] : services.Profiles.List();
            var tunnels = new List<GostBtTunnel>();
            foreach (var each in names)
            {
                tunnels.Add(await services.Tunnels.GetAsync(each, cancellationToken).ConfigureAwait(false));
            }

            await Console.Out.WriteLineAsync(result.GetValue(json)
                ? JsonSerializer.Serialize(tunnels, HostJson.Default.IReadOnlyListGostBtTunnel)
                : string.Join(Environment.NewLine + Environment.NewLine, tunnels.Select(Describe))).ConfigureAwait(false);
            return tunnels.Count > 0 && tunnels.All(tunnel => tunnel.State.Carries()) ? ExitCode.Done : ExitCode.NotUp;
        });
        return command;
    }

    /// <summary>A tunnel for people.</summary>
    public static string Describe(GostBtTunnel tunnel)
    {
        (string Label, string? Value)[] lines =
        [
            ("tunnel", tunnel.Name),
            ("state", tunnel.Since is { } since ? string.Create(CultureInfo.InvariantCulture, $"{tunnel.State} since {since:yyyy-MM-dd HH:mm:ss}Z") : tunnel.State.ToString()),
            ("server", tunnel.PublicAddress),
            ("address", $"{tunnel.Address} on {tunnel.Interface} (bind the BitTorrent client to it)"),
            ("proxy", $"{tunnel.Proxy} (SOCKS5, for trackers)"),
            ("round trip", tunnel.RoundTripMilliseconds?.ToString("0.0 ms", CultureInfo.InvariantCulture)),
            ("jitter", tunnel.JitterMilliseconds?.ToString("0.0 ms", CultureInfo.InvariantCulture)),
            ("loss", tunnel.LossPercent?.ToString("0.# '%'", CultureInfo.InvariantCulture)),
            ("received", Amount(tunnel.ReceivedBytes, tunnel.ReceivedBytesPerSecond)),
            ("sent", Amount(tunnel.SentBytes, tunnel.SentBytesPerSecond)),
            ("engine", tunnel.EngineVersion is { } version ? $"{tunnel.Engine} {version}" : tunnel.Engine),
            ("restarts", tunnel.Restarts == 0 ? null : tunnel.Restarts.ToString(CultureInfo.InvariantCulture)),
            ("agent", tunnel.AgentProcessId is { } id ? string.Create(CultureInfo.InvariantCulture, $"process {id}") : null),
            ("last error", tunnel.LastError),
        ];
        return string.Join(Environment.NewLine, lines.Where(line => line.Value is not null).Select(line => $"{line.Label,-11} {line.Value}"));
    }

    private static string? Amount(long? total, long? rate) => total is null
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{total / 1e6:0.0} MB, now {(rate ?? 0) / 1e3:0.0} kB/s");
}
