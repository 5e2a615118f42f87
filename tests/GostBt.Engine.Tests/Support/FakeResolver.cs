using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Addresses;

namespace GostBt.Engine.Tests.Support;

/// <summary>Names as a test wants them.</summary>
internal sealed class FakeResolver : IHostResolver
{
    private readonly Dictionary<string, string[]> _names = [];

    internal string[] this[string name]
    {
        set => _names[name] = value;
    }

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) => _names.TryGetValue(host, out var addresses)
        ? ValueTask.FromResult<IReadOnlyList<IPAddress>>([.. addresses.Select(IPAddress.Parse)])
        : throw new SocketException((int)SocketError.HostNotFound);
}
