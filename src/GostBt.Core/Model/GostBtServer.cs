namespace GostBt.Model;

/// <summary>A server as deployed: what <c>New-GostBtServer</c> and <c>Get-GostBtServer</c> return.</summary>
public sealed record GostBtServer
{
    /// <summary>The profile's name; binds to every other cmdlet's <c>-Name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The host as the user named it.</summary>
    public required string HostName { get; init; }

    /// <summary>The address peers and trackers see.</summary>
    public required string PublicAddress { get; init; }

    /// <summary>The IPv6 address peers reach the published ports at; null when the server publishes no IPv6.</summary>
    public string? PublicAddress6 { get; init; }

    /// <summary>The one public TCP port of the tunnel.</summary>
    public required int TunnelPort { get; init; }

    /// <summary>The published ports.</summary>
    public required IReadOnlyList<PublishedPort> Ports { get; init; }

    /// <summary>The operating system as <c>os-release</c> names it.</summary>
    public string? System { get; init; }

    /// <summary>The engine there and its version.</summary>
    public string? Engine { get; init; }

    /// <summary>The server's state: <c>Running</c>, <c>Stopped</c>, <c>Absent</c> or <c>Drifted</c>.</summary>
    public required string State { get; init; }

    /// <summary>Whether this run changed anything on the server.</summary>
    public bool Changed { get; init; }

    /// <summary>SHA-256 of the certificate's DER form, upper-case hex.</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>How many ssh round trips this run took.</summary>
    public int RoundTrips { get; init; }
}
