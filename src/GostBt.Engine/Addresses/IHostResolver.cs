using System.Net;
using System.Net.Sockets;

namespace GostBt.Engine.Addresses;

/// <summary>Looks host names up.</summary>
internal interface IHostResolver
{
    /// <returns>At least one address, in the order to try them.</returns>
    /// <exception cref="SocketException">The name has no address.</exception>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}
