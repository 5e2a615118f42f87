using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GostBt.Model;
using GostBt.Net;
using GostBt.Ssh;

namespace GostBt.Host.Commands;

/// <summary><c>gostbt test</c>: proves the published ports from outside.</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        var name = Arguments.ProfileName();
        var from = new Option<string?>("--from") { Description = "Another host to probe from, by ssh; else the server probes itself from a foreign address.", HelpName = "user@host[:port]" };
        var acceptHostKey = Arguments.AcceptHostKey();
        var fingerprint = Arguments.HostKeyFingerprint();
        var noListen = new Option<bool>("--no-listen") { Description = "Do not listen in a missing client's place: a port nothing listens on is closed." };
        var json = Arguments.Json();
        var command = new Command("test", "Tests every published port from outside, TCP and UDP; the exit code is 0 when all are open, 4 when one is closed.")
        {
            name, from, acceptHostKey, fingerprint, noListen, json,
        };
        command.Run(async (result, cancellationToken) =>
        {
            var services = result.Services();
            var results = await services.Prober.TestAsync(
                new PortProbeRequest
                {
                    Name = result.Name(name),
                    Listen = !result.GetValue(noListen),
                    From = result.GetValue(from) is { } host
                        ? new SshOptions
                        {
                            Target = ServerTarget.Parse(host),
                            AcceptHostKey = result.GetValue(acceptHostKey),
                            HostKeyFingerprint = result.GetValue(fingerprint),
                        }
                        : null,
                },
                cancellationToken).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(result.GetValue(json)
                ? JsonSerializer.Serialize(results, HostJson.Default.IReadOnlyListPortProbeResult)
                : string.Join(Environment.NewLine, results.Select(Describe))).ConfigureAwait(false);
            return results.All(port => port.Open) ? ExitCode.Done : ExitCode.PortClosed;
        });
        return command;
    }

    private static string Describe(PortProbeResult result)
    {
        var port = string.Create(CultureInfo.InvariantCulture, $"{result.Port}/{result.Protocol.ToString().ToLowerInvariant(),-4}");
        if (!result.Open)
        {
            return $"{port} closed at {result.Stage}: {result.Detail}{Environment.NewLine}  {result.Remedy}";
        }

        var time = result.RoundTripMilliseconds is { } milliseconds ? string.Create(CultureInfo.InvariantCulture, $" in {milliseconds:0.0} ms") : string.Empty;
        var source = result.SourcePreserved switch
        {
            true => $", source {result.SourceSeen} preserved",
            false => $", source {result.SourceSeen} instead of {result.SourceExpected}",
            null => string.Empty,
        };
        return $"{port} open from {result.From}{time}, answered by {result.Answered}{source}";
    }
}
