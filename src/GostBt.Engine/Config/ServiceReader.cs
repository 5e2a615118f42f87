using GostBt.Engine.Addresses;
using GostBt.Gost;
using GostBt.Yaml;

namespace GostBt.Engine.Config;

/// <summary>Reads one of <c>services</c>.</summary>
internal static class ServiceReader
{
    internal static GostService Read(StrictMapping service, References references)
    {
        var name = references.Declare(service, "service", service.RequiredText("name"));
        var handler = Handler(service, references);
        var listener = Listener(service);
        if (handler.Type == "tun" != (listener.Type == "tun"))
        {
            throw service.Problem("handler", $"handler '{handler.Type}' does not go with listener '{listener.Type}': tun takes tun, others take tcp, tls, ws or wss");
        }

        if (handler.Type == "tun")
        {
            RefuseUnusedKeys(service, handler);
        }

        var addr = service.RequiredText("addr");
        if (!HostPort.TryParse(addr, out _))
        {
            throw service.Problem("addr", $"'{addr}' is not [host]:port with a port from 0 to 65535");
        }

        var result = new GostService(name, addr, handler, listener)
        {
            Bypass = references.Use(service, "bypass", "bypass", service.Text("bypass")),
            Forwarder = Forwarder(service, handler),
        };
        service.Done("name", "addr", "bypass", "handler", "listener", "forwarder");
        return result;
    }

    // gost takes these and does nothing with them, which looks like protection and is none.
    private static void RefuseUnusedKeys(StrictMapping service, GostHandler handler)
    {
        if (service.Has("bypass"))
        {
            throw service.Problem("bypass", "a tun service has no use for 'bypass'");
        }

        if (handler.Chain is not null && !service.Has("forwarder"))
        {
            throw service.Problem("handler", "a tun service without 'forwarder' is a server and has no use for 'chain'");
        }
    }

    private static GostHandler Handler(StrictMapping service, References references)
    {
        var part = service.Mapping("handler") ?? throw service.Problem("a service needs a handler");
        var type = TypedPart.Type(part, "handler", MetadataSchema.Handlers);
        var handler = new GostHandler(type)
        {
            Chain = references.Use(part, "chain", "chain", part.Text("chain")),
            Auther = references.Use(part, "auther", "auther", part.Text("auther")),
            Auth = TypedPart.Auth(part),
            Metadata = TypedPart.Metadata(part, MetadataSchema.Handlers[type]),
        };
        part.Done("type", "chain", "auther", "auth", "metadata");
        return handler.Auth is null || handler.Auther is null
            ? handler
            : throw part.Problem("auth", "give either 'auth' or 'auther'");
    }

    private static GostListener Listener(StrictMapping service)
    {
        var part = service.Mapping("listener") ?? throw service.Problem("a service needs a listener");
        var type = TypedPart.Type(part, "listener", MetadataSchema.Listeners);
        var listener = new GostListener(type)
        {
            Tls = TlsReader.ForListener(part, encrypted: type is "tls" or "wss"),
            Metadata = TypedPart.Metadata(part, MetadataSchema.Listeners[type]),
        };
        part.Done("type", "tls", "metadata");
        return listener;
    }

    private static List<GostForwardNode> Forwarder(StrictMapping service, GostHandler handler)
    {
        if (service.Mapping("forwarder") is not { } forwarder)
        {
            return [];
        }

        if (handler.Type != "tun")
        {
            throw service.Problem("forwarder", "the bundled engine forwards for tun services only");
        }

        var nodes = forwarder.Mappings("nodes").Select(node =>
        {
            var read = new GostForwardNode(node.Text("name") ?? string.Empty, ChainReader.RemoteAddress(node));
            node.Done("name", "addr");
            return read;
        }).ToList();
        forwarder.Done("nodes");
        return nodes.Count > 0 ? nodes : throw forwarder.Problem("a forwarder needs nodes");
    }
}
