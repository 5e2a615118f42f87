namespace GostBt.Engine;

/// <summary>One of a configuration's services while it runs.</summary>
public interface IEngineService : IAsyncDisposable
{
    /// <summary>The name of the service in the configuration.</summary>
    string Name { get; }

    /// <summary>
    /// Takes what the service needs (binds its listener, opens its TUN) and logs one line at info.
    /// Throws <see cref="Model.GostBtException"/> naming the service when it cannot; nothing is retried here.
    /// </summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Serves until cancelled, then returns (or throws <see cref="OperationCanceledException"/>).
    /// Any other exception means that the service cannot go on, and ends the engine.
    /// </summary>
    Task RunAsync(CancellationToken cancellationToken);
}
