using GostBt.Engine.Carriers;

namespace GostBt.Engine.Tests.Malformed;

/// <summary>A client who sends given bytes in pieces of whatever size, takes what comes, and hangs up.</summary>
internal sealed class ScriptedStream(byte[] input, Random random) : DuplexStream, IHalfClosable
{
    private const int MostWritten = 1 << 20;
    private int _at;
    private int _written;

    public bool LeavesReadingOpen => true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var count = Math.Min(buffer.Length, input.Length - _at);
        if (count > 1 && random.Next(4) == 0)
        {
            count = random.Next(1, count);
        }

        input.AsSpan(_at, count).CopyTo(buffer.Span);
        _at += count;
        return ValueTask.FromResult(count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _written += buffer.Length;
        Assert.True(_written < MostWritten, "a stranger is sent more than a megabyte");
        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
