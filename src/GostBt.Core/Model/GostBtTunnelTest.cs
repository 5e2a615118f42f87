namespace GostBt.Model;

/// <summary>What <c>Test-GostBtTunnel</c> measured and found, without changing anything.</summary>
public sealed record GostBtTunnelTest
{
    /// <summary>The profile's name; binds to every other cmdlet's <c>-Name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether nothing that was found is an error.</summary>
    public bool Healthy => Findings.All(finding => finding.Severity != FindingSeverity.Error);

    /// <summary>Where the agent stands.</summary>
    public required TunnelState State { get; init; }

    /// <summary>The mean round trip to the far TUN address, milliseconds; null without an answer.</summary>
    public double? RoundTripMilliseconds { get; init; }

    /// <summary>The mean difference of neighbouring round trips, milliseconds.</summary>
    public double? JitterMilliseconds { get; init; }

    /// <summary>Echo requests without an answer, percent.</summary>
    public double? LossPercent { get; init; }

    /// <summary>The longest IPv4 packet that comes through whole and is answered, bytes; null where it could not be found.</summary>
    public int? PathMtu { get; init; }

    /// <summary>What one TCP connection carries from the server to this PC, bits a second; null where it was not measured.</summary>
    public long? DownBitsPerSecond { get; init; }

    /// <summary>What one TCP connection carries from this PC to the server, bits a second; null where it was not measured.</summary>
    public long? UpBitsPerSecond { get; init; }

    /// <summary>What is not as it should be, errors first; empty when all is well.</summary>
    public required IReadOnlyList<TunnelFinding> Findings { get; init; }
}
