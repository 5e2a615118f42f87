namespace GostBt.Tunnel;

/// <summary>Tells when devices, addresses, routes or the firewall of this machine may have changed.</summary>
internal interface INetworkWatch : IDisposable
{
    /// <summary>Ends at the next change, or when it is time to look without having been told. One caller at a time.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task ChangedAsync(CancellationToken cancellationToken);
}
