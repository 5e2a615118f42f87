using GostBt.Model;
using GostBt.Ssh;
using Renci.SshNet;

namespace GostBt.SshNet;

/// <summary>The way to the target: through its jump hosts, each reached by a port forwarded through the one before.</summary>
internal sealed class Route
{
    private readonly IReadOnlyList<Hop> _jumps;
    private readonly TrustedKeys _keys;

    public Route(SshOptions options, TrustedKeys keys)
    {
        Options = options;
        _keys = keys;
        _jumps = [.. (options.JumpHost?.Split(',') ?? []).Select(hop => new Hop(ServerTarget.Parse(hop.Trim()), keys))];
        Target = new Hop(options.Target, keys);
    }

    public SshOptions Options { get; }

    public Hop Target { get; }

    /// <summary>What the target may show from now on.</summary>
    public void Trust(string? onlyLine) => Target.Trust(onlyLine, _keys);

    /// <summary>Learns the key that the target shows, without logging in to it.</summary>
    public async Task<HostKey> AskHostAsync(CancellationToken cancellationToken)
    {
        using var connection = new Connection(Options);
        await JumpAsync(connection, cancellationToken).ConfigureAwait(false);
        return await connection.AskAsync(Target, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Logs in to the target. The connection is the caller's to dispose of, also when this fails.</summary>
    public async Task<SshClient> OpenAsync(Connection connection, CancellationToken cancellationToken)
    {
        await JumpAsync(connection, cancellationToken).ConfigureAwait(false);
        return await connection.LogInAsync(Target, isTarget: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task JumpAsync(Connection connection, CancellationToken cancellationToken)
    {
        foreach (var jump in _jumps)
        {
            if (jump.Keys.Known.Count == 0)
            {
                throw SshFailure.Classify(Options, $"{jump.Host} is not in known_hosts. Host key verification failed.");
            }

            await connection.LogInAsync(jump, isTarget: false, cancellationToken).ConfigureAwait(false);
        }
    }
}
