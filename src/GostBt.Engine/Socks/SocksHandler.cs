using System.Net;
using GostBt.Engine.Addresses;
using GostBt.Engine.Carriers;
using GostBt.Engine.Logging;
using GostBt.Engine.Routing;
using GostBt.Engine.Services;
using GostBt.Engine.Tun;
using GostBt.Gost;

namespace GostBt.Engine.Socks;

/// <summary>A SOCKS5 server: CONNECT and UDP ASSOCIATE, with or without user and password (RFC 1928, RFC 1929).</summary>
internal sealed class SocksHandler : IConnectionHandler
{
    private static readonly Destination Nowhere = new(null, IPAddress.Any, 0);

    private readonly string _name;
    private readonly Credentials? _credentials;
    private readonly bool _udp;
    private readonly bool _localOnly;
    private readonly Router _router;
    private readonly PublishedPorts? _published;
    private readonly EngineLog _log;

    internal SocksHandler(GostService service, Credentials? credentials, Router router, TunClients clients, EngineLog log)
    {
        _name = service.Name;
        _credentials = credentials;
        _udp = service.Handler.Metadata.GetValueOrDefault("udp") is true;
        _localOnly = IsForThisMachine(service);
        _router = router;
        _published = service.Handler.Metadata.GetValueOrDefault(PublishedPorts.Key) is string path ? new PublishedPorts(path, clients, log) : null;
        _log = log;
    }

    /// <summary>Whether a service lets only clients on this machine in, whatever address they come to.</summary>
    internal static bool IsForThisMachine(GostService service) => service.Handler.Metadata.GetValueOrDefault("localOnly") is true;

    public async Task HandleAsync(AcceptedConnection connection, CancellationToken cancellationToken)
    {
        if (_localOnly && !OwnAddresses.Contains(connection.Remote.Address))
        {
            return;
        }

        var stream = connection.Stream;
        if (!await SocksWire.NegotiateAsync(stream, _credentials, connection.Deadline).ConfigureAwait(false))
        {
            await GentleEnd.CompleteAsync(stream, connection.Deadline).ConfigureAwait(false);
            return;
        }

        var (command, destination) = await SocksWire.ReadRequestAsync(stream, connection.Deadline).ConfigureAwait(false);
        connection.Admit();
        var served = ((SocksCommand)command, destination) switch
        {
            (_, null) => RefuseAsync(stream, SocksReply.AddressTypeNotSupported, cancellationToken),
            (SocksCommand.Connect, { } to) => ConnectAsync(stream, to, cancellationToken),
            (SocksCommand.UdpAssociate, _) when _udp => AssociateAsync(connection, cancellationToken),
            (SocksCommand.UdpAssociate, _) => RefuseAsync(stream, SocksReply.NotAllowed, cancellationToken),
            _ => RefuseAsync(stream, SocksReply.CommandNotSupported, cancellationToken),
        };
        await served.ConfigureAwait(false);
    }

    private static async Task RefuseAsync(Stream stream, SocksReply reply, CancellationToken cancellationToken)
    {
        await SocksWire.ReplyAsync(stream, reply, Nowhere, cancellationToken).ConfigureAwait(false);
        await GentleEnd.CompleteAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    private static SocksReply ReplyOf(RouteFailure failure) => failure switch
    {
        RouteFailure.Forbidden => SocksReply.NotAllowed,
        RouteFailure.NetworkUnreachable => SocksReply.NetworkUnreachable,
        RouteFailure.HostUnreachable => SocksReply.HostUnreachable,
        RouteFailure.Refused => SocksReply.ConnectionRefused,
        _ => SocksReply.GeneralFailure,
    };

    private async Task ConnectAsync(Stream stream, Destination destination, CancellationToken cancellationToken)
    {
        Stream target;
        try
        {
            target = await _router.ConnectAsync(destination, cancellationToken).ConfigureAwait(false);
        }
        catch (RouteException e)
        {
            _log.Debug($"service {_name}: {destination} not reached: {e.Message}");
            await RefuseAsync(stream, ReplyOf(e.Failure), cancellationToken).ConfigureAwait(false);
            return;
        }

        await using (target.ConfigureAwait(false))
        {
            await SocksWire.ReplyAsync(stream, SocksReply.Succeeded, Nowhere, cancellationToken).ConfigureAwait(false);
            await StreamRelay.RunAsync(stream, target, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AssociateAsync(AcceptedConnection connection, CancellationToken cancellationToken)
    {
        SocksAssociation association;
        try
        {
            association = new SocksAssociation(_router, connection.Local.Address, connection.Remote.Address, _published);
        }
        catch (System.Net.Sockets.SocketException e)
        {
            _log.Warn($"service {_name}: no socket for a UDP association: {e.SocketErrorCode}");
            await RefuseAsync(connection.Stream, SocksReply.GeneralFailure, cancellationToken).ConfigureAwait(false);
            return;
        }

        using (association)
        {
            await SocksWire.ReplyAsync(connection.Stream, SocksReply.Succeeded, Destination.Of(association.LocalEndPoint), cancellationToken).ConfigureAwait(false);
            await association.RunAsync(connection.Stream, cancellationToken).ConfigureAwait(false);
            _log.Debug($"service {_name}: a UDP association ended, {association.Dropped} datagrams dropped");
        }
    }
}
