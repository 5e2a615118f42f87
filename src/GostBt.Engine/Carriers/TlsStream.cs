using System.Net.Security;

namespace GostBt.Engine.Carriers;

/// <summary>TLS as a stream that can be half closed (close_notify).</summary>
internal sealed class TlsStream(Stream inner) : SslStream(inner, leaveInnerStreamOpen: false), IHalfClosable, IBreakable
{
    public bool LeavesReadingOpen => true;

    public async ValueTask CompleteWritesAsync(CancellationToken cancellationToken) =>
        await ShutdownAsync().WaitAsync(cancellationToken).ConfigureAwait(false);

    public Task BreakAsync(CancellationToken cancellationToken) => IBreakable.BreakAsync(InnerStream, cancellationToken);
}
