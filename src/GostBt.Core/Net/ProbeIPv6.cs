using System.Net;
using System.Net.Sockets;
using GostBt.Model;

namespace GostBt.Net;

/// <summary>What a probe run found about a port over IPv6.</summary>
/// <param name="Open">Whether it answered; null when it was not asked.</param>
/// <param name="Seen">The probe's source as home saw it.</param>
/// <param name="Preserved">Whether that was its true one; null when home could not see it.</param>
/// <param name="Detail">What was found; null when nothing was asked.</param>
internal sealed record ProbeIPv6(bool? Open, IPEndPoint? Seen, bool? Preserved, string? Detail)
{
    /// <summary>Nothing was asked.</summary>
    public static readonly ProbeIPv6 None = new(null, null, null, null);

    /// <param name="reading">Reads the IPv6 attempts.</param>
    /// <param name="report">Whose attempt counts: the other host's where there is one, else the server's.</param>
    /// <param name="port">The port and one protocol.</param>
    /// <param name="overIPv4">How the port stands at home over IPv4.</param>
    /// <param name="address">Home's IPv6 address in the tunnel.</param>
    public static ProbeIPv6 Of(ProbeReading reading, ProbeReport report, PublishedPort port, HomePort? overIPv4, IPAddress address)
    {
        if (report.Fact("namespace6") is { } reason)
        {
            return None with { Detail = $"The server cannot probe itself over IPv6: {reason}" };
        }

        if (reading.Attempt(report, port) is not { } attempt)
        {
            return None;
        }

        if (attempt.Unreachable && attempt.Elapsed is null)
        {
            return None with { Detail = "Where the probe comes from there is no IPv6." };
        }

        var answered = reading.Outcome(report, port) == ProbeOutcome.Answered;
        var expected = attempt.Source is { AddressFamily: AddressFamily.InterNetworkV6 } source ? source : null;
        var seen = answered ? reading.Seen(port, attempt, from: null) : null;
        var here = reading.Home(port);
        if (here is { Listening: HomeListening.GostBt } && overIPv4?.Listening == HomeListening.Client)
        {
            return new ProbeIPv6(false, seen, ProbeReading.Preserved(seen, expected), $"The program that listens does so over IPv4 only: have it listen on {address}, too.");
        }

        return new ProbeIPv6(answered, seen, ProbeReading.Preserved(seen, expected), answered ? "Peers reach it over IPv6." : Why(report, here, address));
    }

    private static string Why(ProbeReport report, HomePort? here, IPAddress address)
    {
        if (report.Fact("ip6-forward") == "0")
        {
            return "The server does not forward IPv6: deploy it again (New-GostBtServer).";
        }

        if (here?.Error is { } error)
        {
            return $"{address} cannot be listened on here: {error}";
        }

        return here switch
        {
            { Listening: HomeListening.Client, Unbound: true } => $"The program that listens does so on all addresses and seems to answer from another one: bind it to {address}.",
            { Listening: HomeListening.Nobody } => $"Nothing listens on {address}.",
            _ => "It does not answer over IPv6: a firewall on the way, or at home, may not let it in.",
        };
    }
}
