namespace GostBt.Tunnel;

/// <summary>Where the system does not tell of changes, or looking costs next to nothing: a look each second.</summary>
internal sealed class PollingWatch : INetworkWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public Task ChangedAsync(CancellationToken cancellationToken) => Task.Delay(Pause, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
