namespace GostBt.Engine.Tun;

/// <summary>A client's connection to its server, which lasts until it fails.</summary>
internal interface IClientLink : IAsyncDisposable
{
    /// <summary>What carries the datagrams.</summary>
    PeerLink Link { get; }

    /// <summary>Carries datagrams until cancelled, or until the far end is gone.</summary>
    Task RunAsync(IDatagramHandler handler, CancellationToken cancellationToken);
}
