using GostBt.Engine.Addresses;
using GostBt.Gost;

namespace GostBt.Engine.Relay;

/// <summary>The client of gost's relay protocol (go-gost/x/connector/relay).</summary>
internal sealed class RelayConnector
{
    private static readonly TimeSpan DefaultAnswerLimit = TimeSpan.FromSeconds(20);

    private readonly GostAuth? _auth;
    private readonly bool _waits;
    private readonly TimeSpan _answerLimit;

    internal RelayConnector(GostConnector connector)
    {
        _auth = connector.Auth;
        _waits = connector.Metadata.GetValueOrDefault("nodelay") is true;
        _answerLimit = connector.Metadata.GetValueOrDefault("connectTimeout") is TimeSpan limit && limit > TimeSpan.Zero ? limit : DefaultAnswerLimit;
    }

    /// <summary>
    /// Asks for a TCP connection. With <c>nodelay</c> it waits for the answer, so that a refusal is known here; that takes a server with <c>nodelay</c> too, as gost
    /// otherwise keeps its answer back until the destination speaks. Without, the answer comes with the first bytes.
    /// </summary>
    internal async ValueTask<Stream> ConnectAsync(Stream carrier, Destination destination, CancellationToken cancellationToken)
    {
        await carrier.WriteAsync(new RelayRequest(RelayCommand.Connect) { Auth = _auth, Address = destination }.Encode(), cancellationToken).ConfigureAwait(false);
        if (!_waits)
        {
            return new RelayReplyStream(carrier);
        }

        await ReadAnswerAsync(carrier, cancellationToken).ConfigureAwait(false);
        return carrier;
    }

    /// <summary>Asks for a UDP tunnel to one destination; the answer comes with the first frame.</summary>
    internal async ValueTask<Stream> ConnectUdpAsync(Stream carrier, Destination destination, CancellationToken cancellationToken)
    {
        await carrier.WriteAsync(new RelayRequest(RelayCommand.Connect) { Udp = true, Auth = _auth, Address = destination }.Encode(), cancellationToken).ConfigureAwait(false);
        return new RelayReplyStream(carrier);
    }

    /// <summary>Asks for a UDP socket at the far end, for datagrams to and from anyone (gost's UDP BIND to no address).</summary>
    internal async ValueTask<Stream> AssociateUdpAsync(Stream carrier, CancellationToken cancellationToken)
    {
        await carrier.WriteAsync(new RelayRequest(RelayCommand.Bind) { Udp = true, Auth = _auth, Address = new Destination(string.Empty, null, 0) }.Encode(), cancellationToken).ConfigureAwait(false);
        await ReadAnswerAsync(carrier, cancellationToken).ConfigureAwait(false);
        return carrier;
    }

    private async ValueTask ReadAnswerAsync(Stream carrier, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_answerLimit);
        try
        {
            await RelayResponse.ReadAsync(carrier, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"The far end's relay did not answer in {_answerLimit.TotalSeconds} s.", e);
        }
    }
}
