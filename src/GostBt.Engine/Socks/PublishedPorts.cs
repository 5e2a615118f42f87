using System.Net;
using GostBt.Engine.Bypasses;
using GostBt.Engine.Files;
using GostBt.Engine.Logging;
using GostBt.Engine.Tun;
using GostBt.Model;

namespace GostBt.Engine.Socks;

/// <summary>
/// The UDP ports of a TUN client's address that the far end publishes (<c>publishedPorts</c>, a key that gost does not have): a file, a port or range a line, looked at
/// when a datagram asks, at most once a second. While a client has an association, libtorrent ignores every datagram that does not come from its proxy
/// (udp_socket.cpp), so the association of a published port carries what peers send to that port, too.
/// </summary>
internal sealed class PublishedPorts
{
    /// <summary>The metadata key.</summary>
    internal const string Key = "publishedPorts";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly TunClients _clients;
    private readonly WatchedFiles _file;
    private volatile IReadOnlyList<PortRange> _ports;

    /// <param name="path">The file.</param>
    /// <param name="clients">Whose addresses they belong to.</param>
    /// <param name="log">Told of a file that cannot be used.</param>
    /// <exception cref="GostBtException">The file cannot be read, or a line of it cannot be used.</exception>
    internal PublishedPorts(string path, TunClients clients, EngineLog log)
    {
        _path = path;
        _clients = clients;
        try
        {
            _file = new WatchedFiles(() => _ports = Read(), problem => log.Warn($"published ports: {problem} They stay as they were."), Interval, path);
            _ports = Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GostBtException(GostBtFailure.InvalidInput, $"The published ports cannot be read from '{path}': {e.Message}", "Create the file, a port a line, or correct publishedPorts.", e);
        }
    }

    /// <summary>Whether an association's client has a published port, so that it is worth a try to take it.</summary>
    internal bool Contains(IPEndPoint client)
    {
        _file.Refresh();
        foreach (var range in _ports)
        {
            if (range.Contains(client.Port))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes the port of an association's client.</summary>
    /// <returns>Null when the address is no TUN client's own, or an earlier association has the port.</returns>
    internal TakenPort? TryTake(IPEndPoint client, IDatagramTaker taker) => _clients.TryTakePort(client, taker);

    private List<PortRange> Read() =>
    [
        .. File.ReadLines(_path).Where(line => line.Length > 0).Select(line => PortRange.TryParse(line, out var range) && range.First > 0
            ? range
            : throw new GostBtException(GostBtFailure.InvalidInput, $"{_path}: '{line}' is neither a port nor a range.", "Write a port a line, such as 6666 or 7000-7009.")),
    ];
}
