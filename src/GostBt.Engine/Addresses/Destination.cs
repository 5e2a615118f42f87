using System.Net;

namespace GostBt.Engine.Addresses;

/// <summary>What a client asks for: a host name or an address, and a port.</summary>
/// <param name="Name">The host name, or null where an address was given.</param>
/// <param name="Address">The address, or null where a name was given.</param>
/// <param name="Port">0 to 65535.</param>
internal readonly record struct Destination(string? Name, IPAddress? Address, int Port)
{
    /// <summary>A text as it comes over the wire or from a file: a literal is an address, anything else a name.</summary>
    internal static Destination Of(string host, int port) =>
        IPAddress.TryParse(host, out var address) ? new Destination(null, Ipv4Forms.Plain(address), port) : new Destination(host, null, port);

    /// <summary>An address and port.</summary>
    internal static Destination Of(IPEndPoint endPoint) => new(null, Ipv4Forms.Plain(endPoint.Address), endPoint.Port);

    public override string ToString() => new HostPort(Name ?? Address!.ToString(), Port).ToString();
}
