namespace GostBt.Model;

/// <summary>What <c>Test-GostBtServer</c> found out about a server, without changing anything there.</summary>
public sealed record GostBtServerHealth
{
    /// <summary>The profile's name; binds to every other cmdlet's <c>-Name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The login and host as the profile has them.</summary>
    public required string HostName { get; init; }

    /// <summary>Whether nothing that was found is an error.</summary>
    public bool Healthy => Findings.All(finding => finding.Severity != FindingSeverity.Error);

    /// <summary>What is not as it should be, the worst first; empty when all is well.</summary>
    public required IReadOnlyList<ServerFinding> Findings { get; init; }

    /// <summary>The operating system as <c>os-release</c> names it.</summary>
    public string? System { get; init; }

    /// <summary>The certificate's end.</summary>
    public DateTimeOffset? CertificateExpires { get; init; }

    /// <summary>Room that is left under <c>/usr/local</c>, MiB.</summary>
    public long? DiskFreeMegabytes { get; init; }

    /// <summary>How far the server's clock is ahead of this PC's; negative when it is behind.</summary>
    public TimeSpan? ClockDifference { get; init; }

    /// <summary>How many ssh round trips it took.</summary>
    public int RoundTrips { get; init; }
}
