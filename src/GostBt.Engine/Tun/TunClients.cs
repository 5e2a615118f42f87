using System.Net;

namespace GostBt.Engine.Tun;

/// <summary>The TUN clients of this process, by whose own addresses others find them.</summary>
internal sealed class TunClients
{
    private readonly List<TakenPorts> _clients = [];

    /// <summary>Adds one; call it for all before the engine starts.</summary>
    internal void Add(TunClient client) => _clients.Add(client.Ports);

    /// <summary>Takes a UDP port of a client's own address from the kernel.</summary>
    /// <returns>Null when the address is no client's own, or the port is taken.</returns>
    internal TakenPort? TryTakePort(IPEndPoint endPoint, IDatagramTaker taker)
    {
        foreach (var client in _clients)
        {
            if (client.TryTake(endPoint, taker) is { } port)
            {
                return port;
            }
        }

        return null;
    }
}
