using GostBt.Engine.Socks;

namespace GostBt.Engine.Config;

/// <summary>
/// The metadata keys the bundled engine understands, for each part and type. gost ignores a key it does not know, so a slip of the pen
/// (<c>keepAlive</c> in a wrong place) goes unnoticed for months; here it is an error. Two keys only make sense to gost and are taken so that both read the same
/// file: <c>notls</c> (there is no TLS inside SOCKS5 here) and <c>udpBufferSize</c> (datagrams of any size pass here). Two keys gost does not have: <c>localOnly</c> lets only clients on
/// this machine in, whatever address they come to; <c>publishedPorts</c>, a file, makes an association carry what peers send to its client's port.
/// </summary>
internal static class MetadataSchema
{
    private static readonly Dictionary<string, MetadataKind> None = [];

    internal static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, MetadataKind>> Handlers = Types(
        ("tun", new() { ["keepalive"] = MetadataKind.Flag, ["ttl"] = MetadataKind.Duration, ["passphrase"] = MetadataKind.Text, ["p2p"] = MetadataKind.Flag }),
        ("relay", new() { ["bind"] = MetadataKind.Flag, ["nodelay"] = MetadataKind.Flag, ["readTimeout"] = MetadataKind.Duration, ["udpBufferSize"] = MetadataKind.Number }),
        ("socks5", new() { ["udp"] = MetadataKind.Flag, ["localOnly"] = MetadataKind.Flag, ["notls"] = MetadataKind.Flag, ["readTimeout"] = MetadataKind.Duration, ["udpBufferSize"] = MetadataKind.Number, [PublishedPorts.Key] = MetadataKind.Text }));

    internal static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, MetadataKind>> Listeners = Types(
        ("tun", new() { ["name"] = MetadataKind.Text, ["net"] = MetadataKind.Text, ["mtu"] = MetadataKind.Number, ["guid"] = MetadataKind.Text }),
        ("tcp", None),
        ("tls", None),
        ("ws", new() { ["path"] = MetadataKind.Text }),
        ("wss", new() { ["path"] = MetadataKind.Text }));

    internal static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, MetadataKind>> Connectors = Types(
        ("relay", new() { ["nodelay"] = MetadataKind.Flag, ["connectTimeout"] = MetadataKind.Duration }));

    internal static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, MetadataKind>> Dialers = Types(
        ("tcp", None),
        ("tls", None),
        ("ws", new() { ["path"] = MetadataKind.Text, ["host"] = MetadataKind.Text }),
        ("wss", new() { ["path"] = MetadataKind.Text, ["host"] = MetadataKind.Text }));

    private static Dictionary<string, IReadOnlyDictionary<string, MetadataKind>> Types(params (string Type, Dictionary<string, MetadataKind> Keys)[] types) =>
        types.ToDictionary(type => type.Type, type => (IReadOnlyDictionary<string, MetadataKind>)type.Keys, StringComparer.Ordinal);
}
