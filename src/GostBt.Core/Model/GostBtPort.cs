namespace GostBt.Model;

/// <summary>A port, or a range of them, that a profile publishes: what <c>Add-GostBtPort</c> and <c>Get-GostBtPort</c> return.</summary>
public sealed record GostBtPort
{
    /// <summary>The profile's name; binds to every other cmdlet's <c>-Name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The ports, outside and inside; binds to <c>-Port</c>.</summary>
    public required PublishedPort Port { get; init; }

    /// <summary>TCP, UDP or both.</summary>
    public PortProtocol Protocol => Port.Protocol;

    /// <summary>Where peers connect to: the server's address and the ports outside; without the address while it is not known.</summary>
    public required string Outside { get; init; }

    /// <summary>Where the BitTorrent client listens: the tunnel's address of this PC and the ports inside.</summary>
    public required string Inside { get; init; }
}
