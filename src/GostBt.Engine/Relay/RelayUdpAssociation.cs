using System.Runtime.CompilerServices;
using GostBt.Engine.Routing;
using GostBt.Engine.Udp;

namespace GostBt.Engine.Relay;

/// <summary>One UDP socket of a relay's client, with addressed frames on its stream (go-gost/x/handler/relay bindUDP).</summary>
internal sealed class RelayUdpAssociation : IDatagramSink, IDisposable
{
    private readonly Stream _stream;
    private readonly UdpOutlet _outlet;
    private readonly SemaphoreSlim _writing = new(1, 1);

    internal RelayUdpAssociation(Router router, Stream stream)
    {
        _stream = stream;
        _outlet = new UdpOutlet(router, this);
    }

    /// <summary>The port datagrams leave from; 0 where they leave from a chain's end.</summary>
    internal int Port => _outlet.LocalEndPoint?.Port ?? 0;

    /// <summary>Datagrams that were malformed, refused, or could not be sent.</summary>
    internal long Dropped => _outlet.Dropped;

    public void Dispose()
    {
        _outlet.Dispose();
        _writing.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask DeliverAsync(Memory<byte> frame, int dataLength, CancellationToken cancellationToken)
    {
        AddressedFrame.MarkForRelay(frame.Span, dataLength);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Carries datagrams until the client ends the stream.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var back = _outlet.RunAsync(end.Token);
        try
        {
            await Task.WhenAny(ReadAsync(end.Token), back).Unwrap().ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await back.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        using var reader = new AddressedFrameReader(_stream);
        while (true)
        {
            var (frame, _) = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (frame.IsEmpty)
            {
                return;
            }

            await _outlet.SendAsync(frame[AddressedFrame.PrefixLength..], cancellationToken).ConfigureAwait(false);
        }
    }
}
