using GostBt.Engine.Carriers;

namespace GostBt.Engine.Relay;

/// <summary>
/// A carrier on which the relay's answer is still to come. It is read with the first bytes, as gost does: a gost server without <c>nodelay</c> sends it together with them.
/// </summary>
internal sealed class RelayReplyStream(Stream inner) : DuplexStream, IHalfClosable, IBreakable
{
    private bool _answered;

    /// <summary>Told of the answer once it is read: null, or the refusal.</summary>
    internal Action<RelayRefusedException?>? Answered { get; set; }

    public bool LeavesReadingOpen => inner is IHalfClosable { LeavesReadingOpen: true };

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _answered ? inner.ReadAsync(buffer, cancellationToken) : ReadAnswerFirstAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) =>
        inner is IHalfClosable closable ? closable.CompleteWritesAsync(cancellationToken) : ValueTask.CompletedTask;

    public Task BreakAsync(CancellationToken cancellationToken) => IBreakable.BreakAsync(inner, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadAnswerFirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            await RelayResponse.ReadAsync(inner, cancellationToken).ConfigureAwait(false);
        }
        catch (RelayRefusedException e)
        {
            Answered?.Invoke(e);
            throw;
        }

        _answered = true;
        Answered?.Invoke(null);
        return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }
}
