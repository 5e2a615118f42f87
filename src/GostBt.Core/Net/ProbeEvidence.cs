using System.Net;
using GostBt.Model;

namespace GostBt.Net;

/// <summary>All that is known about one probed port, from home outwards.</summary>
internal sealed record ProbeEvidence
{
    public required int Port { get; init; }

    /// <summary>The port at home.</summary>
    public required int InsidePort { get; init; }

    public required PortProtocol Protocol { get; init; }

    /// <summary>The PC's tunnel address.</summary>
    public string Client { get; init; } = string.Empty;

    /// <summary>Where the tunnel's agent stands.</summary>
    public TunnelState Tunnel { get; init; } = TunnelState.Up;

    /// <summary>The agent's last error.</summary>
    public string? TunnelError { get; init; }

    /// <summary>Whether the far TUN address answered home's ping; null when home could not ask.</summary>
    public bool? FarEndAnswers { get; init; }

    /// <summary>Who listens at home.</summary>
    public HomeListening Listening { get; init; }

    /// <summary>Whether a program listens on all addresses rather than on the tunnel's own.</summary>
    public bool Unbound { get; init; }

    /// <summary>Addresses a program listens on that the tunnel does not lead to.</summary>
    public IReadOnlyList<IPAddress> Others { get; init; } = [];

    /// <summary>Why GostBt could not listen.</summary>
    public string? ListenError { get; init; }

    /// <summary>Whether GostBt's own listener saw the probe.</summary>
    public bool Arrived { get; init; }

    /// <summary>Whether home saw the probe's true source; null when home could not see it.</summary>
    public bool? SourcePreserved { get; init; }

    /// <summary>The source home saw.</summary>
    public string? SourceSeen { get; init; }

    /// <summary>What the server knows; null when it was not asked.</summary>
    public ServerEvidence? Server { get; init; }

    /// <summary>How the probe from another host went; null when there was none.</summary>
    public ProbeOutcome? Outside { get; init; }

    /// <summary>The other host.</summary>
    public string? OutsideHost { get; init; }
}
