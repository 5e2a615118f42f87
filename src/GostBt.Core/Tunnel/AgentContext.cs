using GostBt.Net;
using GostBt.Profiles;
using GostBt.Routing;

namespace GostBt.Tunnel;

/// <summary>What an agent works with: read at its start, and another one when it is told that the profile changed.</summary>
internal sealed record AgentContext
{
    public required Profile Profile { get; init; }

    /// <summary>What it adds to this PC's routing.</summary>
    public required RoutePlan Plan { get; init; }

    /// <summary>The engine of the TUN.</summary>
    public required EngineProgram Tun { get; init; }

    /// <summary>The engine of the SOCKS5.</summary>
    public required EngineProgram Bundled { get; init; }

    public required TunnelConfiguration Configuration { get; init; }

    public required PinnedServer Server { get; init; }

    public required StoredPorts Ports { get; init; }

    /// <summary>The TUN's totals, whatever becomes of one attempt.</summary>
    public required TrafficMeter Traffic { get; init; }

    public required AgentFiles Files { get; init; }

    public required ITunnelPlatform Platform { get; init; }

    public required UndoJournal Journal { get; init; }

    public required AgentLog Log { get; init; }

    /// <summary>The relay's password, to be kept out of the log.</summary>
    public required string Secret { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"AgentContext {{ Profile = {Profile.Name} }}";
}
