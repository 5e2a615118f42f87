using GostBt.Engine.Carriers;

namespace GostBt.Engine.Services;

/// <summary>What a service does with a connection.</summary>
internal interface IConnectionHandler
{
    /// <summary>
    /// Serves one connection to its end. Exceptions of the connection (I/O, malformed input, cancellation) go to the listener, which
    /// closes it and serves on.
    /// </summary>
    Task HandleAsync(AcceptedConnection connection, CancellationToken cancellationToken);
}
