using System.Net;
using System.Net.Sockets;

namespace GostBt.Engine.Carriers;

/// <summary>A connection that came in and finished the carrier's handshake, but has not shown yet who it is.</summary>
internal sealed class AcceptedConnection
{
    private readonly PendingConnections.Entry _pending;

    internal AcceptedConnection(Stream stream, IPEndPoint local, IPEndPoint remote, PendingConnections.Entry pending)
    {
        Stream = stream;
        Local = local;
        Remote = remote;
        _pending = pending;
    }

    /// <summary>The carrier's bytes; the listener disposes it when the handler returns.</summary>
    internal Stream Stream { get; }

    /// <summary>The socket under the carrier; null where there is none.</summary>
    internal Socket? Socket { get; init; }

    /// <summary>The address of this machine it came to.</summary>
    internal IPEndPoint Local { get; }

    /// <summary>The client's outer address.</summary>
    internal IPEndPoint Remote { get; }

    /// <summary>Ends when the client has taken too long, or too many wait: to be used until <see cref="Admit"/>.</summary>
    internal CancellationToken Deadline => _pending.Token;

    /// <summary>Says that the client may stay: no deadline applies any more.</summary>
    internal void Admit() => _pending.Release();
}
