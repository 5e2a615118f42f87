using GostBt.Engine.Addresses;
using GostBt.Gost;
using GostBt.Yaml;

namespace GostBt.Engine.Config;

/// <summary>Reads one of <c>chains</c>.</summary>
internal static class ChainReader
{
    internal static GostChain Read(StrictMapping chain, References references)
    {
        var name = references.Declare(chain, "chain", chain.RequiredText("name"));
        var hops = chain.Mappings("hops").Select(hop => Hop(hop, references)).ToList();
        chain.Done("name", "hops");
        if (hops.Count > 1 && hops.Exists(hop => hop.Bypass is not null))
        {
            throw chain.Problem("hops", "the bundled engine takes a hop's bypass only in a chain of one hop");
        }

        return hops.Count > 0 ? new GostChain(name, hops) : throw chain.Problem("a chain needs hops");
    }

    /// <summary>Reads <c>addr</c> of a far end: a host and a port that can be dialled.</summary>
    internal static string RemoteAddress(StrictMapping node)
    {
        var addr = node.RequiredText("addr");
        return HostPort.TryParse(addr, out var parsed) && parsed.Port != 0
            ? addr
            : throw node.Problem("addr", $"'{addr}' is not host:port with a port from 1 to 65535");
    }

    private static GostHop Hop(StrictMapping hop, References references)
    {
        var nodes = hop.Mappings("nodes").Select(Node).ToList();
        var read = new GostHop(hop.Text("name") ?? string.Empty, nodes)
        {
            Bypass = references.Use(hop, "bypass", "bypass", hop.Text("bypass")),
        };
        hop.Done("name", "bypass", "nodes");
        return nodes.Count == 1
            ? read
            : throw hop.Problem("nodes", $"the bundled engine takes exactly one node in a hop, not {nodes.Count}");
    }

    private static GostNode Node(StrictMapping node)
    {
        var addr = RemoteAddress(node);
        var read = new GostNode(node.Text("name") ?? string.Empty, addr, Connector(node), Dialer(node));
        if (HostPort.TryParse(addr, out var parsed) && parsed.Host.Length == 0)
        {
            throw node.Problem("addr", $"'{addr}' names no host");
        }

        node.Done("name", "addr", "connector", "dialer");
        return read;
    }

    private static GostConnector Connector(StrictMapping node)
    {
        var part = node.Mapping("connector") ?? throw node.Problem("a node needs a connector");
        var type = TypedPart.Type(part, "connector", MetadataSchema.Connectors);
        var connector = new GostConnector(type)
        {
            Auth = TypedPart.Auth(part),
            Metadata = TypedPart.Metadata(part, MetadataSchema.Connectors[type]),
        };
        part.Done("type", "auth", "metadata");
        return connector;
    }

    private static GostDialer Dialer(StrictMapping node)
    {
        var part = node.Mapping("dialer") ?? throw node.Problem("a node needs a dialer");
        var type = TypedPart.Type(part, "dialer", MetadataSchema.Dialers);
        var dialer = new GostDialer(type)
        {
            Tls = TlsReader.ForDialer(part, encrypted: type is "tls" or "wss"),
            Metadata = TypedPart.Metadata(part, MetadataSchema.Dialers[type]),
        };
        part.Done("type", "tls", "metadata");
        return dialer;
    }
}
