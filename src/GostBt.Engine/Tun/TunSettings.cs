using System.Buffers;
using System.Text;
using GostBt.Engine.Addresses;
using GostBt.Gost;
using GostBt.Model;

namespace GostBt.Engine.Tun;

/// <summary>A <c>tun</c> service of the configuration, checked. Defaults differ from gost's where gost's leave people stranded.</summary>
internal sealed record TunSettings
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create(" /:%\t\n");

    private const int DefaultMtu = 1420;
    private const int LeastMtu = 576;
    private const int GreatestMtu = 65535;
    private static readonly TimeSpan DefaultKeepalive = TimeSpan.FromSeconds(3);

    /// <summary>The service's name.</summary>
    internal required string Service { get; init; }

    /// <summary>Interface name, or null for the kernel's choice.</summary>
    internal string? Interface { get; init; }

    /// <summary>Windows: the adapter's identity; null for the one that follows from its name.</summary>
    internal Guid? Guid { get; init; }

    /// <summary>This end's addresses, at least one.</summary>
    internal required IReadOnlyList<TunNetwork> Networks { get; init; }

    /// <summary>Bytes.</summary>
    internal required int Mtu { get; init; }

    /// <summary>Time between keepalives, or zero for a single one at the start. On by default, 3 s: a restarted far end is noticed that soon.</summary>
    internal required TimeSpan Keepalive { get; init; }

    /// <summary>The passphrase's bytes, at most 16; empty for none.</summary>
    internal required ReadOnlyMemory<byte> Passphrase { get; init; }

    /// <summary>A server with exactly one client, which gets and may send everything.</summary>
    internal bool PointToPoint { get; init; }

    /// <summary>Where the UDP socket is bound (server), port 0 on a client.</summary>
    internal required HostPort Listen { get; init; }

    /// <summary>Where the server is on a client, null on a server.</summary>
    internal HostPort? Target { get; init; }

    /// <summary>Reads a service.</summary>
    /// <exception cref="GostBtException">A value cannot be used; the message names service, key and what is allowed.</exception>
    internal static TunSettings From(GostService service)
    {
        var listener = service.Listener.Metadata;
        var handler = service.Handler.Metadata;
        var name = listener.GetValueOrDefault("name") as string;
        if (name is not null && (Encoding.UTF8.GetByteCount(name) > LinuxTunDevice.LongestName || name.Length == 0 || name.AsSpan().ContainsAny(NotInNames)))
        {
            throw Invalid(service, $"name '{name}' is no interface name", "Use 1 to 15 characters without blanks, slashes, colons or percent signs.");
        }

        var mtu = listener.GetValueOrDefault("mtu") as int? ?? DefaultMtu;
        if (mtu is < LeastMtu or > GreatestMtu)
        {
            throw Invalid(service, $"mtu {mtu} is out of range", $"Use {LeastMtu} to {GreatestMtu}; 1420 fits most paths, IPv6 needs at least 1280.");
        }

        if (service.Forwarder.Count > 1)
        {
            throw Invalid(service, "the forwarder has several nodes", "Give exactly one: the address of the TUN server.");
        }

        return new TunSettings
        {
            Service = service.Name,
            Interface = name,
            Guid = ReadGuid(service, listener.GetValueOrDefault("guid") as string),
            Networks = ReadNetworks(service, listener.GetValueOrDefault("net") as string),
            Mtu = mtu,
            Keepalive = ReadKeepalive(service, handler),
            Passphrase = TunPassphrase.Read(service, handler.GetValueOrDefault("passphrase") as string),
            PointToPoint = handler.GetValueOrDefault("p2p") is true,
            Listen = HostPort.Parse(service.Addr),
            Target = service.Forwarder.Count == 1 ? ReadTarget(service, service.Forwarder[0].Addr) : null,
        };
    }

    /// <summary>An error about one of a service's values.</summary>
    internal static GostBtException Invalid(GostService service, string what, string remedy) =>
        new(GostBtFailure.InvalidInput, $"Service {service.Name}: {what}.", remedy);

    private static Guid? ReadGuid(GostService service, string? text) => text is null
        ? null
        : System.Guid.TryParseExact(text, "B", out var guid)
            ? guid
            : throw Invalid(service, $"guid '{text}' is no identity of an adapter", "Write it as Windows does: {6ba7b810-9dad-11d1-80b4-00c04fd430c8}.");

    private static List<TunNetwork> ReadNetworks(GostService service, string? text)
    {
        var networks = new List<TunNetwork>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TunNetwork.TryParse(part, out var network))
            {
                throw Invalid(service, $"net has '{part}', which is no address with a prefix", "Write 192.168.123.1/24, or several with commas between.");
            }

            networks.Add(network!);
        }

        if (networks.Count == 0)
        {
            throw Invalid(service, "net is missing", "Give this end's tunnel address with its prefix in the listener's metadata, such as net: 192.168.123.1/24.");
        }

        return networks;
    }

    private static TimeSpan ReadKeepalive(GostService service, IReadOnlyDictionary<string, object> handler)
    {
        if (handler.GetValueOrDefault("keepalive") is false)
        {
            return TimeSpan.Zero;
        }

        var given = handler.GetValueOrDefault("ttl") as TimeSpan? ?? DefaultKeepalive;
        if (given < TimeSpan.FromMilliseconds(100) || given > TimeSpan.FromHours(1))
        {
            throw Invalid(service, "ttl is no usable duration", "Use 1s to 1h, such as ttl: 10s; keepalive: false turns keepalives off.");
        }

        return given;
    }

    private static HostPort ReadTarget(GostService service, string addr)
    {
        var target = HostPort.Parse(addr);
        return target.Host.Length > 0
            ? target
            : throw Invalid(service, $"its forwarder's addr '{addr}' names no host", "Write host:port, such as 127.0.0.1:8421.");
    }
}
