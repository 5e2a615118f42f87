using System.Net;
using GostBt.Model;

namespace GostBt.Net;

/// <summary>One published port and protocol as it stands at home.</summary>
internal sealed class HomePort(int port, PortProtocol protocol)
{
    private IPEndPoint? _arrived;

    public int Port { get; } = port;

    public PortProtocol Protocol { get; } = protocol;

    public HomeListening Listening { get; set; }

    /// <summary>Whether a program listens on all addresses rather than on the tunnel's own.</summary>
    public bool Unbound { get; set; }

    /// <summary>Addresses a program listens on that the tunnel does not lead to.</summary>
    public IReadOnlyList<IPAddress> Others { get; set; } = [];

    /// <summary>Why GostBt could not listen.</summary>
    public string? Error { get; set; }

    /// <summary>Where GostBt's own listener saw the probe come from; null when it did not come.</summary>
    public IPEndPoint? Arrived
    {
        get => Volatile.Read(ref _arrived);
        set => Volatile.Write(ref _arrived, value);
    }
}
