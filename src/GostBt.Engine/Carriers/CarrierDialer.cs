using System.Net.Sockets;
using GostBt.Engine.Addresses;
using GostBt.Gost;

namespace GostBt.Engine.Carriers;

/// <summary>Opens the carrier of one node of a chain.</summary>
internal sealed class CarrierDialer
{
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(15);

    private readonly CarrierKind _kind;
    private readonly TlsTrust? _trust;
    private readonly string _path;
    private readonly string _httpHost;

    internal CarrierDialer(GostNode node)
    {
        Address = HostPort.Parse(node.Addr);
        _kind = Enum.Parse<CarrierKind>(node.Dialer.Type, ignoreCase: true);
        _trust = _kind is CarrierKind.Tls or CarrierKind.Wss ? TlsTrust.Load(node.Dialer.Tls, Address.Host) : null;
        _path = node.Dialer.Metadata.GetValueOrDefault("path") as string ?? WebSocketUpgrade.DefaultPath;
        _httpHost = node.Dialer.Metadata.GetValueOrDefault("host") as string ?? Address.ToString();
    }

    /// <summary>Where the node is.</summary>
    internal HostPort Address { get; }

    /// <summary>Connects from this machine.</summary>
    /// <param name="resolver">Looks the node's name up.</param>
    /// <param name="forDatagrams">Whether it is to carry datagrams or packets: whoever takes those never pauses, so that silence means a dead path.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The far end does not answer, or cannot be trusted.</exception>
    internal async ValueTask<Stream> DialAsync(IHostResolver resolver, bool forDatagrams, CancellationToken cancellationToken)
    {
        TcpStream tcp;
        try
        {
            var addresses = await Address.ResolveAsync(resolver, cancellationToken).ConfigureAwait(false);
            tcp = await TcpDialer.ConnectAsync(addresses, Address.Port, cancellationToken).ConfigureAwait(false);
            if (forDatagrams)
            {
                TcpTuning.LimitRetransmission(tcp.Socket);
            }
        }
        catch (SocketException e)
        {
            throw new IOException($"The chain's node {Address} does not answer: {e.Message}.", e);
        }

        return await HandshakeAsync(tcp, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the carrier out of a connection to the node; the connection is disposed when that fails.</summary>
    /// <exception cref="IOException">The far end does not answer as it should, or cannot be trusted.</exception>
    internal async ValueTask<Stream> HandshakeAsync(Stream connection, CancellationToken cancellationToken)
    {
        var stream = connection;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(HandshakeLimit);
        try
        {
            if (_trust is not null)
            {
                stream = await _trust.ConnectAsync(stream, deadline.Token).ConfigureAwait(false);
            }

            return _kind is CarrierKind.Ws or CarrierKind.Wss
                ? await WebSocketUpgrade.RequestAsync(stream, _httpHost, _path, deadline.Token).ConfigureAwait(false)
                : stream;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"The chain's node {Address} did not finish its handshake in {HandshakeLimit.TotalSeconds} s.", e);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
