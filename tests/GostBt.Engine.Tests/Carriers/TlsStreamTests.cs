using GostBt.Engine.Carriers;
using GostBt.Engine.Logging;
using GostBt.Engine.Tests.Support;
using GostBt.Engine.Tests.Tun;
using GostBt.Gost;

namespace GostBt.Engine.Tests.Carriers;

public sealed class TlsStreamTests
{
    // A far end that takes nothing any more cannot be told of the end either; whoever tells it has only so much time.
    [Fact]
    public async Task Saying_the_end_to_one_who_takes_nothing_ends_with_the_patience()
    {
        using var certificate = new TestCertificate();
        var log = new EngineLog(TextWriter.Null, EngineLogLevel.Error);
        var identity = TlsIdentity.Load(new GostTls { CertFile = certificate.CertFile, KeyFile = certificate.KeyFile }, "test", log);
        var trust = TlsTrust.Load(new GostTls { CaFile = certificate.CertFile }, "127.0.0.1");
        var (near, far) = await TunPair.StreamsAsync();
        await using var stuck = new StuckStream(near);
        var accepting = identity.AcceptAsync(far, CancellationToken.None);
        await using var client = await trust.ConnectAsync(stuck, CancellationToken.None);
        await using var server = await accepting;
        stuck.IsStuck = true;
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        var saying = client.CompleteWritesAsync(patience.Token).AsTask();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saying.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private sealed class StuckStream(Stream inner) : DuplexStream
    {
        internal bool IsStuck { get; set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (IsStuck)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            await inner.WriteAsync(buffer, cancellationToken);
        }
    }
}
