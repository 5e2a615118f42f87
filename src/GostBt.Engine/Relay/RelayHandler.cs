using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Addresses;
using GostBt.Engine.Carriers;
using GostBt.Engine.Logging;
using GostBt.Engine.Routing;
using GostBt.Engine.Services;
using GostBt.Engine.Udp;
using GostBt.Gost;

namespace GostBt.Engine.Relay;

/// <summary>
/// The server of gost's relay protocol (go-gost/x/handler/relay): TCP connections, UDP tunnels to one destination, and UDP sockets for datagrams to and from
/// anyone. It answers as soon as it knows the answer, with or without <c>nodelay</c>.
/// </summary>
internal sealed class RelayHandler : IConnectionHandler
{
    private readonly Credentials? _credentials;
    private readonly bool _bind;
    private readonly Router _router;
    private readonly ITunAttachments? _tuns;
    private readonly EngineLog _log;
    private readonly string _name;

    internal RelayHandler(GostService service, Credentials? credentials, Router router, ITunAttachments? tuns, EngineLog log)
    {
        _name = service.Name;
        _credentials = credentials;
        _bind = service.Handler.Metadata.GetValueOrDefault("bind") is true;
        _router = router;
        _tuns = tuns;
        _log = log;
    }

    /// <summary>Opens the socket of a UDP tunnel.</summary>
    internal Func<DatagramSocket> OpenSocket { get; init; } = DatagramSocket.OnAnyAddress;

    public async Task HandleAsync(AcceptedConnection connection, CancellationToken cancellationToken)
    {
        var stream = connection.Stream;
        var request = await RelayRequest.ReadAsync(stream, connection.Deadline).ConfigureAwait(false);
        if (_credentials is not null && !_credentials.Accept(request.Auth))
        {
            _log.Debug($"service {_name}: wrong user or password from {connection.Remote}");
            await RefuseAsync(stream, RelayStatus.Unauthorized, connection.Deadline).ConfigureAwait(false);
            return;
        }

        connection.Admit();
        if (request.Udp && connection.Socket is { } socket)
        {
            // A PC that is gone would keep its sockets here until TCP itself gives up, a quarter of an hour later.
            TcpTuning.LimitRetransmission(socket);
        }

        var served = (request.Command, request.Udp, request.OtherNetwork) switch
        {
            (_, _, true) => RefuseAsync(stream, RelayStatus.BadRequest, cancellationToken),
            (RelayCommand.None or RelayCommand.Connect, false, _) => ConnectAsync(stream, request, cancellationToken),
            (RelayCommand.None or RelayCommand.Connect, true, _) => ConnectUdpAsync(connection, request, cancellationToken),
            (RelayCommand.Bind, true, _) => AssociateUdpAsync(stream, request, cancellationToken),

            // TCP BIND would let a client open any port of this machine; nothing GostBt does needs it.
            (RelayCommand.Bind, false, _) => RefuseAsync(stream, RelayStatus.Forbidden, cancellationToken),
            _ => RefuseAsync(stream, RelayStatus.BadRequest, cancellationToken),
        };
        await served.ConfigureAwait(false);
    }

    private static async Task RefuseAsync(Stream stream, RelayStatus status, CancellationToken cancellationToken)
    {
        await RelayResponse.WriteAsync(stream, status, null, cancellationToken).ConfigureAwait(false);
        await GentleEnd.CompleteAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    private static RelayStatus StatusOf(RouteFailure failure) => failure switch
    {
        RouteFailure.Forbidden => RelayStatus.Forbidden,
        RouteFailure.NetworkUnreachable => RelayStatus.NetworkUnreachable,
        RouteFailure.HostUnreachable or RouteFailure.Refused => RelayStatus.HostUnreachable,
        _ => RelayStatus.ServiceUnavailable,
    };

    private async Task ConnectAsync(Stream stream, RelayRequest request, CancellationToken cancellationToken)
    {
        if (request.Address is not { } destination)
        {
            await RefuseAsync(stream, RelayStatus.BadRequest, cancellationToken).ConfigureAwait(false);
            return;
        }

        Stream target;
        try
        {
            target = await _router.ConnectAsync(destination, cancellationToken).ConfigureAwait(false);
        }
        catch (RouteException e)
        {
            _log.Debug($"service {_name}: {destination} not reached: {e.Failure}");
            await RefuseAsync(stream, StatusOf(e.Failure), cancellationToken).ConfigureAwait(false);
            return;
        }

        await using (target.ConfigureAwait(false))
        {
            await RelayResponse.WriteAsync(stream, RelayStatus.Ok, null, cancellationToken).ConfigureAwait(false);
            await StreamRelay.RunAsync(stream, target, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ConnectUdpAsync(AcceptedConnection connection, RelayRequest request, CancellationToken cancellationToken)
    {
        var stream = connection.Stream;
        if (request.Address is not { Port: > 0 } destination)
        {
            await RefuseAsync(stream, RelayStatus.BadRequest, cancellationToken).ConfigureAwait(false);
            return;
        }

        IPAddress? direct;
        IPAddress? chained;
        try
        {
            var addresses = await _router.ResolveAsync(destination, cancellationToken).ConfigureAwait(false);
            var verdicts = addresses.ToLookup(address => _router.Judge(destination.Name, address, destination.Port));
            direct = verdicts[Verdict.Direct].FirstOrDefault();
            chained = verdicts[Verdict.Chain].Ipv4First().FirstOrDefault();
        }
        catch (RouteException e)
        {
            await RefuseAsync(stream, StatusOf(e.Failure), cancellationToken).ConfigureAwait(false);
            return;
        }

        var served = (chained, direct) switch
        {
            ({ } address, _) => PassUdpOnAsync(stream, new IPEndPoint(address, destination.Port), cancellationToken),
            (_, { } address) => ForwardUdpAsync(connection, destination.Name, new IPEndPoint(address, destination.Port), cancellationToken),
            _ => RefuseAsync(stream, RelayStatus.Forbidden, cancellationToken),
        };
        await served.ConfigureAwait(false);
    }

    private async Task ForwardUdpAsync(AcceptedConnection connection, string? name, IPEndPoint target, CancellationToken cancellationToken)
    {
        var stream = connection.Stream;
        if (_tuns is not null && _tuns.Serves(target))
        {
            await RelayResponse.WriteAsync(stream, RelayStatus.Ok, null, cancellationToken).ConfigureAwait(false);
            await _tuns.AttachAsync(target, stream, connection.Remote, cancellationToken).ConfigureAwait(false);
            return;
        }

        RelayUdpForward forward;
        try
        {
            forward = new RelayUdpForward(_router, name, target, OpenSocket());
        }
        catch (RouteException e)
        {
            await RefuseAsync(stream, StatusOf(e.Failure), cancellationToken).ConfigureAwait(false);
            return;
        }
        catch (SocketException e)
        {
            await RefuseForWantOfSocketAsync(stream, e, cancellationToken).ConfigureAwait(false);
            return;
        }

        using (forward)
        {
            await RelayResponse.WriteAsync(stream, RelayStatus.Ok, null, cancellationToken).ConfigureAwait(false);
            await forward.RunAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task RefuseForWantOfSocketAsync(Stream stream, SocketException problem, CancellationToken cancellationToken)
    {
        _log.Warn($"service {_name}: no socket for UDP: {problem.SocketErrorCode}");
        return RefuseAsync(stream, RelayStatus.ServiceUnavailable, cancellationToken);
    }

    // The next relay speaks the same frames.
    private async Task PassUdpOnAsync(Stream stream, IPEndPoint target, CancellationToken cancellationToken)
    {
        Stream next;
        try
        {
            next = await _router.Chain!.ConnectUdpAsync(target.Address.ToString(), target.Port, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            await RefuseAsync(stream, RelayStatus.ServiceUnavailable, cancellationToken).ConfigureAwait(false);
            return;
        }

        await using (next.ConfigureAwait(false))
        {
            await RelayResponse.WriteAsync(stream, RelayStatus.Ok, null, cancellationToken).ConfigureAwait(false);
            await StreamRelay.RunAsync(stream, next, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AssociateUdpAsync(Stream stream, RelayRequest request, CancellationToken cancellationToken)
    {
        // gost binds whatever it is asked to; here it is always a port of the system's choice, as SOCKS5 needs.
        if (!_bind || request.Address is { Port: not 0 })
        {
            await RefuseAsync(stream, RelayStatus.Forbidden, cancellationToken).ConfigureAwait(false);
            return;
        }

        RelayUdpAssociation association;
        try
        {
            association = new RelayUdpAssociation(_router, stream);
        }
        catch (SocketException e)
        {
            await RefuseForWantOfSocketAsync(stream, e, cancellationToken).ConfigureAwait(false);
            return;
        }

        using (association)
        {
            var bound = new Destination(null, IPAddress.Any, association.Port);
            await RelayResponse.WriteAsync(stream, RelayStatus.Ok, bound, cancellationToken).ConfigureAwait(false);
            await association.RunAsync(cancellationToken).ConfigureAwait(false);
            if (association.Dropped > 0)
            {
                _log.Debug($"service {_name}: a UDP association ended, {association.Dropped} datagrams dropped");
            }
        }
    }
}
