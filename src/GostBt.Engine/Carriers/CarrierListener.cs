using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using GostBt.Engine.Addresses;
using GostBt.Engine.Logging;
using GostBt.Gost;
using GostBt.Model;

namespace GostBt.Engine.Carriers;

/// <summary>Takes connections for one service and carries out the carrier's handshake.</summary>
internal sealed class CarrierListener : IAsyncDisposable
{
    private const int Backlog = 512;
    private const int PendingCapacity = 1024;
    private const int PendingShare = 16;
    private static readonly TimeSpan AfterFailedAccept = TimeSpan.FromMilliseconds(100);

    private readonly GostService _service;
    private readonly IHostResolver _resolver;
    private readonly CarrierKind _kind;
    private readonly TlsIdentity? _identity;
    private readonly string _path;
    private readonly PendingConnections _pending;
    private readonly RunningTasks _running = new();
    private readonly EngineLog _log;
    private Socket? _socket;

    /// <param name="service">Its address and listener.</param>
    /// <param name="admissionLimit">How long a client may take until it has shown who it is.</param>
    /// <param name="resolver">Looks the address up where it is a name.</param>
    /// <param name="log">Where connections are noted, at debug.</param>
    /// <exception cref="GostBtException">The certificate cannot be used.</exception>
    internal CarrierListener(GostService service, TimeSpan admissionLimit, IHostResolver resolver, EngineLog log)
    {
        _service = service;
        _resolver = resolver;
        _log = log;
        _kind = Enum.Parse<CarrierKind>(service.Listener.Type, ignoreCase: true);
        _identity = _kind is CarrierKind.Tls or CarrierKind.Wss ? TlsIdentity.Load(service.Listener.Tls!, service.Name, log) : null;
        _path = service.Listener.Metadata.GetValueOrDefault("path") as string ?? WebSocketUpgrade.DefaultPath;
        _pending = new PendingConnections(PendingCapacity, PendingShare, admissionLimit);
    }

    /// <summary>Where it listens, once bound.</summary>
    internal IPEndPoint LocalEndPoint => (IPEndPoint)(_socket ?? throw new InvalidOperationException("Not bound yet.")).LocalEndPoint!;

    public async ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        await _running.WaitAsync().ConfigureAwait(false);
    }

    /// <exception cref="GostBtException">The address is taken or not one of this machine's.</exception>
    internal async Task BindAsync(CancellationToken cancellationToken)
    {
        var address = HostPort.Parse(_service.Addr);
        try
        {
            _socket = address.Host.Length == 0
                ? BindEvery(address.Port)
                : Bind(new IPEndPoint(await address.ResolveLocalAsync(_resolver, cancellationToken).ConfigureAwait(false), address.Port), dualMode: false);
        }
        catch (SocketException e)
        {
            throw new GostBtException(
                GostBtFailure.Conflict,
                $"Service '{_service.Name}' cannot listen on {_service.Addr}: {e.Message}.",
                "Free the port, or give the service another address of this machine.",
                e);
        }
    }

    /// <summary>Accepts until cancelled; each connection is handled on its own and its troubles stay its own.</summary>
    internal async Task ServeAsync(Func<AcceptedConnection, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var socket = await _socket!.AcceptAsync(cancellationToken).ConfigureAwait(false);
                _running.Add(HandleAsync(socket, handle, cancellationToken));
            }
            catch (SocketException e)
            {
                // Out of descriptors, or the client went before we looked. Neither may end the service.
                _log.Debug($"service {_service.Name}: accept failed: {e.SocketErrorCode}");
                await Task.Delay(AfterFailedAccept, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static Socket BindEvery(int port)
    {
        try
        {
            return Bind(new IPEndPoint(IPAddress.IPv6Any, port), dualMode: true);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            // No IPv6 on this machine at all.
            return Bind(new IPEndPoint(IPAddress.Any, port), dualMode: false);
        }
    }

    private static Socket Bind(IPEndPoint endPoint, bool dualMode)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (dualMode)
            {
                socket.DualMode = true;
            }

            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task HandleAsync(Socket socket, Func<AcceptedConnection, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        // Off the accept loop at once: a handshake's first step may run long before it waits.
        await Task.Yield();
        Stream? stream = null;
        try
        {
            TcpTuning.Apply(socket);
            var local = Plain(socket.LocalEndPoint);
            var remote = Plain(socket.RemoteEndPoint);
            using var pending = _pending.Add(remote.Address, cancellationToken);
            stream = new TcpStream(socket);
            if (_identity is not null)
            {
                stream = await _identity.AcceptAsync(stream, pending.Token).ConfigureAwait(false);
            }

            if (_kind is CarrierKind.Ws or CarrierKind.Wss)
            {
                stream = await WebSocketUpgrade.AcceptAsync(stream, _path, pending.Token).ConfigureAwait(false);
            }

            await handle(new AcceptedConnection(stream, local, remote, pending) { Socket = socket }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException or InvalidDataException or ObjectDisposedException)
        {
            // Strangers, scanners and broken lines: none of them is news.
            _log.Debug($"service {_service.Name}: connection ended: {e.Message}");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A defect of ours costs one connection, not the service. What it says may name a peer.
            _log.Error($"service {_service.Name}: connection ended by {e.GetType().Name}");
            _log.Debug($"service {_service.Name}: {e}");
        }
        finally
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            socket.Dispose();
        }
    }

    private static IPEndPoint Plain(EndPoint? endPoint)
    {
        var ip = (IPEndPoint)endPoint!;
        return new IPEndPoint(ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address, ip.Port);
    }
}
