using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Net;

/// <summary>Which published ports to probe, and from where.</summary>
public sealed record PortProbeRequest
{
    /// <summary>The profile whose ports are probed.</summary>
    public required ProfileName Name { get; init; }

    /// <summary>The ports, each published by the profile; null means all of them.</summary>
    public IReadOnlyList<int>? Ports { get; init; }

    /// <summary>Which of each port's protocols to probe.</summary>
    public PortProtocol Protocol { get; init; } = PortProtocol.Both;

    /// <summary>Another host to probe from, so that the provider's firewall is on the path; null means the server itself.</summary>
    public SshOptions? From { get; init; }

    /// <summary>How the server itself is logged in to; null is what its profile says. The secrets in <see cref="From"/> are that other host's alone.</summary>
    public SshOptions? Server { get; init; }

    /// <summary>Whether GostBt itself listens on a port at home that nothing listens on, so that the path is proven without a BitTorrent client.</summary>
    public bool Listen { get; init; } = true;

    /// <summary>How long a port may take to answer: 1 to 60 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}
