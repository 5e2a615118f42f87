using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Net;

/// <summary>What to test of a tunnel.</summary>
/// <param name="Name">The profile.</param>
public sealed record TunnelTestRequest(ProfileName Name)
{
    /// <summary>How to log in to the server to measure the throughput; null leaves it out.</summary>
    public SshOptions? Server { get; init; }

    /// <summary>How long the throughput is measured each way.</summary>
    public TimeSpan Each { get; init; } = TimeSpan.FromSeconds(3);
}
